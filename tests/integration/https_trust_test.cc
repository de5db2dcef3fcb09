#include <gtest/gtest.h>
#include <stdlib.h>

#include "sync/x509/certificate.h"
#include "tests/integration/https_peer.h"

namespace relais::test {
namespace {

using sync::Errc;

Router echo() {
  return answering(
      [](const RequestHead&, const std::string& whole) { return whole; });
}

Router telling_whose_certificate() {
  return answering([](const RequestHead& head, const std::string&) {
    if (head.client_certificate_der.empty()) return std::string("nobody");
    return sync::x509::common_name(head.client_certificate_der).value();
  });
}

bool speaks_of_a_login_page(const sync::Error& error) {
  return error.what.id.find("login page") != std::string::npos;
}

TEST(Trust, IsGivenToTheServerOfThePinnedRoot) {
  Headquarters headquarters(echo());
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), saying("a b c"));

  ASSERT_TRUE(answer) << answer.error().what.id;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "a b c");
}

TEST(Trust, IsRefusedToTheServerOfAnotherRoot) {
  Headquarters headquarters(echo());
  Authority another;
  Peer peer = headquarters.peer();
  peer.root_der = another.root_der();
  Transport transport;

  const auto answer = transport.post(peer, saying("secret"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::denied);
}

TEST(Trust, IsRefusedToAServerOfTheRootWithAnotherHostName) {
  Authority authority;
  Headquarters headquarters(echo(), authority,
                            authority.server({"elsewhere.example"}));
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), saying("secret"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::denied);
}

TEST(Trust, IsRefusedToAMachineOfTheRootThatIsNoServer) {
  Authority authority;
  Headquarters headquarters(echo(), authority, authority.machine("127.0.0.1"));
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), saying("secret"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::denied);
}

struct Dates {
  const char* from;
  const char* until;
};
constexpr Dates wrong_dates[] = {{"20010101000000Z", "20020101000000Z"},
                                 {"20900101000000Z", "20910101000000Z"}};

TEST(Trust, IgnoresTheDatesOfTheServerUnderThePinnedRootOnly) {
  for (const Dates& dates : wrong_dates) {
    SCOPED_TRACE(dates.from);
    Authority authority;
    Authority another;
    Headquarters headquarters(
        echo(), authority,
        authority.dated(authority.server(), dates.from, dates.until));
    Peer wrong = headquarters.peer();
    wrong.root_der = another.root_der();
    Transport transport;

    EXPECT_TRUE(transport.post(headquarters.peer(), saying("a")));
    const auto refused = transport.post(wrong, saying("a"));

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::denied);
  }
}

TEST(Trust, IgnoresTheDatesOfAMachine) {
  Headquarters headquarters(telling_whose_certificate());
  Authority& authority = headquarters.authority();
  for (const Dates& dates : wrong_dates) {
    SCOPED_TRACE(dates.from);
    Transport transport;

    const auto answer = transport.post(
        headquarters.peer(authority.dated(authority.machine("post 7"),
                                          dates.from, dates.until)),
        saying("a"));

    ASSERT_TRUE(answer) << answer.error().what.id;
    EXPECT_EQ(answer->body, "post 7");
  }
}

TEST(FirstContact, HandsBackTheRootWhoseHashTheCodeCarries) {
  Headquarters headquarters(echo());
  Peer peer = headquarters.peer();
  peer.root_hash_prefix_bits = headquarters.authority().root_hash();
  peer.root_der.clear();
  Transport transport;

  for (int call = 0; call < 2; ++call) {
    const auto answer = transport.post(peer, saying("code"));

    ASSERT_TRUE(answer) << answer.error().what.id;
    EXPECT_EQ(answer->root_der, headquarters.authority().root_der());
  }
}

