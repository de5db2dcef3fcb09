#include <gmock/gmock.h>

#include "sync/journal/file.h"
#include "tests/integration/daemon_headquarters.h"
#include "tests/integration/daemon_process.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

using nlohmann::json;
using testing::Contains;

class DaemonSync : public testing::Test {
 protected:
  DaemonSync() : daemon_(folder_ / "home") {}

  void enrol_by_code() {
    const Told told = daemon_.ask({.verb = {"enrol"},
                                   .option = {{"hq", headquarters_.url()},
                                              {"code", headquarters_.code()}}});
    ASSERT_EQ(told.exit_code, 0) << testing::PrintToString(told.ended);
    ASSERT_EQ(told.rows.size(), 1U);
    EXPECT_EQ(told.rows[0]["machine"], "DIB-A");
  }
  void enrol_by_file(bool urls) {
    const Told told = daemon_.ask({.verb = {"enrol"},
                                   .option = {{"file", "invite"}},
                                   .files = {headquarters_.invitation(urls)}});
    ASSERT_EQ(told.exit_code, 0) << testing::PrintToString(told.ended);
  }
  std::string submit() {
    const Told told =
        daemon_.ask({.verb = {"new"},
                     .argument = {"incident"},
                     .option = {{"from", "-"}, {"submit", "true"}},
                     .files = {an_incident()}});
    EXPECT_EQ(told.exit_code, 0) << testing::PrintToString(told.ended);
    return told.rows.empty() ? "" : told.rows[0]["reference"];
  }
  int sync_and_wait() {
    return daemon_.ask({.verb = {"sync"}, .option = {{"wait", "true"}}})
        .exit_code;
  }
  json status() {
    const Told told = daemon_.ask({.verb = {"status"}});
    return told.rows.empty() ? json() : told.rows[0];
  }
  /// saved, sent and held, over all lanes.
  std::vector<int> counts() {
    std::vector<int> sum(3);
    const json now = status();
    for (const json& lane : now["lanes"]) {
      sum[0] += lane["saved"].get<int>();
      sum[1] += lane["sent"].get<int>();
      sum[2] += lane["held"].get<int>();
    }
    return sum;
  }
  std::string held(const std::string& reference) {
    const Told told = daemon_.ask({.verb = {"show"}, .argument = {reference}});
    return told.rows.empty() ? "" : told.rows[0]["held"];
  }
  Told import_packet(const std::string& file) {
    return daemon_.ask({.verb = {"packet", "import"},
                        .argument = {"answer.relais"},
                        .files = {file}});
  }

  ScriptedHeadquarters headquarters_;
  TemporaryFolder folder_;
  DaemonProcess daemon_;
};

TEST_F(DaemonSync, EnrolsByACodeAndFetchesFormsAndTables) {
  ASSERT_TRUE(daemon_.ready()) << daemon_.log();

  enrol_by_code();

  const json now = status();
  EXPECT_EQ(now["machine"], "DIB-A");
  EXPECT_EQ(now["certificate"], true);
  EXPECT_EQ(now["link"], "online");
  EXPECT_GE(daemon_.ask({.verb = {"forms"}}).rows.size(), 4U);
  const Told again = daemon_.ask({.verb = {"enrol"},
                                  .option = {{"hq", headquarters_.url()},
                                             {"code", headquarters_.code()}}});
  EXPECT_EQ(again.exit_code, 3);
}

TEST_F(DaemonSync, RefusesAServerWhoseRootTheCodeDoesNotName) {
  auto wrong = sync::decode_code(headquarters_.code()).value();
  wrong.root_bits ^= 1;

  const Told told =
      daemon_.ask({.verb = {"enrol"},
                   .option = {{"hq", headquarters_.url()},
                              {"code", sync::encode_code(wrong)}}});

  EXPECT_EQ(told.exit_code, 4) << testing::PrintToString(told.ended);
  EXPECT_EQ(status()["enrolled"], false);
}

TEST_F(DaemonSync, SendsWhatIsSavedByItselfAndSaysHeld) {
  enrol_by_code();

  const std::string reference = submit();

  ASSERT_TRUE(headquarters_.wait_for_records(1, "incident")) << daemon_.log();
  EXPECT_EQ(sync_and_wait(), 0);
  EXPECT_EQ(held(reference), "held");
  EXPECT_EQ(counts()[0], 0);
}

TEST_F(DaemonSync, GetsItsCertificateByItselfAfterAnInvitationByFile) {
  enrol_by_file(true);
  submit();

  ASSERT_TRUE(headquarters_.wait_for_records(1, "incident")) << daemon_.log();
  EXPECT_EQ(status()["certificate"], true);
}

