#include "sync/store/schema.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>

#include "sync/store/home.h"
#include "sync/store/sqlite_store.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/sample_store.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

using namespace sync;

Errc error_of_opening(const std::filesystem::path& path, OpenMode mode) {
  auto store = SqliteStore::open(path, mode);
  EXPECT_FALSE(store);
  return store ? Errc::already : store.error().code;
}

TEST(Schema, AnEmptyFileBecomesADatabaseOfThisVersion) {
  TemporaryFolder folder;
  const auto path = folder / "relais.db";
  ASSERT_TRUE(write_file_durably(path, "", mode_private));

  ASSERT_TRUE(SqliteStore::open(path, OpenMode::exclusive));

  EXPECT_EQ(run_sql(path, "PRAGMA user_version"),
            std::to_string(schema_version));
  EXPECT_EQ(run_sql(path, "PRAGMA application_id"),
            std::to_string(application_id));
  EXPECT_EQ(run_sql(path, "PRAGMA journal_mode"), "wal");
  auto again = SqliteStore::open(path, OpenMode::exclusive);
  ASSERT_TRUE(again);
  auto faults = check_schema((*again)->database());
  ASSERT_TRUE(faults);
  EXPECT_TRUE(faults->empty());
}

TEST(Schema, ACheckLeavesNothingInTheFolderWhereItIsRun) {
  TemporaryFolder folder;
  auto store = SqliteStore::open(folder / "relais.db", OpenMode::exclusive);
  ASSERT_TRUE(store);
  const auto before = std::filesystem::current_path();
  std::filesystem::create_directory(folder / "elsewhere");
  std::filesystem::current_path(folder / "elsewhere");

  const bool checked = check_schema((*store)->database()).has_value();

  std::filesystem::current_path(before);
  EXPECT_TRUE(checked);
  EXPECT_TRUE(std::filesystem::is_empty(folder / "elsewhere"));
}

// The cut comes at each step of making the tables; the next start goes on.
TEST(Schema, AMigrationThatWasCutGoesOnAtTheNextStart) {
  for (int n = 1;; ++n) {
    SCOPED_TRACE(n);
    FaultyVfs disk;
    TemporaryFolder folder;
    OpenOptions options;
    options.vfs = disk.name();
    disk.fail_at(n, FaultyVfs::Fault::power);
    const bool done =
        SqliteStore::open(folder / "relais.db", options).has_value();
    disk.power_cycle(FaultyVfs::Keep::none);

    auto store = SqliteStore::open(folder / "relais.db", options);

    ASSERT_TRUE(store) << store.error().what.id;
    ASSERT_TRUE(fill_with_samples(**store));
    if (done) break;
  }
}

TEST(Schema, ADatabaseOfANewerRelaisIsRefused) {
  TemporaryFolder folder;
  const auto path = folder / "relais.db";
  ASSERT_TRUE(SqliteStore::open(path, OpenMode::exclusive));
  run_sql(path, "PRAGMA user_version=" + std::to_string(schema_version + 1));

  EXPECT_EQ(error_of_opening(path, OpenMode::exclusive), Errc::version);
  EXPECT_EQ(error_of_opening(path, OpenMode::read_only), Errc::version);
}

TEST(Schema, AnotherProgramsDatabaseIsRefusedAndLeftAsItIs) {
  TemporaryFolder folder;
  const auto path = folder / "other.db";
  run_sql(path, "CREATE TABLE notes(text)");

  EXPECT_EQ(error_of_opening(path, OpenMode::exclusive), Errc::corrupt);
  EXPECT_EQ(run_sql(path, "SELECT count(*) FROM sqlite_schema"), "1");
}

TEST(Schema, AFileThatIsNoDatabaseIsRefused) {
  TemporaryFolder folder;
  const auto path = folder / "relais.db";
  ASSERT_TRUE(write_file_durably(path, std::string(9000, 'x'), mode_private));

  EXPECT_EQ(error_of_opening(path, OpenMode::exclusive), Errc::corrupt);
  EXPECT_EQ(error_of_opening(path, OpenMode::read_only), Errc::corrupt);
}

TEST(Schema, ReadingNeverMakesADatabase) {
  TemporaryFolder folder;

  EXPECT_EQ(error_of_opening(folder / "relais.db", OpenMode::read_only),
            Errc::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder / "relais.db"));
}

/// Pages read from the disk by `work`, by a store that was just opened.
int pages_for(FaultyVfs& disk, const std::filesystem::path& path,
              const std::function<void(Store&)>& work) {
  OpenOptions options;
  options.vfs = disk.name();
  auto store = std::move(SqliteStore::open(path, options).value());
  const int before = disk.reads();
  work(*store);
  return disk.reads() - before;
}

TEST(Schema, CostFollowsWhatIsAskedAndNotWhatIsKept) {
  FaultyVfs disk;
  TemporaryFolder folder;
  const auto path = folder / "relais.db";
  {
    OpenOptions options;
    options.vfs = disk.name();
    auto store = std::move(SqliteStore::open(path, options).value());
    SampleJournal journal(1, proto::LANE_URGENT);
    ASSERT_TRUE(store->begin());
    for (std::uint64_t n = 0; n < 3000; ++n) {
      const auto record = sample_record(n, static_cast<std::int64_t>(n));
      ASSERT_TRUE(store->put_entry(
          journal.append(record.record, "report", std::string(300, 'x'))));
      ASSERT_TRUE(store->put_record(record));
      ASSERT_TRUE(store->put("shelf", record.reference, "value"));
    }
    ASSERT_TRUE(store->put_journal(journal.stored));
    ASSERT_TRUE(store->commit());
  }
  const auto id = numbered<RecordId>(1500);
  const auto pages = [&](const std::function<void(Store&)>& work) {
    return pages_for(disk, path, work);
  };

  EXPECT_LT(pages([&](Store& store) {
              EXPECT_EQ(store.entries_of(id, "report")->size(), 1u);
            }),
            8);
  EXPECT_LT(pages([&](Store& store) {
              EXPECT_TRUE(store.each_record(
                  "", [](const StoredRecord&) { return false; }));
            }),
            8);
  EXPECT_LT(pages([&](Store& store) {
              EXPECT_TRUE(store.each_record(
                  "incident", [](const StoredRecord&) { return false; }));
            }),
            8);
  EXPECT_LT(pages([&](Store& store) {
              EXPECT_EQ(store.entries(numbered<JournalId>(1), 2000, 0)->size(),
                        1u);
            }),
            8);
  EXPECT_LT(
      pages([&](Store& store) { EXPECT_EQ(store.devices()->size(), 1u); }), 8);
}

}  // namespace
}  // namespace relais::test
