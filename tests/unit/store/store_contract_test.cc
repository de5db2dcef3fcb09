// What sync/store/store.h promises, for every backend: another one adds a line
// of INSTANTIATE_TEST_SUITE_P at the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sync/crypto.h"
#include "sync/store/sqlite_store.h"
#include "tests/support/sample_store.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

using namespace sync;
using testing::ElementsAre;
using testing::IsEmpty;

/// Opens the same store again and again; the one before is closed first.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Store& open() = 0;
};

class SqliteBackend final : public Backend {
 public:
  Store& open() override {
    store_.reset();
    store_ = std::move(
        SqliteStore::open(folder_ / "relais.db", OpenMode::exclusive).value());
    return *store_;
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

using MakeBackend = std::function<std::unique_ptr<Backend>()>;

class StoreContract : public testing::TestWithParam<MakeBackend> {
 protected:
  void SetUp() override {
    start_crypto();
    backend_ = GetParam()();
    store_ = &backend_->open();
  }
  void reopen() { store_ = &backend_->open(); }
  Store& store() { return *store_; }

  static RecordId record(std::uint64_t number) {
    return numbered<RecordId>(number);
  }
  void keep(const Result<>& done) { ASSERT_TRUE(done) << done.error().what.id; }

 private:
  std::unique_ptr<Backend> backend_;
  Store* store_ = nullptr;
};

std::vector<std::uint64_t> positions(const std::vector<StoredEntry>& entries) {
  std::vector<std::uint64_t> all;
  for (const auto& entry : entries) all.push_back(entry.dot.position);
  return all;
}

TEST_P(StoreContract, ReadsTheSameAfterItIsOpenedAgain) {
  keep(fill_with_samples(store()));
  const std::string before = dump(store());

  reopen();

  EXPECT_THAT(before, testing::HasSubstr("journal"));
  EXPECT_EQ(dump(store()), before);
}

TEST_P(StoreContract, RollbackLeavesNothing) {
  const std::string before = dump(store());
  SampleJournal journal(1, proto::LANE_URGENT);
  keep(store().begin());
  keep(store().put_entry(journal.append(record(1), "report", "x")));
  keep(store().put_journal(journal.stored));
  keep(store().put("shelf", "key", "value"));

  store().rollback();

  EXPECT_EQ(dump(store()), before);
  EXPECT_FALSE(*store().get("shelf", "key"));
  keep(store().begin());
  keep(store().commit());
}

TEST_P(StoreContract, RollbackOutsideATransactionIsHarmless) {
  keep(store().put("shelf", "key", "value"));

  store().rollback();

  EXPECT_EQ(store().get("shelf", "key").value(), "value");
}

TEST_P(StoreContract, AJournalMovesOnAndKeepsItsPlace) {
  SampleJournal one(9, proto::LANE_URGENT);
  SampleJournal two(3, proto::LANE_NORMAL);
  keep(store().put_journal(one.stored));
  keep(store().put_journal(two.stored));
  one.append(record(1), "report", "x");
  one.stored.held = 1;
  one.stored.sent = 1;
  keep(store().put_journal(one.stored));

  auto found = store().journal(one.stored.header.journal).value();
  auto all = store().journals(numbered<DeviceId>(1), proto::LANE_UNSPECIFIED);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->last, 1u);
  EXPECT_EQ(found->held, 1u);
  EXPECT_EQ(found->sent, 1u);
  EXPECT_EQ(found->head, one.stored.head);
  EXPECT_EQ(found->header_bytes, one.stored.header_bytes);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].header.journal, one.stored.header.journal);
}

