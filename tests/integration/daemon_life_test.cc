#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/integration/daemon_headquarters.h"
#include "tests/integration/daemon_process.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

class DaemonLife : public testing::Test {
 protected:
  std::filesystem::path home() const { return folder_ / "home"; }

  /// Enrolled by a file, with no network: work can begin.
  void enrol(DaemonProcess& daemon) {
    const Told told = daemon.ask({.verb = {"enrol"},
                                  .option = {{"file", "invite"}},
                                  .files = {headquarters_.invitation(false)}});
    ASSERT_EQ(told.exit_code, 0) << testing::PrintToString(told.ended);
  }
  Told submit(DaemonProcess& daemon, const std::string& summary) {
    return daemon.ask({.verb = {"new"},
                       .argument = {"incident"},
                       .option = {{"from", "-"}, {"submit", "true"}},
                       .files = {an_incident(summary)}});
  }
  std::size_t listed(DaemonProcess& daemon) {
    return daemon.ask({.verb = {"list"}, .argument = {"incident"}}).rows.size();
  }

  ScriptedHeadquarters headquarters_;
  TemporaryFolder folder_;
};

TEST_F(DaemonLife, StartsWithoutEnrolmentAndSaysWhatToDo) {
  DaemonProcess daemon(home());
  ASSERT_TRUE(daemon.ready()) << daemon.log();

  const Told status = daemon.ask({.verb = {"status"}});
  ASSERT_EQ(status.rows.size(), 1U);
  EXPECT_EQ(status.rows[0]["enrolled"], false);
  EXPECT_EQ(status.rows[0]["link"], "unknown");
  const Told doctor = daemon.ask({.verb = {"doctor"}});
  ASSERT_FALSE(doctor.rows.empty());
  EXPECT_THAT(doctor.rows[0]["remedy"], HasSubstr("relais enrol"));
  EXPECT_EQ(daemon.ask({.verb = {"sync"}}).exit_code, 1);
  EXPECT_EQ(daemon.ask({.verb = {"packet", "export"}}).exit_code, 1);
  EXPECT_EQ(daemon.ask({.verb = {"list"}}).exit_code, 0);
  EXPECT_EQ(daemon.ask({.verb = {"dance"}}).exit_code, 2);
}

TEST_F(DaemonLife, TheSecondOneOnAHomeSaysSoAndEnds) {
  DaemonProcess first(home());
  ASSERT_TRUE(first.ready()) << first.log();

  DaemonProcess second(home());

  EXPECT_FALSE(second.ready());
  EXPECT_EQ(second.wait(), 1);
  EXPECT_THAT(second.log(), HasSubstr("relaisd: "));
  EXPECT_THAT(second.log(), HasSubstr(std::to_string(first.pid())));
  EXPECT_EQ(first.ask({.verb = {"status"}}).exit_code, 0);
}

TEST_F(DaemonLife, EndsCleanlyOnASignalAndTellsTheServiceManager) {
  for (const int number : {SIGTERM, SIGINT}) {
    DaemonProcess daemon(home());
    ASSERT_TRUE(daemon.ready()) << daemon.log();

    daemon.send_signal(number);

    EXPECT_EQ(daemon.next_notice(), "STOPPING=1");
    EXPECT_EQ(daemon.wait(), 0);
    EXPECT_FALSE(std::filesystem::exists(home() / "control.sock"));
  }
}

TEST_F(DaemonLife, TellsTheServiceManagerThatItIsAliveWhenItAsksForThat) {
  DaemonProcess daemon(home(), "WATCHDOG_USEC=20000");
  ASSERT_TRUE(daemon.ready()) << daemon.log();

  EXPECT_EQ(daemon.next_notice(), "WATCHDOG=1");
  EXPECT_EQ(daemon.next_notice(), "WATCHDOG=1");
}

