#include <gtest/gtest.h>

#include "tests/integration/headquarters_post.h"
#include "tests/integration/https_peer.h"

namespace relais::test {
namespace {

using sync::Errc;

constexpr std::int64_t year_ms = 365LL * 86'400'000;

std::string http(const std::string& status, const std::string& headers,
                 const std::string& body) {
  return "HTTP/1.1 " + status + "\r\n" + headers + "\r\n" + body;
}

std::string length_of(const std::string& body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n";
}

const std::string ours = "Content-Type: application/x-relais\r\n";
const std::string page = "<html><body>Connectez-vous</body></html>";
const std::string html = "Content-Type: text/html\r\n";

/// An enrolled post with a record that is nowhere but here, and whatever
/// answers in the place of headquarters.
class WrongAnswer : public testing::Test {
 protected:
  WrongAnswer() {
    EXPECT_EQ(post_.enrol(headquarters_.code()), 200);
    EXPECT_EQ(post_.sync(), 200);  // forms and tables
    post_.writes();
  }

  /// Refused in words; nothing lost, nothing held that is not.
  sync::Error refused_at(const std::string& url) {
    post_.call(url);
    const auto synced = post_.try_sync();
    post_.hang_up();  // a stranger waits for the end
    EXPECT_EQ(post_.not_held(), 1U);
    EXPECT_EQ(headquarters_.records(), 0U);
    EXPECT_FALSE(synced);
    if (synced) return {Errc::already, {}};
    EXPECT_FALSE(synced.error().what.id.empty());
    return synced.error();
  }

  void expect_next_sync_completes() {
    post_.call(headquarters_.url());
    const auto synced = post_.try_sync();
    EXPECT_TRUE(synced) << synced.error().what.id;
    EXPECT_EQ(post_.not_held(), 0U);
    EXPECT_EQ(headquarters_.records(), 1U);
  }

  RunningHeadquarters headquarters_;
  FieldMachine post_{headquarters_};
  Authority ours_{headquarters_.root()};
  Authority theirs_;
};

TEST_F(WrongAnswer, OfAPortalIsNoSync) {
  const Stranger plain_page(http("200 OK", html + length_of(page), page));
  const Stranger plain_way(
      http("302 Found", "Location: http://login/\r\n", ""));
  const Stranger own_root(http("200 OK", html + length_of(page), page),
                          {theirs_.server(), ""});
  for (const Stranger* portal : {&plain_page, &plain_way, &own_root}) {
    const sync::Error error = refused_at(portal->url());

    EXPECT_NE(error.what.id.find("login page"), std::string::npos)
        << error.what.id;
  }
  expect_next_sync_completes();
}

// A middle box that holds even our certificate: the answer itself must be
// whole, of the right kind, and signed for this very question.
TEST_F(WrongAnswer, UnderOurOwnCertificateIsNoSyncEither) {
  const std::string old = [this] {
    FieldMachine other(headquarters_);
    EXPECT_EQ(other.enrol(headquarters_.code()), 200);
    return other.post("/v1/sync", other.next_body()).body;
  }();
  const std::string chunk = "5\r\nhello\r\n";
  for (const std::string& says : {
           http("200 OK", html + length_of(page), page),
           http("302 Found", "Location: https://127.0.0.1:1/\r\n", ""),
           http("200 OK", ours + length_of(""), ""),
           http("200 OK", ours + length_of(old), old),
           http("200 OK", ours + length_of(old), old.substr(0, 40)),
           http("200 OK", ours + "Content-Length: 40\r\n", old),
           http("200 OK", ours + "Content-Encoding: gzip\r\n" + length_of(old),
                old),
           http("200 OK", ours + "Transfer-Encoding: gzip, chunked\r\n", chunk),
           http("200 OK", ours + "Transfer-Encoding: chunked\r\n", chunk + "0"),
           http("200 OK", ours + "Transfer-Encoding: chunked\r\n", "zz\r\n"),
           http("204 No Content", ours, ""),
           http("206 Partial Content", ours + length_of(old), old),
           http("401 Unauthorized", html + length_of(page), page),
           http("503 Service Unavailable", ours + length_of(""), ""),
           http("200 OK", "Content-Type: text/plain\r\n" + length_of(old), old),
           std::string("\x16\x03\x03 no HTTP\r\n\r\n"),
           std::string(),
       }) {
    SCOPED_TRACE(says.substr(0, 80));
    const Stranger box(says, {ours_.server(), ""});

    refused_at(box.url());
  }
  expect_next_sync_completes();
}

TEST_F(WrongAnswer, WithoutEndIsCutOff) {
  const std::string endless =
      http("200 OK", ours + "Content-Length: 99999999999\r\n",
           std::string(66 * 1024 * 1024, '\0'));
  const Stranger box(endless, {ours_.server(), ""});

  EXPECT_EQ(refused_at(box.url()).code, Errc::over_limit);

  expect_next_sync_completes();
}

struct Dates {
  const char* from;
  const char* until;
};
/// Valid today, no more, and not yet.
constexpr Dates dates[] = {{"20200101000000Z", "20491231235959Z"},
                           {"20100101000000Z", "20110101000000Z"},
                           {"20450101000000Z", "20460101000000Z"}};

// A clock that is years wrong neither stops a sync with headquarters nor lets
// anybody else in.
TEST_F(WrongAnswer, IsToldFromARightOneWithAnyDateAndAnyClock) {
  std::vector<std::string> right;
  for (const Dates& date : dates) {
    std::vector<std::string> wrong;
    const auto door = [&](Authority& authority, const Credentials& server) {
      const Credentials one = authority.dated(server, date.from, date.until);
      return server::url_of(
          "127.0.0.1",
          headquarters_.open_door({one.certificate_der, one.private_key_pem,
                                   authority.root_der()}));
    };
    right.push_back(door(ours_, ours_.server()));
    wrong.push_back(door(theirs_, theirs_.server()));
    wrong.push_back(door(ours_, ours_.server({"elsewhere.example"})));
    wrong.push_back(door(ours_, ours_.machine("127.0.0.1")));
    for (const std::int64_t years : {-10, -1, 0, 1, 10}) {
      SCOPED_TRACE(std::string(date.from) + ", clock " + std::to_string(years));
      post_.set_clock_wrong_by(years * year_ms);
      for (const std::string& url : wrong) {
        EXPECT_EQ(refused_at(url).code, Errc::denied);
      }
    }
  }
  std::size_t records = 0;
  for (const std::int64_t years : {-10, -1, 0, 1, 10}) {
    post_.set_clock_wrong_by(years * year_ms);
    for (const std::string& url : right) {
      SCOPED_TRACE("clock " + std::to_string(years));
      post_.call(url);
      const auto synced = post_.try_sync();
      EXPECT_TRUE(synced) << synced.error().what.id;
      EXPECT_EQ(post_.not_held(), 0U);
      EXPECT_EQ(headquarters_.records(), ++records);
      post_.writes();
    }
  }
}

}  // namespace
}  // namespace relais::test