TEST_P(StoreContract, JournalsAreThoseOfTheDeviceAndLane) {
  SampleJournal urgent(5, proto::LANE_URGENT);
  SampleJournal later(4, urgent);
  SampleJournal normal(3, proto::LANE_NORMAL);
  SampleJournal other(2, proto::LANE_URGENT, 2);
  for (auto* one : {&urgent, &later, &normal, &other}) {
    keep(store().put_journal(one->stored));
  }

  auto all =
      store().journals(numbered<DeviceId>(1), proto::LANE_URGENT).value();

  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].header.journal, urgent.stored.header.journal);
  EXPECT_EQ(all[1].header.journal, later.stored.header.journal);
  EXPECT_THAT(
      store().journals(numbered<DeviceId>(7), proto::LANE_URGENT).value(),
      IsEmpty());
  EXPECT_FALSE(store().journal(numbered<JournalId>(77)).value());
}

TEST_P(StoreContract, ListsTwoSuccessorsOfOneJournal) {
  SampleJournal before(1, proto::LANE_URGENT);
  SampleJournal after(2, before);
  SampleJournal clone(3, before);
  for (auto* one : {&before, &after, &clone}) {
    keep(store().put_journal(one->stored));
  }

  auto found = store().successors(before.stored.header.journal).value();

  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].header.journal, after.stored.header.journal);
  EXPECT_EQ(found[0].header.predecessor_head, before.stored.head);
  EXPECT_THAT(store().successors(numbered<JournalId>(3)).value(), IsEmpty());
}

TEST_P(StoreContract, EveryDeviceIsNamedOnce) {
  for (std::uint64_t n = 0; n < 6; ++n) {
    SampleJournal journal(n + 1, proto::LANE_URGENT, 3 - n % 3);
    keep(store().put_journal(journal.stored));
  }

  EXPECT_THAT(store().devices().value(),
              ElementsAre(numbered<DeviceId>(1), numbered<DeviceId>(2),
                          numbered<DeviceId>(3)));
}

TEST_P(StoreContract, TheSameEntryTwiceIsOneEntry) {
  SampleJournal journal(1, proto::LANE_URGENT);
  const auto entry = journal.append(record(1), "report", "x");
  keep(store().put_entry(entry));
  const auto before = store().entry(entry.dot).value();

  keep(store().put_entry(entry));
  keep(store().put_entry(stub_of(entry)));

  const auto after = store().entry(entry.dot).value();
  ASSERT_TRUE(before && after);
  EXPECT_EQ(after->body, before->body);
  EXPECT_EQ(after->salt, entry.salt);
  EXPECT_EQ(store().entries_of(record(1), "report")->size(), 1u);
}

TEST_P(StoreContract, AStubIsFilledInByTheWholeEntry) {
  SampleJournal journal(1, proto::LANE_URGENT);
  const auto entry = journal.append(record(1), "report", "the body");
  StoredEntry stub = stub_of(entry);
  stub.chained = false;
  keep(store().put_entry(stub));
  EXPECT_FALSE((*store().entry(entry.dot))->body);
  StoredEntry whole = entry;
  whole.verdict = "role";

  keep(store().put_entry(whole));

  const auto found = store().entry(entry.dot).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->body, "the body");
  EXPECT_EQ(found->salt, entry.salt);
  EXPECT_TRUE(found->chained);
  EXPECT_EQ(found->verdict, "role");
  EXPECT_EQ(found->record, record(1));
}

TEST_P(StoreContract, AGivenVerdictIsNotReplacedByAnotherCopy) {
  SampleJournal journal(1, proto::LANE_URGENT);
  StoredEntry entry = journal.append(record(1), "report", "x");
  entry.verdict = "";
  keep(store().put_entry(entry));
  entry.verdict = "role";

  keep(store().put_entry(entry));

  EXPECT_EQ((*store().entry(entry.dot))->verdict, "");
}

TEST_P(StoreContract, AnotherContentUnderTheSameDotIsRefused) {
  SampleJournal journal(1, proto::LANE_URGENT);
  SampleJournal altered(1, proto::LANE_URGENT);
  const auto entry = journal.append(record(1), "report", "x");
  keep(store().begin());
  keep(store().put_entry(entry));

  auto second = store().put_entry(altered.append(record(1), "report", "y"));

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::corrupt);
  keep(store().commit());
  EXPECT_EQ((*store().entry(entry.dot))->body, "x");
}

