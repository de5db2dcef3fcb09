#include "sync/crypto.h"

#include <gtest/gtest.h>

namespace relais::sync {
namespace {

/// The same bytes each time.
class CountingRandom final : public Random {
 public:
  Bytes bytes(std::size_t count) override {
    Bytes out;
    for (std::size_t i = 0; i < count; ++i) {
      out += static_cast<char>(next_++ & 0xff);
    }
    return out;
  }

 private:
  unsigned next_ = 0;
};

std::string hex(const std::array<std::uint8_t, 16>& digest) {
  return to_hex(Id<struct AnyKind>{digest});
}

// BLAKE2b of RFC 7693, from another implementation (Python's hashlib).
TEST(Hash, IsBlake2bOverArgumentsAndTheirLengths) {
  EXPECT_EQ(to_hex(hash({}).view()),
            "0e5751c026e543b2e8ab2eb06099daa1"
            "d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(to_hex(hash({"ab", ""}).view()),
            "9fd0ecc3fd22bfbaa6fcad872beec10b"
            "93ce8322e88b83ce79dc23035374cec3");
  EXPECT_NE(hash({"a", "b"}), hash({"ab", ""}));
  EXPECT_EQ(hex(hash128_raw("abc")), "cf4ab791c62b8d2b2109c90275287816");
}

TEST(Hash, OfSixteenBytesIsNotACutOfTheOther) {
  const std::string whole = to_hex(hash({"abc"}).view());

  EXPECT_NE(whole.substr(0, 32), hex(hash128({"abc"})));
}

TEST(Hash, UnderAKeyDependsOnTheKey) {
  const Bytes key(32, 'k');
  EXPECT_NE(keyed_hash(key, "abc"), keyed_hash(Bytes(32, 'j'), "abc"));
  EXPECT_EQ(keyed_hash(key, "abc"), keyed_hash(key, "abc"));
}

TEST(Numbers, AreWrittenWithTheHighByteFirst) {
  Bytes out;
  put_u32(out, 0x01020304);
  put_u64(out, 0x1122334455667788);
  put_text(out, "ab");

  EXPECT_EQ(to_hex(out),
            "0102030411223344556677880000000261"
            "62");
}

TEST(Signature, HoldsForItsKeyContextAndMessageOnly) {
  start_crypto();
  CountingRandom random;
  const KeyPair key = make_signing_key(random);
  const KeyPair other = make_signing_key(random);
  const Bytes signature = sign(key, "packet", "message");

  EXPECT_EQ(signature.size(), 64u);
  EXPECT_TRUE(verify(key.public_key, "packet", "message", signature));
  EXPECT_FALSE(verify(key.public_key, "packetm", "essage", signature));
  EXPECT_FALSE(verify(key.public_key, "packet", "messagE", signature));
  EXPECT_FALSE(verify(other.public_key, "packet", "message", signature));
  EXPECT_FALSE(verify("short", "packet", "message", signature));
  EXPECT_FALSE(verify(key.public_key, "packet", "message", "short"));
}

TEST(SealedBox, OpensForItsRecipientOnly) {
  start_crypto();
  CountingRandom random;
  const KeyPair key = make_box_key(random);
  const KeyPair other = make_box_key(random);
  Bytes sealed = seal(key.public_key, "for you").value();

  EXPECT_EQ(sealed.size(), 7u + 48u);
  EXPECT_EQ(unseal(key, sealed).value(), "for you");
  EXPECT_EQ(unseal(other, sealed).error().code, Errc::wire_format);
  EXPECT_FALSE(unseal(key, "short"));
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  EXPECT_FALSE(unseal(key, sealed));
  EXPECT_FALSE(seal("no key", "for you"));
}

TEST(Encryption, IsUndoneByItsKeyOnly) {
  start_crypto();
  CountingRandom random;
  const Bytes key(32, 'k');
  Bytes sealed = encrypt(key, "draft", random);

  EXPECT_EQ(decrypt(key, sealed).value(), "draft");
  EXPECT_NE(encrypt(key, "draft", random), sealed);
  EXPECT_FALSE(decrypt(Bytes(32, 'j'), sealed));
  EXPECT_FALSE(decrypt(key, "short"));
  sealed[0] = static_cast<char>(sealed[0] ^ 1);
  EXPECT_FALSE(decrypt(key, sealed));
}

TEST(Keys, AreNamedByTheirHash) {
  EXPECT_EQ(device_id("key").bytes, hash128({"key"}));
  EXPECT_EQ(key_id("key").bytes, hash128({"key"}));
  EXPECT_TRUE(equal_secret("same", "same"));
  EXPECT_FALSE(equal_secret("same", "sane"));
  EXPECT_FALSE(equal_secret("same", "samee"));
}

TEST(SystemRandom, GivesAsManyBytesAsAskedFor) {
  SystemRandom random;

  EXPECT_EQ(random.bytes(33).size(), 33u);
  EXPECT_NE(random.bytes(16), random.bytes(16));
  EXPECT_TRUE(random.bytes(0).empty());
}

}  // namespace
}  // namespace relais::sync
