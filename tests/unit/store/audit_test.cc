#include "sync/store/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>

#include "sync/store/backup.h"
#include "sync/store/home.h"
#include "sync/store/sqlite_store.h"
#include "tests/support/random_seed.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/sample_store.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

using namespace sync;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t file_bytes_max = 1 << 24;

/// A store of samples, and the faults that an audit finds in it after
/// somebody was at the file.
class AuditTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = open(OpenMode::exclusive);
    ASSERT_TRUE(fill_with_samples(*store));
  }

  std::unique_ptr<SqliteStore> open(OpenMode mode) {
    return std::move(SqliteStore::open(path(), mode).value());
  }
  std::filesystem::path path() const { return folder_ / "relais.db"; }

  /// One line for each fault: its template and arguments.
  std::vector<std::string> faults() {
    auto store = SqliteStore::open(path(), OpenMode::exclusive);
    if (!store) return {store.error().what.id};
    std::vector<std::string> lines;
    const auto found = audit((*store)->database()).value();
    for (const auto& fault : found) {
      lines.push_back(fault.id + testing::PrintToString(fault.arguments));
    }
    return lines;
  }

  /// Overwrites the first place where `text` stands in the file.
  void damage(const std::string& text) {
    Bytes bytes = read_file(path(), file_bytes_max).value();
    const auto at = bytes.find(text);
    ASSERT_NE(at, Bytes::npos) << text;
    bytes[at] ^= 1;
    ASSERT_TRUE(write_file_durably(path(), bytes, mode_private));
  }

  TemporaryFolder folder_;
};

/// One byte of a file is another until the object goes.
class Overwritten {
 public:
  Overwritten(const std::filesystem::path& path, std::size_t at, char byte,
              char before)
      : path_(path), at_(at), before_(before) {
    put(byte);
  }
  Overwritten(const Overwritten&) = delete;
  Overwritten& operator=(const Overwritten&) = delete;
  ~Overwritten() { put(before_); }

 private:
  void put(char byte) {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(at_));
    file.put(byte);
  }

  std::filesystem::path path_;
  std::size_t at_;
  char before_;
};

TEST_F(AuditTest, FindsNothingInWhatTheStoreWrote) {
  EXPECT_THAT(faults(), IsEmpty());
}

TEST_F(AuditTest, NamesTheRowThatIsDamagedInAnyTable) {
  const struct {
    std::string text, table, row;
  } places[] = {
      {"body 5", "entry", "0b/5"},
      {"heard", "entry", "0d/1"},
      {"role", "entry", "0e/1"},
      {std::string(500, 'c'), "part", "01/case"},
      {"adama.traore", "record", "0000"},
      {"draft-17", "alias", "raft-17"},
      {"form: a published file", "document", "incident/1"},
      {"value of b", "shelf", "/62"},
      {std::string(32, 11), "journal", "0b"},
  };
  const Bytes good = read_file(path(), file_bytes_max).value();
  for (const auto& place : places) {
    SCOPED_TRACE(place.table);
    ASSERT_TRUE(write_file_durably(path(), good, mode_private));
    damage(place.text);

    EXPECT_THAT(faults(), Contains(testing::AllOf(HasSubstr(place.table),
                                                  HasSubstr(place.row))));
  }
}

TEST_F(AuditTest, NamesJournalPositionAndRecordOfADamagedEntry) {
  damage("body 5");

  EXPECT_THAT(faults(), Contains(testing::AllOf(
                            HasSubstr("Journal"), HasSubstr("000b\""),
                            HasSubstr("\"5\""), HasSubstr("0001\""))));
}

TEST_F(AuditTest, ADamagedRowIsNeverRead) {
  damage("body 5");
  damage("value of b");
  auto store = open(OpenMode::exclusive);

  auto entry = store->entry({numbered<JournalId>(11), 5});
  auto value = store->get("roster", "b");

  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().code, Errc::corrupt);
  EXPECT_EQ(entry.error().what.arguments[0], "entry");
  EXPECT_THAT(entry.error().what.arguments[1], HasSubstr("0b/5"));
  EXPECT_FALSE(value && store->get("drafts", "b") && store->get("kept", "b"));
  EXPECT_TRUE(store->entry({numbered<JournalId>(11), 4}));
}

// With SQLite's tools and our sums, but without the device's key.
TEST_F(AuditTest, AnEntryThatWasRewrittenBreaksItsLeafOrItsChain) {
  SampleJournal other(11, proto::LANE_URGENT);
  StoredEntry altered;
  for (int n = 1; n <= 4; ++n) {
    altered = other.append(numbered<RecordId>(0), "report", "altered");
  }
  const Bytes good = read_file(path(), file_bytes_max).value();
  auto real = open(OpenMode::exclusive)->entry(altered.dot).value();
  const auto replace_by = [&](const StoredEntry& entry) {
    ASSERT_TRUE(write_file_durably(path(), good, mode_private));
    run_sql(path(), "DELETE FROM entry WHERE position=4");
    ASSERT_TRUE(open(OpenMode::exclusive)->put_entry(entry));
  };

  replace_by(altered);
  EXPECT_THAT(faults(), Contains(HasSubstr("was altered, added or removed")));

  real->body = "altered";
  replace_by(*real);
  EXPECT_THAT(faults(), Contains(HasSubstr("not what was written")));
}

TEST_F(AuditTest, AnEntryThatWasTakenOutIsMissed) {
  run_sql(path(), "DELETE FROM entry WHERE position=4");

  EXPECT_THAT(faults(), Contains(HasSubstr("end at position")));
}

TEST_F(AuditTest, AnIndexThatIsGoneOrATableTooManyIsNamed) {
  run_sql(path(), "DROP INDEX entry_part; CREATE TABLE mine(x)");

  EXPECT_THAT(faults(), Contains(HasSubstr("entry_part")));
  EXPECT_THAT(faults(), Contains(HasSubstr("mine")));
}

// Each byte of a small database, in turn. RELAIS_TEST_ALL=1 takes every one,
// otherwise one of twenty, from a place that the seed gives.
TEST_F(AuditTest, AnyFlippedByteIsDetectedOrHarmless) {
  std::mt19937_64 random(random_seed("AuditTest"));
  const std::size_t step = std::getenv("RELAIS_TEST_ALL") != nullptr ? 1 : 20;
  const auto copy = folder_ / "copy.db";
  ASSERT_TRUE(backup(open(OpenMode::exclusive)->database(), copy));
  run_sql(copy, "PRAGMA page_size=512; VACUUM");
  const Bytes good = read_file(copy, file_bytes_max).value();
  const std::string whole =
      dump(**SqliteStore::open(copy, OpenMode::read_only));
  std::size_t harmless = 0;
  std::size_t tried = 0;

  for (std::size_t at = random() % step; at < good.size(); at += step) {
    const auto flip = 1 + random() % 255;
    const auto byte = static_cast<unsigned char>(good[at]);
    const Overwritten one(copy, at, static_cast<char>(byte ^ flip), good[at]);
    ++tried;
    auto store = SqliteStore::open(copy, OpenMode::read_only);
    if (!store) continue;
    auto found = audit((*store)->database());
    if (!found || !found->empty()) continue;
    ++harmless;
    ASSERT_EQ(dump(**store), whole) << "byte " << at << " by " << flip;
  }

  EXPECT_LT(harmless, tried / 2);
}

}  // namespace
}  // namespace relais::test
