#include "sync/journal/receipt.h"

#include <gtest/gtest.h>

#include <functional>

#include "sync/journal/file.h"
#include "sync/journal/packet.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"
#include "tests/unit/journal/golden.h"
#include "tests/unit/journal/world.h"

namespace relais::sync {
namespace {

using test::a_stranger;
using test::golden_file;
using test::headquarters;
using test::the_post;

Result<proto::Receipt> opened(const Bytes& signed_receipt) {
  return open_receipt(signed_receipt, headquarters().sign.public_key);
}

TEST(Receipt, IsReadAsItWasSigned) {
  const auto receipt = opened(golden_file("receipt"));

  ASSERT_TRUE(receipt);
  EXPECT_EQ(serialise(*receipt), serialise(test::golden_receipt()));
  EXPECT_EQ(sign_receipt(*receipt, headquarters().sign),
            golden_file("receipt"));
}

TEST(Receipt, IsRefusedCutOrTurnedAnywhere) {
  const Bytes bytes = golden_file("receipt");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(opened(bytes.substr(0, i))) << i;
    Bytes spoilt = bytes;
    spoilt[i] = static_cast<char>(spoilt[i] ^ 1);
    EXPECT_FALSE(opened(spoilt)) << i;
  }
}

TEST(Receipt, IsOnlyHeadquarters) {
  const Bytes forged = sign_receipt(test::golden_receipt(), a_stranger().sign);
  const auto receipt = opened(forged);
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().code, Errc::denied);
  EXPECT_FALSE(open_receipt(forged, "not a key"));
}

TEST(Receipt, NamesTheFieldThatNoVersionWrites) {
  using Spoil = std::function<void(proto::Receipt&)>;
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"epoch", [](auto& r) { r.set_epoch("short"); }},
      {"device", [](auto& r) { r.clear_device(); }},
      {"nonce", [](auto& r) { r.set_nonce("short"); }},
      {"held", [](auto& r) { *r.add_held() = r.held(0); }},
      {"held", [](auto& r) { r.mutable_held(0)->set_journal("short"); }},
      {"held", [](auto& r) { r.mutable_held(0)->set_head("short"); }},
      {"held", [](auto& r) { r.mutable_held(0)->clear_lane(); }},
      {"archived", [](auto& r) { r.mutable_archived(0)->set_head("short"); }},
      {"archived", [](auto& r) { *r.add_archived() = r.archived(0); }},
      {"exception", [](auto& r) { r.mutable_exception(0)->set_first(0); }},
      {"exception", [](auto& r) { r.mutable_exception(0)->set_last(3); }},
      {"exception", [](auto& r) {
         for (std::size_t i = 0; i < limits::receipt_exceptions_max; ++i) {
           *r.add_exception() = r.exception(0);
         }
       }}};
  for (const auto& [field, spoil] : cases) {
    proto::Receipt receipt = test::golden_archived_receipt();
    spoil(receipt);
    const auto read = opened(sign_receipt(receipt, headquarters().sign));
    ASSERT_FALSE(read) << field;
    EXPECT_EQ(read.error().code, Errc::wire_format);
    EXPECT_EQ(read.error().what.arguments.at(0), field);
  }
}

TEST(Receipt, OfANewerHeadquartersIsStillRead) {
  proto::Receipt receipt = test::golden_receipt();
  receipt.GetReflection()->MutableUnknownFields(&receipt)->AddVarint(99, 1);
  EXPECT_TRUE(opened(sign_receipt(receipt, headquarters().sign)));
}

TEST(Letter, SaysWhoWroteItAndTheCallerChecks) {
  const auto letter =
      unseal_letter(golden_file("sealed_letter"), headquarters().box);

  ASSERT_TRUE(letter);
  EXPECT_EQ(letter->sender, the_post().device);
  EXPECT_EQ(letter->frame.hello().device(), the_post().device.view());
  EXPECT_TRUE(verify_letter(*letter, the_post().sign.public_key));
  EXPECT_FALSE(verify_letter(*letter, a_stranger().sign.public_key));

  OpenedLetter altered = *letter;
  altered.frame_bytes += "x";
  EXPECT_FALSE(verify_letter(altered, the_post().sign.public_key));
  OpenedLetter renamed = *letter;
  renamed.sender = a_stranger().device;
  EXPECT_FALSE(verify_letter(renamed, the_post().sign.public_key));
}

TEST(Letter, IsRefusedCutOrTurnedAnywhere) {
  const Bytes bytes = golden_file("sealed_letter");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(unseal_letter(bytes.substr(0, i), headquarters().box)) << i;
    Bytes spoilt = bytes;
    spoilt[i] = static_cast<char>(spoilt[i] ^ 1);
    EXPECT_FALSE(unseal_letter(spoilt, headquarters().box)) << i;
  }
}

TEST(Letter, IsNoPacketAndAPacketIsNoLetter) {
  EXPECT_FALSE(unseal_letter(golden_file("sealed_packet"), headquarters().box));
  EXPECT_FALSE(open_packet(golden_file("sealed_letter"), headquarters().box,
                           test::KnownKeys()));
}

TEST(Join, ProvesThatTheCodeWasKnown) {
  const proto::Join join = test::golden_join();
  const Bytes proof =
      join_proof(test::golden_secret(), join.keys(), join.request());
  EXPECT_EQ(join.proof(), proof);
  EXPECT_EQ(proof.size(), 32);
  EXPECT_NE(join_proof(test::counting(1, 10), join.keys(), join.request()),
            proof);
  EXPECT_NE(join_proof(test::golden_secret(), join.keys(), "another"), proof);
  proto::DeviceKeys keys = join.keys();
  keys.mutable_box()->back() ^= 1;
  EXPECT_NE(join_proof(test::golden_secret(), keys, join.request()), proof);
}

TEST(Grant, IsSignedByHeadquartersOverEveryField) {
  proto::Grant grant;
  ASSERT_TRUE(parse(golden_file("grant"), grant));
  const Bytes& key = headquarters().sign.public_key;
  EXPECT_TRUE(verify_grant(grant, key));
  EXPECT_FALSE(verify_grant(grant, the_post().sign.public_key));

  for (int number = 1; number <= 8; ++number) {
    proto::Grant spoilt = grant;
    spoilt.GetReflection()->ClearField(
        &spoilt, proto::Grant::descriptor()->FindFieldByNumber(number));
    EXPECT_FALSE(verify_grant(spoilt, key)) << number;
  }
}

TEST(Invitation, IsSignedByTheKeyThatItNamesOverEveryField) {
  const auto invitation = decode_invitation(golden_file("invitation"));
  ASSERT_TRUE(invitation);
  EXPECT_TRUE(verify_invitation(*invitation));

  for (int number = 1; number <= 10; ++number) {
    proto::Invitation spoilt = *invitation;
    spoilt.GetReflection()->ClearField(
        &spoilt, proto::Invitation::descriptor()->FindFieldByNumber(number));
    EXPECT_FALSE(verify_invitation(spoilt)) << number;
  }
}

TEST(Invitation, IsRefusedCutOrTurnedAnywhere) {
  const Bytes bytes = golden_file("invitation");
  const auto is_good = [](const Bytes& some) {
    const auto invitation = decode_invitation(some);
    return invitation && verify_invitation(*invitation);
  };
  ASSERT_TRUE(is_good(bytes));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(is_good(bytes.substr(0, i))) << i;
    Bytes spoilt = bytes;
    spoilt[i] = static_cast<char>(spoilt[i] ^ 1);
    EXPECT_FALSE(is_good(spoilt)) << i;
  }
}

}  // namespace
}  // namespace relais::sync
