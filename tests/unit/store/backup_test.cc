#include "sync/store/backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "sync/store/home.h"
#include "sync/store/sqlite_store.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/sample_store.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

using namespace sync;

class Backup : public testing::Test {
 protected:
  void SetUp() override {
    store_ = open(source(), OpenMode::exclusive);
    ASSERT_TRUE(fill_with_samples(*store_));
  }

  static std::unique_ptr<SqliteStore> open(const std::filesystem::path& path,
                                           OpenMode mode) {
    return std::move(SqliteStore::open(path, mode).value());
  }
  std::filesystem::path source() const { return folder_ / "relais.db"; }
  std::filesystem::path target() const { return folder_ / "backup.db"; }
  std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& file :
         std::filesystem::directory_iterator(folder_.path())) {
      ++count;
    }
    return count;
  }

  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(Backup, OfADatabaseInUseEqualsItAndNeedsNoOtherFile) {
  const std::size_t before = files();

  ASSERT_TRUE(backup(store_->database(), target()));

  EXPECT_EQ(files(), before + 1);
  std::filesystem::create_directory(folder_ / "elsewhere");
  std::filesystem::copy(target(), folder_ / "elsewhere/relais.db");
  auto restored = open(folder_ / "elsewhere/relais.db", OpenMode::exclusive);
  EXPECT_EQ(dump(*restored), dump(*store_));
  SampleJournal journal(90, proto::LANE_URGENT);
  EXPECT_TRUE(save(*restored, journal));
}

TEST_F(Backup, CanBeReadWhereNothingMayBeWritten) {
  ASSERT_TRUE(backup(store_->database(), target()));
  const std::size_t before = files();

  auto reader = open(target(), OpenMode::read_only);

  EXPECT_EQ(dump(*reader), dump(*store_));
  EXPECT_FALSE(reader->put("shelf", "key", "value"));
  EXPECT_EQ(files(), before);
}

TEST_F(Backup, SaysWhenItWasMadeAndStillNeedsNoOtherFile) {
  const std::size_t before = files();

  ASSERT_TRUE(backup(store_->database(), target(), 1'780'000'000'000));

  EXPECT_EQ(files(), before + 1);
  auto copy = open(target(), OpenMode::read_only);
  EXPECT_EQ(files(), before + 1);
  EXPECT_EQ(*made_at(*copy), 1'780'000'000'000);
  EXPECT_EQ(*made_at(*store_), 0) << "the source is no backup";
}

TEST_F(Backup, IsForItsOwnerOnly) {
  ASSERT_TRUE(backup(store_->database(), target()));

  struct stat status {};
  ASSERT_EQ(::stat(target().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, mode_private);
}

TEST_F(Backup, OfADamagedDatabaseIsRefusedAndTheOneBeforeKept) {
  ASSERT_TRUE(backup(store_->database(), target()));
  const Bytes before = read_file(target(), 1 << 24).value();
  store_.reset();
  run_sql(source(), "UPDATE entry SET body=x'78' WHERE position=5");
  store_ = open(source(), OpenMode::exclusive);
  const std::size_t count = files();

  auto second = backup(store_->database(), target());

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::corrupt);
  EXPECT_EQ(read_file(target(), 1 << 24).value(), before);
  EXPECT_EQ(files(), count);
}

TEST_F(Backup, ReplacesTheOneBefore) {
  ASSERT_TRUE(backup(store_->database(), target()));
  ASSERT_TRUE(store_->put("roster", "new", "value"));

  ASSERT_TRUE(backup(store_->database(), target()));

  EXPECT_EQ(dump(*open(target(), OpenMode::read_only)), dump(*store_));
}

TEST_F(Backup, CanBeMadeByAReaderBesideTheWriter) {
  store_.reset();
  auto writer = open(source(), OpenMode::shared);
  auto reader = open(source(), OpenMode::read_only);
  ASSERT_TRUE(writer->put("roster", "new", "value"));
  ASSERT_TRUE(writer->begin());
  ASSERT_TRUE(writer->put("roster", "unfinished", "value"));

  ASSERT_TRUE(backup(reader->database(), target()));

  ASSERT_TRUE(writer->commit());
  auto copy = open(target(), OpenMode::read_only);
  EXPECT_TRUE(copy->get("roster", "new").value());
  EXPECT_FALSE(copy->get("roster", "unfinished").value());
  EXPECT_TRUE(reader->get("roster", "unfinished").value());
}

}  // namespace
}  // namespace relais::test
