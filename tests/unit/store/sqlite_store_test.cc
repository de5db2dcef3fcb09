// What is promised of this backend alone: its files and its bounds.
#include "sync/store/sqlite_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "sync/limits.h"
#include "sync/store/home.h"
#include "tests/support/sample_store.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

using namespace sync;

constexpr std::size_t file_bytes_max = 1 << 26;

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest()
      : store_(
            std::move(SqliteStore::open(path(), OpenMode::exclusive).value())) {
  }

  std::filesystem::path path() const { return folder_ / "relais.db"; }
  std::string file(const char* suffix) const {
    return read_file(path().string() + suffix, file_bytes_max).value();
  }

  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(SqliteStoreTest, WhatWasErasedIsInNoFileAfterACheckpoint) {
  const std::string canary = "the name of a witness";
  ASSERT_TRUE(store_->put("drafts", "1", canary + std::string(9000, 'x')));
  ASSERT_TRUE(store_->put_part(sample_part(1, "report", canary)));
  ASSERT_NE(file("-wal").find(canary), std::string::npos);

  ASSERT_TRUE(store_->remove("drafts", "1"));
  ASSERT_TRUE(store_->put_part(sample_part(1, "report", "erased")));
  ASSERT_TRUE(store_->checkpoint());

  EXPECT_EQ(file("").find(canary), std::string::npos);
  EXPECT_EQ(file("-wal").find(canary), std::string::npos);
}

/// Pages that fill up give cells to their neighbours; what moved away stays in
/// the free space of the old page until something needs that space. Rows grow,
/// as cached records do, until that is seen; then nothing may be left of it.
TEST_F(SqliteStoreTest, WhatMovedBetweenPagesIsGoneAfterAScrub) {
  constexpr int rows = 200;
  constexpr int step = 7;  // every so manieth is erased
  std::mt19937 random(4711);
  const auto canary = [](int i) { return "<row " + std::to_string(i) + ">"; };
  const auto any_left = [&] {
    const std::string disk = file("") + file("-wal");
    for (int i = 0; i < rows; i += step) {
      if (disk.find(canary(i)) != std::string::npos) return true;
    }
    return false;
  };
  bool left = false;
  for (int round = 0; round < 200 && !left; ++round) {
    std::vector<std::string> text(rows);
    ASSERT_TRUE(store_->begin());
    for (int n = 0; n < 6 * rows; ++n) {
      const auto i = static_cast<int>(random() % rows);
      std::string& row = text[static_cast<std::size_t>(i)];
      row += std::string(random() % 60, 'x') + canary(i);
      ASSERT_TRUE(store_->put("rows", std::to_string(i), row));
    }
    ASSERT_TRUE(store_->commit());
    for (int i = 0; i < rows; i += step) {
      ASSERT_TRUE(store_->put("rows", std::to_string(i), "erased"));
    }
    ASSERT_TRUE(store_->checkpoint());
    left = any_left();
  }
  ASSERT_TRUE(left) << "secure_delete alone would do";

  ASSERT_TRUE(store_->scrub());

  EXPECT_FALSE(any_left());
  EXPECT_NE(store_->get("rows", "1").value()->find(canary(1)),
            std::string::npos);
}

/// Too large for the memory, it is written anew beside itself, not in a folder
/// that somebody else reads.
TEST_F(SqliteStoreTest, ALargeOneIsScrubbedBesideItselfAndLeavesNothing) {
  constexpr std::size_t piece = 4UL * 1024 * 1024;
  ASSERT_TRUE(store_->begin());
  for (int i = 0; i < 9; ++i) {
    ASSERT_TRUE(store_->put("large", std::to_string(i), Bytes(piece, 'x')));
  }
  ASSERT_TRUE(store_->commit());
  ASSERT_TRUE(store_->remove("large", "1"));
  const std::size_t before = file("").size() + file("-wal").size();

  ASSERT_TRUE(store_->scrub());

  EXPECT_LT(file("").size() + file("-wal").size(), before - piece / 2);
  EXPECT_EQ(store_->get("large", "8").value(), Bytes(piece, 'x'));
  EXPECT_FALSE(store_->get("large", "1")->has_value());
}

TEST_F(SqliteStoreTest, TheWalStaysWithinItsBound) {
  const OpenOptions options;
  SampleJournal journal(1, proto::LANE_URGENT);
  std::size_t largest = 0;
  for (int n = 0; n < 60; ++n) {
    ASSERT_TRUE(store_->begin());
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(store_->put_entry(journal.append(
          numbered<RecordId>(1), "report", std::string(4000, 'x'))));
    }
    ASSERT_TRUE(store_->commit());
    largest = std::max(largest, file("-wal").size());
  }
  ASSERT_GT(file("").size(), 4 * options.wal_bytes);

  EXPECT_LT(largest, 2 * options.wal_bytes);
}

TEST_F(SqliteStoreTest, KeepsNoSharedMemoryFileAtAPost) {
  ASSERT_TRUE(store_->put("shelf", "key", "value"));

  EXPECT_FALSE(std::filesystem::exists(path().string() + "-shm"));
}

TEST_F(SqliteStoreTest, LeavesOneFileWhenItIsClosed) {
  ASSERT_TRUE(store_->put("shelf", "key", "value"));

  store_.reset();

  auto files = std::filesystem::directory_iterator(folder_.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(SqliteStoreTest, AReaderCannotWrite) {
  store_.reset();
  auto reader =
      std::move(SqliteStore::open(path(), OpenMode::read_only).value());

  auto put = reader->put("shelf", "key", "value");

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Errc::denied);
  EXPECT_FALSE(reader->get("shelf", "key").value());
}

TEST_F(SqliteStoreTest, AReaderSeesTheWritersLastCommitAndNothingHalf) {
  store_.reset();
  auto writer = std::move(SqliteStore::open(path(), OpenMode::shared).value());
  auto reader =
      std::move(SqliteStore::open(path(), OpenMode::read_only).value());
  ASSERT_TRUE(writer->begin());
  ASSERT_TRUE(writer->put("shelf", "key", "value"));
  EXPECT_FALSE(reader->get("shelf", "key").value());

  ASSERT_TRUE(writer->commit());

  EXPECT_TRUE(reader->get("shelf", "key").value());
}

TEST_F(SqliteStoreTest, ASecondWriterIsBusyAndMayTryAgain) {
  store_.reset();
  auto one = std::move(SqliteStore::open(path(), OpenMode::shared).value());
  auto two = std::move(SqliteStore::open(path(), OpenMode::shared).value());
  ASSERT_TRUE(one->begin());
  ASSERT_TRUE(one->put("shelf", "key", "value"));

  auto begun = two->begin();

  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, Errc::busy);
  ASSERT_TRUE(one->commit());
  EXPECT_TRUE(two->begin());
  two->rollback();
}

TEST_F(SqliteStoreTest, AWholePublishedDocumentFits) {
  auto document = sample_document(proto::DOCUMENT_KIND_TABLE, "posts", 1,
                                  std::string(limits::document_bytes_max, 'x'));

  ASSERT_TRUE(store_->put_document(document));

  EXPECT_EQ((*store_->document(document.kind, "posts", 1))->bytes,
            document.bytes);
}

}  // namespace
}  // namespace relais::test