TEST_P(StoreContract, ADotFromOutsideMayClaimAnyPosition) {
  SampleJournal journal(1, proto::LANE_URGENT);
  StoredEntry entry = journal.append(record(1), "report", "x");
  keep(store().put_entry(entry));
  entry.dot.position = UINT64_MAX;

  EXPECT_FALSE(store().put_entry(entry));
  EXPECT_FALSE(store().entry(entry.dot).value());
  EXPECT_THAT(store().entries(entry.dot.journal, UINT64_MAX, 100).value(),
              IsEmpty());
}

TEST_P(StoreContract, EntriesStopBeforeTheirBytesPassTheBound) {
  SampleJournal journal(1, proto::LANE_URGENT);
  std::size_t bytes_of_two = 0;
  for (int n = 1; n <= 4; ++n) {
    const auto entry = journal.append(record(1), "report", "12345");
    if (n <= 2) bytes_of_two += entry.meta.size() + entry.body->size();
    keep(store().put_entry(entry));
  }
  const auto from = [&](std::uint64_t first, std::size_t bytes_max) {
    return positions(
        store().entries(numbered<JournalId>(1), first, bytes_max).value());
  };

  EXPECT_THAT(from(1, bytes_of_two), ElementsAre(1, 2));
  EXPECT_THAT(from(1, bytes_of_two - 1), ElementsAre(1));
  EXPECT_THAT(from(3, 0), ElementsAre(3));
  EXPECT_THAT(from(3, 1 << 20), ElementsAre(3, 4));
  EXPECT_THAT(from(5, 1 << 20), IsEmpty());
}

TEST_P(StoreContract, EntriesAreTheChainedOnesOfThatJournal) {
  SampleJournal journal(1, proto::LANE_URGENT);
  SampleJournal other(2, proto::LANE_URGENT);
  auto first = journal.append(record(1), "report", "x");
  auto vouched = journal.append(record(1), "report", "y");
  vouched.chained = false;
  for (const auto& entry :
       {first, vouched, other.append(record(1), "report", "z")}) {
    keep(store().put_entry(entry));
  }

  EXPECT_THAT(positions(store().entries(first.dot.journal, 1, 1000).value()),
              ElementsAre(1));
}

TEST_P(StoreContract, ChangesOfAPartComeInDotOrder) {
  SampleJournal late(7, proto::LANE_URGENT);
  SampleJournal early(2, proto::LANE_URGENT);
  for (int n = 0; n < 3; ++n) {
    keep(store().put_entry(late.append(record(1), "report", "late")));
    auto vouched = early.append(record(1), "report", "early");
    vouched.chained = false;
    keep(store().put_entry(vouched));
    keep(store().put_entry(late.append(record(1), "case", "no")));
    keep(store().put_entry(late.append(record(2), "report", "no")));
  }

  const auto found = store().entries_of(record(1), "report").value();

  ASSERT_EQ(found.size(), 6u);
  for (std::size_t i = 1; i < found.size(); ++i) {
    EXPECT_LT(found[i - 1].dot, found[i].dot);
  }
  EXPECT_EQ(found[0].dot.journal, numbered<JournalId>(2));
}

TEST_P(StoreContract, AVerdictIsWrittenOnAnEntryThatIsHere) {
  SampleJournal journal(1, proto::LANE_URGENT);
  const auto entry = journal.append(record(1), "report", "x");
  keep(store().put_entry(entry));

  keep(store().set_verdict(entry.dot, "guard"));
  auto missing = store().set_verdict({entry.dot.journal, 9}, "guard");

  EXPECT_EQ((*store().entry(entry.dot))->verdict, "guard");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::not_found);
}

