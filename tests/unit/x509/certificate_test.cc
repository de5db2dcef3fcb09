#include "sync/x509/certificate.h"

#include <gtest/gtest.h>

#include "tests/support/authority.h"

namespace relais::test {
namespace {

namespace x509 = sync::x509;
using sync::Errc;

TEST(Certificate, OfAMachineIsKnownByItsRootAndNoOther) {
  Authority ours;
  Authority others;

  const Credentials machine = ours.machine("0123abcd");

  EXPECT_TRUE(x509::signed_by(machine.certificate_der, ours.root_der()));
  EXPECT_FALSE(x509::signed_by(machine.certificate_der, others.root_der()));
}

TEST(Certificate, BearsTheNameThatHeadquartersGaveNotTheOneAskedFor) {
  Authority authority;

  const Credentials machine = authority.machine("0123abcd");

  EXPECT_EQ(x509::common_name(machine.certificate_der).value(), "0123abcd");
}

TEST(Certificate, KeepsANameInAnyScript) {
  const auto root = x509::make_root("Bureau d'Ɛɔŋ").value();

  EXPECT_EQ(x509::common_name(root.certificate_der).value(), "Bureau d'Ɛɔŋ");
}

TEST(Certificate, WithOneBitChangedIsNotSignedByItsRoot) {
  Authority authority;
  std::string der = authority.machine("0123abcd").certificate_der;

  der.back() = static_cast<char>(der.back() ^ 1);

  EXPECT_FALSE(x509::signed_by(der, authority.root_der()));
}

TEST(Certificate, OfADeadClockIsStillSignedByItsRoot) {
  Authority authority;
  const Credentials expired = authority.dated(
      authority.machine("old"), "20010101000000Z", "20020101000000Z");

  EXPECT_TRUE(x509::signed_by(expired.certificate_der, authority.root_der()));
}

TEST(CertificateRequest, ThatItsOwnKeyDidNotSignIsRefused) {
  Authority authority;
  std::string der = x509::make_request("machine").value().request_der;
  der.back() = static_cast<char>(der.back() ^ 1);

  const auto made = x509::sign_request(authority.root(), der, "machine");

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::wire_format);
}

TEST(CertificateRequest, WithBytesAfterItsEndIsRefused) {
  Authority authority;
  const std::string der = x509::make_request("machine").value().request_der;

  const auto made = x509::sign_request(authority.root(), der + '\0', "machine");

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::wire_format);
}

TEST(CertificateRequest, CutAnywhereIsRefused) {
  Authority authority;
  const std::string der = x509::make_request("machine").value().request_der;

  for (std::size_t size = 0; size < der.size(); ++size) {
    SCOPED_TRACE(size);
    EXPECT_FALSE(
        x509::sign_request(authority.root(), der.substr(0, size), "machine"));
  }
}

TEST(Root, RefusesToSignWithTheKeyOfAnother) {
  Authority ours;
  Authority others;
  const x509::Root mixed{ours.root_der(), others.root().private_key_pem};

  const auto made = x509::make_server(mixed, {"hq.example"});

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::corrupt);
}

TEST(ServerCertificate, IsMadeForNamesAndAddressesAndNothingElse) {
  Authority authority;
  const auto made_for = [&authority](const std::string& host) {
    return x509::make_server(authority.root(), {host}).has_value();
  };

  EXPECT_TRUE(made_for("hq.example"));
  EXPECT_TRUE(made_for("192.0.2.1"));
  EXPECT_TRUE(made_for("2001:db8::1"));
  EXPECT_FALSE(made_for(""));
  EXPECT_FALSE(made_for("https://hq.example"));
  EXPECT_FALSE(made_for("*.example"));
  EXPECT_FALSE(made_for("hq.example,DNS:other.example"));
  EXPECT_FALSE(x509::make_server(authority.root(), {}).has_value());
}

TEST(CertificateName, LongerThanACertificateHoldsIsRefused) {
  const auto made = x509::make_root(std::string(65, 'a'));

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::invalid);
  EXPECT_TRUE(x509::make_root(std::string(64, 'a')));
}

TEST(RootHash, OfFewerBitsBeginsTheOneOfMore) {
  Authority authority;

  const auto all = x509::root_hash_bits(authority.root_der(), 64);

  EXPECT_EQ(x509::root_hash_bits(authority.root_der(), 50), all >> 14);
}

}  // namespace
}  // namespace relais::test
