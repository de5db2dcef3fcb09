#include <gtest/gtest.h>

#include "client/daemon/limits.h"
#include "sync/record/call_rights.h"
#include "tests/unit/client/daemon/shared_post.h"

namespace relais::client {
namespace {

using test::chief_of_dib;
using test::Heard;
using test::officer_of_dib;
using test::SharedPost;

constexpr int denied = 4;

TEST(Gate, BeforeTheFirstPinTheOwnerActsForThePostAndNobodyElse) {
  SharedPost post;
  EXPECT_EQ(post.call({.verb = "list"}).exit_code, 0);
  EXPECT_EQ(post.call({.verb = "whoami"}).rows[0]["person"], "service");
  EXPECT_EQ(
      post.call({.verb = "whoami", .as = officer_of_dib}).rows[0]["person"],
      officer_of_dib);
  const Heard other =
      post.call({.verb = "list", .uid = SharedPost::another_account});
  EXPECT_EQ(other.exit_code, denied);
}

TEST(Gate, EveryVerbThatTheDaemonKnowsStandsInTheTable) {
  SharedPost post;
  std::set<std::string, std::less<>> listed;
  for (const auto& right : sync::call_rights()) {
    EXPECT_TRUE(listed.emplace(right.verb).second) << right.verb;
    EXPECT_TRUE(post.verbs.contains(right.verb)) << right.verb;
  }
  for (const auto& [verb, run] : post.verbs) {
    EXPECT_TRUE(listed.contains(verb)) << verb;
  }
}

TEST(Gate, WhatIsNotInTheTableIsDeniedToEverybody) {
  for (std::uint8_t callers = 0; callers < 8; ++callers) {
    EXPECT_FALSE(sync::may_call("packet burn", callers));
    EXPECT_FALSE(sync::may_call("", callers));
  }
}

TEST(Gate, FromTheFirstPinOnNothingIsDoneForNobody) {
  SharedPost post;
  post.first_pin(officer_of_dib);
  for (const char* verb : {"list", "show", "new", "export", "typed", "sheet",
                           "conflicts", "forms", "reference", "import"}) {
    const Heard heard = post.call({.verb = verb});
    EXPECT_EQ(heard.exit_code, denied) << verb;
    EXPECT_TRUE(heard.login) << verb;
  }
  for (const char* verb : {"status", "doctor", "verify", "whoami"}) {
    EXPECT_EQ(post.call({.verb = verb}).exit_code, 0) << verb;
  }
  EXPECT_EQ(post.call({.verb = "whoami"}).rows[0]["person"], "");
  const Heard as = post.call({.verb = "status", .as = officer_of_dib});
  EXPECT_EQ(as.exit_code, denied);
}

TEST(Gate, AnotherAccountMayLogInAndIsThenThatPerson) {
  SharedPost post;
  post.first_pin(officer_of_dib);
  const uid_t other = SharedPost::another_account;
  EXPECT_EQ(post.call({.verb = "status", .uid = other}).exit_code, denied);
  const Heard heard = post.log_in(officer_of_dib, "271828", {}, other);
  ASSERT_EQ(heard.exit_code, 0) << heard.said;
  const std::string session = SharedPost::session_of(heard);
  const Heard who =
      post.call({.verb = "whoami", .session = session, .uid = other});
  EXPECT_EQ(who.rows[0]["person"], officer_of_dib);
  // A session is of the account that it was given to.
  EXPECT_TRUE(post.call({.verb = "list", .session = session}).login);
}

TEST(Gate, ThreeMinutesWithoutACallEndASession) {
  SharedPost post;
  const std::string session = post.first_pin(officer_of_dib);
  post.clock.monotonic += limits::idle_login_ms - 1'000;
  EXPECT_EQ(post.call({.verb = "list", .session = session}).exit_code, 0);
  // What a screen asks of itself keeps nobody logged in.
  post.clock.monotonic += limits::idle_login_ms - 1'000;
  EXPECT_EQ(post.call({.verb = "list", .session = session, .background = true})
                .exit_code,
            0);
  post.clock.monotonic += 2'000;
  EXPECT_TRUE(post.call({.verb = "list", .session = session}).login);
}

TEST(Gate, LogoutAndARestartEndASession) {
  SharedPost post;
  const std::string first = post.first_pin(officer_of_dib);
  EXPECT_EQ(post.call({.verb = "logout", .session = first}).exit_code, 0);
  EXPECT_TRUE(post.call({.verb = "list", .session = first}).login);
  const std::string second =
      SharedPost::session_of(post.log_in(officer_of_dib, "271828"));
  EXPECT_EQ(post.call({.verb = "list", .session = second}).exit_code, 0);
  post.restart();
  EXPECT_TRUE(post.call({.verb = "list", .session = second}).login);
  EXPECT_TRUE(post.call({.verb = "list", .session = "00"}).login);
}

TEST(Gate, OneWhoLogsInAgainKeepsHisVaultAndWhoeverComesClosesIt) {
  SharedPost post;
  const std::string first = post.first_pin(officer_of_dib);
  post.draft_of(first);
  test::Called again{.verb = "login", .argument = {officer_of_dib}};
  again.option["pin"] = SharedPost::stretched("271828");
  again.session = first;
  const std::string second = SharedPost::session_of(post.call(again));
  EXPECT_EQ(post.call({.verb = "list", .session = second}).rows.size(), 1U);
  EXPECT_TRUE(post.call({.verb = "list", .session = first}).login);
  EXPECT_NE(post.station->replica().vaults().find(officer_of_dib), nullptr);

  test::Called chief{.verb = "login", .argument = {chief_of_dib}};
  chief.option["pin"] = SharedPost::stretched("314159");
  chief.option["slip"] = post.code(chief_of_dib);
  chief.session = second;
  EXPECT_EQ(post.call(chief).exit_code, 0);
  EXPECT_EQ(post.station->replica().vaults().find(officer_of_dib), nullptr);
}

TEST(Gate, NothingItSaysTellsWhoHasAPin) {
  SharedPost post;
  post.first_pin(officer_of_dib);
  for (const char* person : {officer_of_dib, chief_of_dib, "999-99.Z"}) {
    const auto ask = [&] {
      return post.call({.verb = "login salt", .argument = {person}})
          .rows[0]["salt"]
          .get<std::string>();
    };
    EXPECT_EQ(ask().size(), 32U);
    EXPECT_EQ(ask(), ask());
  }
  for (int wrong = 1; wrong <= 4; ++wrong) {
    const std::string known = post.log_in(officer_of_dib, "1").said;
    EXPECT_EQ(post.log_in(chief_of_dib, "1").said, known) << wrong;
    EXPECT_EQ(post.log_in("999-99.Z", "1").said, known) << wrong;
  }
}

test::Called submits_an_incident(const std::string& session) {
  test::Called incident{.verb = "new", .argument = {"incident"}};
  incident.session = session;
  incident.option["submit"] = "true";
  for (const std::string& set : test::an_incident()) {
    std::string& all = incident.option["set"];
    all += (all.empty() ? "" : "\x1F") + set;
  }
  return incident;
}

/// It is asked every five seconds: what was read once is counted on.
TEST(Gate, WhatWaitsFollowsWhatIsWrittenAndHeld) {
  SharedPost post;
  const std::string officer = post.first_pin(officer_of_dib);
  const auto incident = submits_an_incident(officer);
  const auto waiting = [&] {
    return post.call({.verb = "status"}).rows[0]["waiting_bytes"].get<int>();
  };
  EXPECT_EQ(waiting(), 0);
  ASSERT_EQ(post.call(incident).exit_code, 0);
  EXPECT_EQ(waiting(), 4096);
  for (int i = 0; i < 9; ++i) ASSERT_EQ(post.call(incident).exit_code, 0);
  EXPECT_GT(waiting(), 4096);
  post.sync();
  EXPECT_EQ(waiting(), 0);
  ASSERT_EQ(post.call(incident).exit_code, 0);
  EXPECT_EQ(waiting(), 4096);
}

TEST(Gate, NumbersTellOnlyOfOnesOwn) {
  SharedPost post;
  const std::string officer = post.first_pin(officer_of_dib);
  const std::string chief = post.first_pin(chief_of_dib);
  const Heard before = post.call({.verb = "status", .session = chief});
  const auto incident = submits_an_incident(officer);
  ASSERT_EQ(post.call(incident).exit_code, 0);

  const Heard own = post.call({.verb = "status", .session = officer});
  EXPECT_GT(own.rows[0]["lanes"][0]["saved"], 0) << own.rows[0];
  Heard after = post.call({.verb = "status", .session = chief});
  EXPECT_EQ(after.rows[0]["lanes"], before.rows[0]["lanes"]);
  EXPECT_EQ(after.rows[0]["feed"], nullptr);
  const Heard nobody = post.call({.verb = "status"});
  EXPECT_TRUE(nobody.rows[0]["lanes"].empty()) << nobody.rows[0];
  EXPECT_EQ(nobody.rows[0]["waiting_bytes"], 4096);
  const Heard cost =
      post.call({.verb = "sync", .option = {{"dry-run", "true"}}});
  EXPECT_FALSE(cost.rows[0].contains("packets")) << cost.rows[0];
  EXPECT_EQ(cost.rows[0]["bytes"].get<int>() % 4096, 0);
  const Heard urgent = post.call(
      {.verb = "sync", .option = {{"dry-run", "true"}, {"lane", "urgent"}}});
  EXPECT_EQ(urgent.exit_code, denied);
  const Heard file = post.call({.verb = "packet export"});
  EXPECT_FALSE(file.rows[0].contains("packets")) << file.rows[0];
  EXPECT_FALSE(post.call({.verb = "verify"}).rows[0].contains("records"));
}

}  // namespace
}  // namespace relais::client