TEST_P(StoreContract, PartsAreReplacedListedAndRemoved) {
  keep(store().put_part(sample_part(2, "case", "first")));
  keep(store().put_part(sample_part(2, "case", "second")));
  keep(store().put_part(sample_part(2, "", "")));
  keep(store().put_part(sample_part(1, "report", std::string(90000, 'x'))));
  std::vector<std::string> visited;

  keep(store().each_part([&](const StoredPart& part) -> Result<> {
    visited.push_back(part.part + ":" + std::to_string(part.state.size()));
    return {};
  }));
  keep(store().remove_part(record(1), "report"));
  keep(store().remove_part(record(1), "report"));

  EXPECT_THAT(visited, ElementsAre("report:90000", ":0", "case:6"));
  EXPECT_EQ((*store().part(record(2), "case"))->state, "second");
  EXPECT_EQ(store().parts(record(2))->size(), 2u);
  EXPECT_FALSE(store().part(record(1), "report").value());
}

TEST_P(StoreContract, ARemovedPartLeavesOnlyWhatStandsInAJournal) {
  SampleJournal journal(1, proto::LANE_NORMAL);
  StoredEntry ours = journal.append(record(1), "report", "x");
  StoredEntry theirs = journal.append(record(1), "report", "y");
  theirs.chained = false;
  for (const StoredEntry& entry : {ours, theirs}) {
    keep(store().put_entry(entry));
  }
  keep(store().put_part(sample_part(1, "report", "x")));
  keep(store().put_part(sample_part(1, "case", "x")));
  keep(store().put_record(sample_record(1, 10)));

  keep(store().remove_part(record(1), "report"));
  EXPECT_TRUE(store().record(record(1)).value()) << "a part is left";
  keep(store().remove_part(record(1), "case"));

  EXPECT_FALSE(store().record(record(1)).value());
  EXPECT_TRUE(store().entry(ours.dot).value());
  EXPECT_FALSE(store().entry(theirs.dot).value());
}

TEST_P(StoreContract, WalkingPartsStopsAtTheFirstErrorAndGivesIt) {
  for (std::uint64_t n = 0; n < 3; ++n) {
    keep(store().put_part(sample_part(n, "report", "x")));
  }
  int visits = 0;

  auto walked = store().each_part([&](const StoredPart&) -> Result<> {
    if (++visits == 2) return fail(Errc::cancelled, "stop");
    return {};
  });

  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, Errc::cancelled);
  EXPECT_EQ(visits, 2);
}

TEST_P(StoreContract, RecordsComeNewestFirstAndByForm) {
  keep(store().put_record(sample_record(1, 10)));
  keep(store().put_record(sample_record(2, 30)));
  keep(store().put_record(sample_record(3, 20, "evaluation")));
  keep(store().put_record(sample_record(1, 40)));
  keep(store().put_record(sample_record(4, -5)));
  const auto listed = [&](std::string_view form, std::size_t most) {
    std::vector<std::int64_t> stamps;
    keep(store().each_record(form, [&](const StoredRecord& one) {
      stamps.push_back(one.stamp);
      return stamps.size() < most;
    }));
    return stamps;
  };

  EXPECT_THAT(listed("", 9), ElementsAre(40, 30, 20, -5));
  EXPECT_THAT(listed("", 2), ElementsAre(40, 30));
  EXPECT_THAT(listed("incident", 9), ElementsAre(40, 30, -5));
  EXPECT_THAT(listed("attendance", 9), IsEmpty());
  EXPECT_EQ((*store().record(record(1)))->stamp, 40);
  EXPECT_FALSE(store().record(record(9)).value());
}

TEST_P(StoreContract, AVisitorMayReadTheStore) {
  keep(fill_with_samples(store()));
  int parts = 0;

  keep(store().each_record("", [&](const StoredRecord& outer) {
    keep(store().each_record("", [&](const StoredRecord& inner) {
      parts += static_cast<int>(store().parts(inner.record)->size());
      return true;
    }));
    return store().record(outer.record).value()->stamp == outer.stamp;
  }));

  EXPECT_EQ(parts, 3 * 4);
}

