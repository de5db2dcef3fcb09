#include "sync/store/home.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>

#include "sync/store/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

using namespace sync;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 0777;
}

/// Another process: does its work when told to, then waits until it is ended.
class OtherProcess {
 public:
  explicit OtherProcess(const std::function<char()>& work) {
    EXPECT_EQ(::pipe(to_.data()), 0);
    EXPECT_EQ(::pipe(from_.data()), 0);
    pid_ = ::fork();
    if (pid_ != 0) return;
    char byte = 0;
    if (::read(to_[0], &byte, 1) == 1) byte = work();
    if (::write(from_[1], &byte, 1) == 1) ::pause();
    ::_exit(0);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() {
    end();
    for (int descriptor : {to_[0], to_[1], from_[0], from_[1]}) {
      ::close(descriptor);
    }
  }

  /// What its work gave.
  char run() {
    char byte = 'r';
    EXPECT_EQ(::write(to_[1], &byte, 1), 1);
    EXPECT_EQ(::read(from_[0], &byte, 1), 1);
    return byte;
  }
  void end() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  pid_t pid() const { return pid_; }

 private:
  std::array<int, 2> to_{}, from_{};
  pid_t pid_ = 0;
};

TEST(Home, IsMadeForItsOwnerOnly) {
  TemporaryFolder folder;

  auto home = Home::open(folder / "var/relais");

  ASSERT_TRUE(home) << home.error().what.id;
  EXPECT_EQ(mode_of(folder / "var/relais"), 0700u);
  EXPECT_EQ(home->database(), folder / "var/relais/relais.db");
}

TEST(Home, ASecondProcessIsRefusedAndToldWhichOneHasIt) {
  TemporaryFolder folder;
  const auto path = folder / "home";
  Result<Home> held = fail(Errc::not_found, "");
  OtherProcess other([&] {
    held = Home::open(path);
    return held ? 'y' : 'n';
  });
  ASSERT_EQ(other.run(), 'y');

  auto second = Home::open(path);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_EQ(second.error().what.arguments[0], std::to_string(other.pid()));
}

TEST(Home, IsFreeAgainWhenItsProcessWasKilled) {
  TemporaryFolder folder;
  const auto path = folder / "home";
  Result<Home> held = fail(Errc::not_found, "");
  OtherProcess other([&] {
    held = Home::open(path);
    return held ? 'y' : 'n';
  });
  ASSERT_EQ(other.run(), 'y');

  other.end();

  EXPECT_TRUE(Home::open(path));
}

TEST(Home, IsFreeAgainWhenTheObjectGoes) {
  TemporaryFolder folder;
  {
    auto home = Home::open(folder / "home");
    ASSERT_TRUE(home);
    EXPECT_FALSE(Home::open(folder / "home"));
    Home moved = std::move(*home);
    EXPECT_FALSE(Home::open(folder / "home"));
  }

  EXPECT_TRUE(Home::open(folder / "home"));
}

TEST(Home, AFolderOfOthersIsNotTakenOver) {
  TemporaryFolder folder;
  const auto path = folder / "shared";
  std::filesystem::create_directory(path);
  ASSERT_TRUE(write_file_durably(path / "letter.txt", "x", mode_public));
  ASSERT_EQ(::chmod(path.c_str(), 0755), 0);

  auto home = Home::open(path);

  ASSERT_FALSE(home);
  EXPECT_EQ(home.error().code, Errc::denied);
  EXPECT_EQ(mode_of(path), 0755u);
}

TEST(Home, AnEmptyFolderIsClosedToOthers) {
  TemporaryFolder folder;
  const auto path = folder / "empty";
  std::filesystem::create_directory(path);
  ASSERT_EQ(::chmod(path.c_str(), 0755), 0);

  ASSERT_TRUE(Home::open(path));

  EXPECT_EQ(mode_of(path), 0700u);
}

// Without the home's lock, as SQLite's own tool would come.
TEST(Home, TheDatabaseItselfIsBusyForASecondProcess) {
  TemporaryFolder folder;
  const auto path = folder / "relais.db";
  OtherProcess other([&] {
    auto second = SqliteStore::open(path, OpenMode::exclusive);
    return !second && second.error().code == Errc::busy ? 'y' : 'n';
  });
  OtherProcess reader([&] {
    auto second = SqliteStore::open(path, OpenMode::read_only);
    return !second && second.error().code == Errc::busy ? 'y' : 'n';
  });
  auto store = SqliteStore::open(path, OpenMode::exclusive);
  ASSERT_TRUE(store);

  EXPECT_EQ(other.run(), 'y');
  EXPECT_EQ(reader.run(), 'y');
  EXPECT_TRUE((*store)->put("shelf", "key", "value"));
}

TEST(DurableFile, ReplacesTheOneBeforeAndLeavesNothingElse) {
  TemporaryFolder folder;
  const auto path = folder / "keys";
  ASSERT_TRUE(write_file_durably(path, "old", mode_public));

  ASSERT_TRUE(write_file_durably(path, std::string("\0new", 4), mode_private));

  EXPECT_EQ(read_file(path, 4).value(), std::string("\0new", 4));
  EXPECT_EQ(mode_of(path), mode_private);
  auto files = std::filesystem::directory_iterator(folder.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(DurableFile, SaysWhatIsWrong) {
  TemporaryFolder folder;
  ASSERT_TRUE(write_file_durably(folder / "keys", "12345", mode_private));

  auto large = read_file(folder / "keys", 4);
  auto missing = read_file(folder / "none", 4);
  auto nowhere = write_file_durably(folder / "no/keys", "x", mode_private);

  ASSERT_FALSE(large || missing || nowhere);
  EXPECT_EQ(large.error().code, Errc::over_limit);
  EXPECT_EQ(missing.error().code, Errc::not_found);
  EXPECT_EQ(nowhere.error().code, Errc::not_found);
}

// Something stands where the temporary file goes; the keys must stay.
TEST(DurableFile, AFailedWriteLeavesTheOneBefore) {
  TemporaryFolder folder;
  const auto path = folder / "keys";
  ASSERT_TRUE(write_file_durably(path, "old", mode_private));
  std::filesystem::create_directories(folder / "keys.part/x");

  EXPECT_FALSE(write_file_durably(path, "new", mode_private));

  EXPECT_EQ(read_file(path, 9).value(), "old");
}

TEST(DatabaseFile, IsItsOwnersWhateverTheUmask) {
  TemporaryFolder folder;
  const auto file = folder / "relais.db";
  const mode_t before = ::umask(0);

  { ASSERT_TRUE(SqliteStore::open(file, OpenMode::exclusive)); }
  EXPECT_EQ(mode_of(file), 0600U);
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);  // as an older version left it
  { ASSERT_TRUE(SqliteStore::open(file, OpenMode::exclusive)); }

  ::umask(before);
  EXPECT_EQ(mode_of(file), 0600U);
}

}  // namespace
}  // namespace relais::test