/// A machine that was given the invitation of another, and wrote a record.
class DaemonRefused : public DaemonSync {
 protected:
  DaemonRefused() {
    const std::string used = headquarters_.invitation(true);
    for (DaemonProcess* daemon : {&first_, &daemon_}) {
      EXPECT_EQ(daemon
                    ->ask({.verb = {"enrol"},
                           .option = {{"file", "invite"}},
                           .files = {used}})
                    .exit_code,
                0);
      if (daemon == &daemon_) reference_ = submit();
      sync_code_ = daemon->ask({.verb = {"sync"}, .option = {{"wait", "true"}}})
                       .exit_code;
    }
  }
  std::vector<std::string> troubles() {
    std::vector<std::string> all;
    for (const json& row : daemon_.ask({.verb = {"doctor"}}).rows) {
      all.push_back(row["trouble"]);
    }
    return all;
  }

  DaemonProcess first_{folder_ / "first"};
  std::string reference_;
  int sync_code_ = -1;
};

constexpr const char* refused_words =
    "Headquarters refused this enrolment: ask it for a new code or "
    "invitation, then run `relais enrol` again.";

TEST_F(DaemonRefused, SaysSoAndWhatToDo) {
  EXPECT_EQ(sync_code_, 4);

  EXPECT_THAT(troubles(), Contains(refused_words));
  EXPECT_THAT(status()["warnings"], Contains(refused_words));
}

TEST_F(DaemonRefused, TakesANewInvitationAndLosesNothing) {
  enrol_by_file(true);

  EXPECT_EQ(sync_and_wait(), 0) << daemon_.log();
  EXPECT_EQ(status()["machine"], "DIB-B");
  EXPECT_EQ(held(reference_), "held");
  EXPECT_TRUE(troubles().empty()) << testing::PrintToString(troubles());
}

TEST_F(DaemonRefused, TakesANewCodeAndLosesNothing) {
  const Told told = daemon_.ask({.verb = {"enrol"},
                                 .option = {{"hq", headquarters_.url()},
                                            {"code", headquarters_.code()}}});

  ASSERT_EQ(told.exit_code, 0) << testing::PrintToString(told.ended);
  EXPECT_EQ(told.rows[0]["machine"], "DIB-B");
  EXPECT_EQ(sync_and_wait(), 0) << daemon_.log();
  EXPECT_EQ(held(reference_), "held");
  EXPECT_TRUE(troubles().empty()) << testing::PrintToString(troubles());
}

// A slip of the pen must not cost a post the invitation that it has.
TEST_F(DaemonSync, KeepsAnInvitationWhenACodeIsRefused) {
  headquarters_.go_away();
  enrol_by_file(true);
  headquarters_.come_back();
  auto wrong = sync::decode_code(headquarters_.code()).value();
  wrong.secret[0] ^= 1;

  const Told told =
      daemon_.ask({.verb = {"enrol"},
                   .option = {{"hq", headquarters_.url()},
                              {"code", sync::encode_code(wrong)}}});

  EXPECT_NE(told.exit_code, 0);
  EXPECT_EQ(sync_and_wait(), 0) << daemon_.log();
  EXPECT_EQ(status()["machine"], "DIB-A");
}

TEST_F(DaemonSync, EndsWithFiveWhenNobodyAnswersAndKeepsEverything) {
  enrol_by_code();
  headquarters_.go_away();
  const std::string reference = submit();

  const Told told =
      daemon_.ask({.verb = {"sync"}, .option = {{"wait", "true"}}});

  EXPECT_EQ(told.exit_code, 5);
  ASSERT_EQ(told.rows.size(), 1U);
  EXPECT_EQ(told.rows[0]["packets_sent"], 0);
  EXPECT_EQ(told.rows[0]["bytes_up"], 0);
  EXPECT_EQ(status()["link"], "offline");
  EXPECT_EQ(held(reference), "saved");

  headquarters_.come_back();
  EXPECT_EQ(sync_and_wait(), 0) << daemon_.log();
  EXPECT_EQ(held(reference), "held");
}

TEST_F(DaemonSync, SendsNothingToAnImpostorAndSaysThatOneAnswered) {
  enrol_by_code();
  headquarters_.give_way_to_an_impostor();
  const std::string reference = submit();

  const Told told =
      daemon_.ask({.verb = {"sync"}, .option = {{"wait", "true"}}});

  EXPECT_EQ(told.exit_code, 4);
  ASSERT_EQ(told.rows.size(), 1U);
  EXPECT_EQ(told.rows[0]["packets_sent"], 0);
  EXPECT_EQ(told.rows[0]["bytes_up"], 0);
  EXPECT_EQ(status()["link"], "stranger");
  EXPECT_EQ(held(reference), "saved");
}