TEST_P(StoreContract, ANameBelongsToItsFirstRecordForEver) {
  keep(store().put_alias("INC-DIB-A-26-0042", record(1)));
  keep(store().put_alias("INC-DIB-A-26-0042", record(1)));
  keep(store().put_alias("INC-DIB-A-26-0042", record(2)));
  keep(store().put_alias("draft-7", record(1)));

  EXPECT_EQ(store().find_alias("INC-DIB-A-26-0042").value(), record(1));
  EXPECT_EQ(store().find_alias("draft-7").value(), record(1));
  EXPECT_FALSE(store().find_alias("inc-dib-a-26-0042").value());
}

TEST_P(StoreContract, DocumentsAreFoundByKindNameAndVersion) {
  const auto form = proto::DOCUMENT_KIND_FORM;
  const auto table = proto::DOCUMENT_KIND_TABLE;
  keep(store().put_document(sample_document(table, "posts", 1, "p")));
  keep(store().put_document(sample_document(form, "incident", 2, "two")));
  keep(store().put_document(sample_document(form, "incident", 1, "")));
  keep(store().put_document(sample_document(form, "incident", 2, "two")));

  auto all = store().documents().value();

  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[1].version, 2u);
  EXPECT_EQ(all[1].bytes, "");
  EXPECT_EQ((*store().document(form, "incident", 2))->bytes, "two");
  EXPECT_EQ((*store().document(form, "incident", 1))->bytes, "");
  EXPECT_FALSE(store().document(form, "incident", 3).value());
  EXPECT_FALSE(store().document(form, "posts", 1).value());
}

TEST_P(StoreContract, ADocumentThatIsNotWhatItsHashSaysIsRefused) {
  auto document = sample_document(proto::DOCUMENT_KIND_FORM, "a", 1, "x");
  document.bytes = "y";

  auto put = store().put_document(document);

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Errc::corrupt);
  EXPECT_THAT(store().documents().value(), IsEmpty());
}

TEST_P(StoreContract, ShelvesKeepAnyBytesInOrder) {
  const std::string zero("\0a", 2);
  for (const std::string& key : {std::string("b"), zero, std::string("\xff"),
                                 std::string(), std::string("aa")}) {
    keep(store().put("shelf", key, key + "!"));
  }
  keep(store().put("other", "a", "not this"));
  keep(store().put("shelf", "b", std::string("\0", 1)));
  const auto from = [&](std::string_view first, std::size_t most) {
    std::vector<std::string> keys;
    keep(store().scan("shelf", first,
                      [&](std::string_view key, std::string_view) {
                        keys.emplace_back(key);
                        return keys.size() < most;
                      }));
    return keys;
  };

  EXPECT_THAT(from("", 9), ElementsAre("", zero, "aa", "b", "\xff"));
  EXPECT_THAT(from("aa", 2), ElementsAre("aa", "b"));
  EXPECT_THAT(from("aab", 9), ElementsAre("b", "\xff"));
  EXPECT_EQ(store().get("shelf", "b").value(), std::string("\0", 1));
  EXPECT_FALSE(store().get("shelf", "a").value());
}

TEST_P(StoreContract, WhatIsRemovedFromAShelfIsGone) {
  keep(store().put("drafts", "7", "secret"));
  keep(store().put("roster", "7", "stays"));

  keep(store().remove("drafts", "7"));
  keep(store().remove("drafts", "7"));

  EXPECT_FALSE(store().get("drafts", "7").value());
  EXPECT_TRUE(store().get("roster", "7").value());
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         testing::Values([]() -> std::unique_ptr<Backend> {
                           return std::make_unique<SqliteBackend>();
                         }));

}  // namespace
}  // namespace relais::test