TEST(FirstContact, RefusesARootWithAnotherHashEvenAfterARightOne) {
  Headquarters headquarters(echo());
  Authority another;
  Peer right = headquarters.peer();
  right.root_hash_prefix_bits = headquarters.authority().root_hash();
  Peer wrong = right;
  wrong.root_hash_prefix_bits = another.root_hash();
  Transport transport;
  ASSERT_TRUE(transport.post(right, saying("code")));

  const auto answer = transport.post(wrong, saying("code"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::denied);
}

TEST(FirstContact, RefusesAServerThatOnlyShowsTheRightRoot) {
  Authority ours;
  Authority thief;
  Stranger stranger("", {thief.server(), ours.root_der()});
  Peer peer;
  peer.url = stranger.url();
  peer.root_hash_prefix_bits = ours.root_hash();
  Transport transport;

  const auto answer = transport.post(peer, saying("code"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::denied);
}

TEST(FirstContact, RefusesACodeThatIsNoNumber) {
  Peer peer;
  peer.url = "https://127.0.0.1:1";
  peer.root_hash_prefix_bits = "12x";
  Transport transport;

  const auto answer = transport.post(peer, saying("code"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::invalid);
}

TEST(ClientCertificate, ArrivesAtTheHandlerAndItsAbsenceToo) {
  Headquarters headquarters(telling_whose_certificate());
  const Credentials machine = headquarters.authority().machine("post 7");
  Transport transport;

  const auto known = transport.post(headquarters.peer(machine), saying("a"));
  const auto unknown = transport.post(headquarters.peer(), saying("a"));

  ASSERT_TRUE(known && unknown);
  EXPECT_EQ(known->body, "post 7");
  EXPECT_EQ(unknown->body, "nobody");
}

TEST(ClientCertificate, OfAnotherRootIsRefusedWithAWordOnEnrolment) {
  Headquarters headquarters(telling_whose_certificate());
  Authority another;
  Transport transport;

  const auto answer =
      transport.post(headquarters.peer(another.machine("post 7")), saying("a"));

  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().what.id.find("not enrolled"), std::string::npos)
      << answer.error().what.id;
}

TEST(ClientCertificate, ThatCannotBeReadIsCalledCorrupt) {
  Headquarters headquarters(echo());
  Credentials machine = headquarters.authority().machine("post 7");
  machine.private_key_pem = "no key";
  Transport transport;

  const auto answer = transport.post(headquarters.peer(machine), saying("a"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::corrupt);
}

TEST(OldTls, IsNotSpokenByHeadquarters) {
  Headquarters headquarters(echo());

  EXPECT_FALSE(handshake_succeeds(headquarters.server().port(), 0x0303));
  EXPECT_TRUE(handshake_succeeds(headquarters.server().port(), 0x0304));
}

TEST(OldTls, IsNotSpokenByAPost) {
  Authority authority;
  Stranger old("", {authority.server(), "", true});
  Peer peer;
  peer.url = old.url();
  peer.root_der = authority.root_der();
  Transport transport;

  EXPECT_FALSE(transport.post(peer, saying("secret")));
}

TEST(CaptivePortal, InPlainHttpIsCalledALoginPage) {
  Authority authority;
  Stranger portal("HTTP/1.1 302 Found\r\nLocation: http://login/\r\n\r\n");
  Peer peer;
  peer.url = portal.url();
  peer.root_der = authority.root_der();
  Transport transport;

  const auto answer = transport.post(peer, saying("secret"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::wire_format);
  EXPECT_TRUE(speaks_of_a_login_page(answer.error()));
}

TEST(CaptivePortal, WithItsOwnCertificateMayBeALoginPage) {
  Authority ours;
  Authority portals;
  Stranger portal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                  {portals.server(), ""});
  Peer peer;
  peer.url = portal.url();
  peer.root_der = ours.root_der();
  Transport transport;

  const auto answer = transport.post(peer, saying("secret"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::denied);
  EXPECT_TRUE(speaks_of_a_login_page(answer.error()));
}

TEST(CaptivePortal, IsWhatAnswersWithAPageOrAnotherType) {
  Authority authority;
  for (const char* type : {"text/html; charset=utf-8", "text/plain", ""}) {
    SCOPED_TRACE(type);
    Stranger portal("HTTP/1.1 200 OK\r\nContent-Type: " + std::string(type) +
                        "\r\nContent-Length: 2\r\n\r\nhi",
                    {authority.server(), ""});
    Peer peer;
    peer.url = portal.url();
    peer.root_der = authority.root_der();
    Transport transport;

    const auto answer = transport.post(peer, saying("secret"));

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::wire_format);
    EXPECT_TRUE(speaks_of_a_login_page(answer.error()));
  }
}

TEST(Redirect, IsNotFollowed) {
  Authority authority;
  Headquarters other(echo());
  Stranger here("HTTP/1.1 302 Found\r\nLocation: " + other.peer().url +
                    "\r\nContent-Length: 0\r\n\r\n",
                {authority.server(), ""});
  Peer peer;
  peer.url = here.url();
  peer.root_der = authority.root_der();
  Transport transport;

  const auto answer = transport.post(peer, saying("secret"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::wire_format);
  EXPECT_EQ(here.calls(), 1);
}

TEST(Proxy, OfTheEnvironmentIsIgnored) {
  Headquarters headquarters(echo());
  Stranger proxy("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  const std::string address = "http" + proxy.url().substr(5);
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "ALL_PROXY"}) {
    setenv(name, address.c_str(), 1);
  }
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), saying("a"));

  for (const char* name : {"https_proxy", "HTTPS_PROXY", "ALL_PROXY"}) {
    unsetenv(name);
  }
  EXPECT_TRUE(answer);
  EXPECT_EQ(proxy.calls(), 0);
}

TEST(Address, ThatIsNotHttpsIsRefusedBeforeAnyCall) {
  Stranger plain("HTTP/1.1 200 OK\r\n\r\n");
  Peer peer;
  peer.url = "http" + plain.url().substr(5);
  Transport transport;

  const auto answer = transport.post(peer, saying("secret"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::invalid);
  EXPECT_EQ(plain.calls(), 0);
}

}  // namespace
}  // namespace relais::test