TEST_F(DaemonSync, SendsNothingTwiceThatWasHeldBeforeTheAnswerWasCut) {
  enrol_by_file(false);
  const std::string reference = submit();
  const Told file = daemon_.ask({.verb = {"packet", "export"}});
  const std::string device = headquarters_.read_file(file.data).value();
  EXPECT_EQ(import_packet(headquarters_.write_file(device)).exit_code, 0);
  const std::string second = submit();
  headquarters_.cut_next_answer(10);
  EXPECT_EQ(sync_and_wait(), 5);
  EXPECT_EQ(held(second), "sent");

  const Told told =
      daemon_.ask({.verb = {"sync"}, .option = {{"wait", "true"}}});

  EXPECT_EQ(told.exit_code, 0);
  EXPECT_EQ(held(reference), "held");
  EXPECT_EQ(held(second), "held");
  ASSERT_EQ(told.rows.size(), 1U);
  EXPECT_EQ(told.rows[0]["packets_sent"], 0);
}

TEST_F(DaemonSync, ShowsARefusalUntilASessionWentWell) {
  enrol_by_code();
  proto::Frame refused;
  refused.mutable_refusal()->set_code(
      "Headquarters has retired this machine: what it still holds goes by "
      "packet export");
  headquarters_.refuse_next(1000, 403, sync::encode_frame(refused));

  const Told told =
      daemon_.ask({.verb = {"sync"}, .option = {{"wait", "true"}}});

  EXPECT_EQ(told.exit_code, 4);
  EXPECT_THAT(told.ended, Contains(refused.refusal().code()));
  ASSERT_EQ(told.rows.size(), 1U);
  EXPECT_EQ(told.rows[0]["packets_sent"], 0);
  EXPECT_EQ(daemon_.ask({.verb = {"doctor"}}).rows.size(), 1U);
  EXPECT_EQ(status()["link"], "online");
  headquarters_.refuse_next(0, 200, {});
  EXPECT_EQ(sync_and_wait(), 0);
  EXPECT_TRUE(daemon_.ask({.verb = {"doctor"}}).rows.empty());
}

TEST_F(DaemonSync, SaysWhatASyncWouldCostAndSendsNothing) {
  enrol_by_file(false);
  submit();

  const Told cost =
      daemon_.ask({.verb = {"sync"}, .option = {{"dry-run", "true"}}});

  EXPECT_EQ(cost.exit_code, 0);
  ASSERT_EQ(cost.rows.size(), 1U);
  EXPECT_EQ(cost.rows[0]["packets"], 1);
  EXPECT_EQ(cost.rows[0]["bytes"].get<int>() % 4096, 0);
  EXPECT_GT(counts()[0], 0);
  EXPECT_EQ(counts()[1], 0);
}

TEST_F(DaemonSync, TakesTheUsbRoadBothWays) {
  enrol_by_file(false);
  const std::string reference = submit();
  const Told exported = daemon_.ask({.verb = {"packet", "export"}});
  ASSERT_EQ(exported.exit_code, 0);
  EXPECT_EQ(held(reference), "saved");

  ASSERT_EQ(exported.rows.size(), 1U);
  const Told confirmed = daemon_.ask(
      {.verb = {"packet", "sent"}, .argument = {exported.rows[0]["reach"]}});
  EXPECT_EQ(confirmed.exit_code, 0);
  EXPECT_EQ(held(reference), "sent");

  const std::string device = headquarters_.read_file(exported.data).value();
  const Told imported = import_packet(headquarters_.write_file(device));
  EXPECT_EQ(imported.exit_code, 0) << testing::PrintToString(imported.notes);
  EXPECT_EQ(held(reference), "held");
  EXPECT_EQ(status()["certificate"], true);
}

TEST_F(DaemonSync, NamesAFileThatIsNoneAndTakesTheOthers) {
  enrol_by_file(false);
  const Told exported = daemon_.ask({.verb = {"packet", "export"}});
  const std::string device = headquarters_.read_file(exported.data).value();

  const Told told = daemon_.ask(
      {.verb = {"packet", "import"},
       .argument = {"holiday.jpg", "answer.relais"},
       .files = {"no packet at all", headquarters_.write_file(device)}});

  EXPECT_EQ(told.exit_code, 1);
  ASSERT_EQ(told.rows.size(), 2U);
  EXPECT_EQ(told.rows[0]["refused"], 1);
  EXPECT_EQ(told.rows[1]["refused"], 0);
  EXPECT_EQ(status()["certificate"], true);
}

}  // namespace
}  // namespace relais::test
