#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server-stub/admin/calls.h"
#include "server-stub/headquarters/backups.h"
#include "sync/control/client.h"
#include "tests/integration/headquarters_post.h"

namespace relais {
namespace {

/// A serving headquarters and its socket.
class ControlSocket : public testing::Test {
 protected:
  ControlSocket()
      : server_(server::ControlServer::start(
            home(), admin::run_beside(headquarters_.office(),
                                      headquarters_.writer()))) {}

  std::string home() { return headquarters_.office().folder().string(); }

  static proto::Request request(const std::vector<std::string>& verb,
                                const std::vector<std::string>& arguments) {
    proto::Request request;
    for (const auto& word : verb) request.add_verb(word);
    for (const auto& one : arguments) request.add_argument(one);
    (*request.mutable_option())["format"] = "json";
    return request;
  }

  /// The exit code; rows are kept.
  int ask(const proto::Request& request, const sync::InputSource& source = {}) {
    auto client = sync::ControlClient::connect({home(), "relais-hq"});
    EXPECT_TRUE(client);
    if (!client) return -1;
    auto end = client->ask(request, source, [&](const proto::Reply& reply) {
      if (reply.has_json()) rows_.push_back(reply.json());
      return sync::Result<>();
    });
    EXPECT_TRUE(end);
    return end ? end->exit_code() : -1;
  }

  test::RunningHeadquarters headquarters_;
  sync::Result<std::unique_ptr<server::ControlServer>> server_;
  std::vector<std::string> rows_;
};

TEST_F(ControlSocket, AnswersWhatReadsBesideAWriterThatIsBusy) {
  std::promise<void> go_on;
  headquarters_.writer().alone([&] { go_on.get_future().wait(); });

  EXPECT_EQ(ask(request({"post", "list"}, {})), 0);
  EXPECT_GE(rows_.size(), 20U);

  go_on.set_value();
}

TEST_F(ControlSocket, PublishesWhatIsStreamedIn) {
  auto asked = request({"reference", "import"}, {"region", "region.csv"});
  asked.set_input(true);
  bool given = false;
  const sync::InputSource source =
      [&]() -> sync::Result<std::optional<proto::Input>> {
    if (std::exchange(given, true)) return std::optional<proto::Input>();
    proto::Input input;
    input.set_bytes("code,label_fr\nDN,Nationale\n");
    input.set_last(true);
    return std::optional<proto::Input>(input);
  };

  EXPECT_EQ(ask(asked, source), 0);
  EXPECT_EQ(ask(request({"reference"}, {"region"})), 0);
  EXPECT_EQ(rows_.size(), 1U);
}

TEST_F(ControlSocket, SaysByItsExitCodeWhatIsWrong) {
  EXPECT_EQ(ask(request({"frobnicate"}, {})), 2);
  EXPECT_EQ(ask(request({"show"}, {"INC-XXX"})), 3);
  EXPECT_EQ(ask(request({"device", "retire"}, {"ZZZ-A"})), 3);
}

TEST_F(ControlSocket, DeclaresArchivedWhatTwoBackupsHold) {
  const auto folder = headquarters_.office().folder();
  ASSERT_TRUE(server::back_up(folder, folder / "old.db", 1'000));
  ASSERT_TRUE(server::back_up(folder, folder / "new.db", 2'000));
  EXPECT_EQ(ask(request({"archived"}, {})), 0);
  EXPECT_TRUE(rows_.empty()) << "nothing yet";
  EXPECT_EQ(ask(request({"archived"}, {"old.db"})), 2);
  auto asked = request({"archived"}, {"new.db", "old.db"});
  asked.set_directory(folder.string());

  EXPECT_EQ(ask(asked), 0);

  ASSERT_EQ(rows_.size(), 2U) << "of each backup";
  EXPECT_EQ(ask(request({"archived"}, {})), 0);
  ASSERT_EQ(rows_.size(), 4U);
  EXPECT_EQ(rows_[0], rows_[2]);
  EXPECT_NE(rows_[0].find("1970-01-01T00:00:01Z"), std::string::npos);
}

TEST_F(ControlSocket, GoesAwayWithItsServer) {
  (*server_)->stop();

  EXPECT_FALSE(sync::ControlClient::connect({home(), "relais-hq"}));
  EXPECT_FALSE(std::filesystem::exists(home() + "/control.sock"));
}

TEST(Restoring, KeepsEverythingOfABackupInAnotherHome) {
  test::RunningHeadquarters headquarters;
  const auto folder = headquarters.office().folder();
  auto file = server::back_up_in_turn(folder, 1'000, 2);
  ASSERT_TRUE(file) << file.error().what.id;
  EXPECT_FALSE(server::is_backup_due(folder));
  ASSERT_TRUE(server::back_up_in_turn(folder, 2'000'000, 2));
  ASSERT_TRUE(server::back_up_in_turn(folder, 3'000'000, 2));
  EXPECT_FALSE(std::filesystem::exists(*file));  // the third one is too many

  test::TemporaryFolder other;
  std::filesystem::copy_file(folder / "backups/relais-19700101T005000Z.db",
                             other / "relais.db");
  auto office = server::Office::open(other.path());

  ASSERT_TRUE(office) << office.error().what.id;
  EXPECT_EQ((*office)->papers()->root.certificate_der, headquarters.root_der());
}

}  // namespace
}  // namespace relais