// The caller never ends its input: the import waits for the next line, and
// must not keep the daemon from stopping.
TEST_F(DaemonLife, StopsARunningRequestOnASignalAndKeepsWhatItSaved) {
  DaemonProcess daemon(home());
  ASSERT_TRUE(daemon.ready()) << daemon.log();
  enrol(daemon);
  ASSERT_EQ(submit(daemon, "Avant le signal").exit_code, 0);
  auto client = daemon.connect();
  int sent = 0;
  const auto input = [&]() -> sync::Result<std::optional<proto::Input>> {
    if (sent == 3) daemon.send_signal(SIGTERM);
    proto::Input line;
    line.set_line(static_cast<std::uint64_t>(++sent));
    line.set_bytes(an_incident("Une ligne, la " + std::to_string(sent)));
    line.set_last(true);
    return std::optional<proto::Input>(line);
  };

  auto end = client.ask(request_of({.verb = {"import"},
                                    .argument = {"incident"},
                                    .option = {{"kind", "jsonl"}},
                                    .files = {"x"}}),
                        input, [](const auto&) { return sync::Result<>(); });

  EXPECT_FALSE(end);
  EXPECT_EQ(daemon.wait(), 0);
  DaemonProcess again(home());
  ASSERT_TRUE(again.ready()) << again.log();
  EXPECT_GE(listed(again), 1U);
  EXPECT_EQ(again.ask({.verb = {"verify"}}).exit_code, 0);
}

TEST_F(DaemonLife, LosesNothingThatItAnsweredAsSavedWhenItIsKilled) {
  std::size_t saved = 0;
  for (int round = 0; round < 5; ++round) {
    DaemonProcess daemon(home());
    ASSERT_TRUE(daemon.ready()) << daemon.log();
    if (round == 0) enrol(daemon);
    EXPECT_EQ(listed(daemon), saved);
    for (int i = 0; i < 4; ++i) {
      const Told told = submit(daemon, "Sacs retenus");
      ASSERT_EQ(told.exit_code, 0) << testing::PrintToString(told.ended);
      ++saved;
    }
    daemon.send_signal(SIGKILL);
    EXPECT_EQ(daemon.wait(), -SIGKILL);
  }

  DaemonProcess daemon(home());
  ASSERT_TRUE(daemon.ready()) << daemon.log();
  EXPECT_EQ(listed(daemon), saved);
  EXPECT_EQ(daemon.ask({.verb = {"verify"}}).exit_code, 0);
}

TEST_F(DaemonLife, ActsForAnOfficerOfTheTablesAndForNobodyElse) {
  DaemonProcess daemon(home());
  ASSERT_TRUE(daemon.ready()) << daemon.log();
  enrol(daemon);

  const Told nobody = daemon.ask({.verb = {"whoami"}, .as = "999-99.Z"});
  const Told officer = daemon.ask({.verb = {"whoami"}, .as = "924-31.C"});
  const Told service = daemon.ask({.verb = {"whoami"}});

  EXPECT_EQ(nobody.exit_code, 4);
  ASSERT_EQ(officer.rows.size(), 1U);
  EXPECT_EQ(officer.rows[0]["person"], "924-31.C");
  EXPECT_EQ(officer.rows[0]["name"], "Makan SISSOKO");
  EXPECT_EQ(officer.rows[0]["entered_by"], "service");
  ASSERT_EQ(service.rows.size(), 1U);
  EXPECT_EQ(service.rows[0]["person"], "service");
}

// A caller who begins to stream a file and then says nothing must not keep
// others from saving.
TEST_F(DaemonLife, ASilentCallerHoldsUpNobody) {
  DaemonProcess daemon(home());
  ASSERT_TRUE(daemon.ready()) << daemon.log();
  enrol(daemon);
  auto silent = daemon.connect();
  int asked = 0;
  bool others = false;
  const auto input = [&]() -> sync::Result<std::optional<proto::Input>> {
    if (++asked == 1) {
      proto::Input line;
      line.set_bytes(an_incident());
      line.set_last(true);
      return std::optional<proto::Input>(line);
    }
    others = submit(daemon, "Pendant ce temps").exit_code == 0;
    return std::optional<proto::Input>();
  };

  auto end = silent.ask(request_of({.verb = {"import"},
                                    .argument = {"incident"},
                                    .option = {{"kind", "jsonl"}},
                                    .files = {"x"}}),
                        input, [](const auto&) { return sync::Result<>(); });

  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code(), 0);
  EXPECT_TRUE(others);
  EXPECT_EQ(listed(daemon), 2U);
}

TEST_F(DaemonLife, OpensItsSocketToItsGroupAndItsHomeToNobody) {
  DaemonProcess daemon(home());
  ASSERT_TRUE(daemon.ready()) << daemon.log();
  struct stat socket {};
  struct stat folder {};

  ASSERT_EQ(::stat((home() / "control.sock").c_str(), &socket), 0);
  ASSERT_EQ(::stat(home().c_str(), &folder), 0);

  EXPECT_EQ(socket.st_mode & 0777, 0660U);
  EXPECT_EQ(folder.st_mode & 0077, 0U);
}

}  // namespace
}  // namespace relais::test
