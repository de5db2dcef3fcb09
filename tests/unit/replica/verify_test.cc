#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/store/audit.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::Field;
using test::Node;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

/// A check of a large store takes minutes: people save meanwhile.
class Verify : public testing::Test {
 protected:
  Verify() {
    for (int i = 0; i < 40; ++i) save();
  }
  void save() {
    post.create("incident", test::an_incident(), test::officer_of_dib, true);
    ++saved;
  }
  /// Between two steps, as the daemon does it: now and then somebody saves.
  std::function<bool()> others = [this] {
    if (saved < 60) save();
    return false;
  };

  Field field;
  Node& post = field.machine("DIB");
  int saved = 0;
};

TEST_F(Verify, TheAuditFindsNoFaultInWhatIsWrittenMeanwhile) {
  auto& store = dynamic_cast<SqliteStore&>(post.replica().store());

  EXPECT_THAT(audit(store.database(), others).value(), IsEmpty());

  EXPECT_GT(saved, 40) << "it never stood aside";
  EXPECT_THAT(audit(store.database()).value(), IsEmpty());
}

TEST_F(Verify, FindsNoFaultInWhatIsWrittenMeanwhile) {
  EXPECT_THAT(post.replica().verify(others).value(), IsEmpty());

  EXPECT_EQ(saved, 60);
}

TEST_F(Verify, StopsWhenItIsTold) {
  const auto stopped = post.replica().verify([] { return true; });

  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::cancelled);
}

/// Rows that are whole, each by its own sum, and say what the journal does not.
class VerifyOfARecord : public testing::Test {
 protected:
  Store& store() { return post.replica().store(); }
  void does(const std::function<Result<>()>& work) {
    ASSERT_TRUE(post.replica().transact(work));
  }
  std::vector<std::string> faults() {
    std::vector<std::string> ids;
    const auto found = post.replica().verify().value();
    for (const Sentence& one : found) ids.push_back(one.id);
    return ids;
  }

  Field field;
  Node& post = field.machine("DIB");
  const RecordId record =
      post.create("incident", test::an_incident(), test::officer_of_dib, true);
};

TEST_F(VerifyOfARecord, NamesAStateInTheListThatIsNotTheRecords) {
  StoredRecord line = store().record(record)->value();
  line.state = "closed";
  does([&] { return store().put_record(line); });
  EXPECT_THAT(faults(), ElementsAre("{0}: the list shows another state than "
                                    "the record"));
}

TEST_F(VerifyOfARecord, NamesAFieldThatIsShownAndWasNeverWritten) {
  StoredPart part = store().part(record, "report")->value();
  PartState state = decode_state(part.state).value();
  state.field["summary"].cell.value = Value(std::string("Rien à signaler"));
  part.state = encode_state(state);
  does([&] { return store().put_part(part); });
  EXPECT_THAT(faults(), ElementsAre("{0}, part {1}: what is shown is not what "
                                    "the journal says"));
}

/// What another version of the program folded is not read but folded anew.
TEST_F(VerifyOfARecord, PassesOverAFoldOfAnotherVersionAndItIsFoldedAnew) {
  StoredPart part = store().part(record, "report")->value();
  part.fold_version += 1;
  part.state = "written by another version";
  does([&] { return store().put_part(part); });
  EXPECT_THAT(faults(), IsEmpty());
  const auto state = post.replica().part(record, "report")->value();
  EXPECT_EQ(plain_text(state.field.at("summary").cell.value),
            "Somme exigée à la barrière");
}

TEST_F(VerifyOfARecord, NamesAPartThatIsJournalledAndNotShown) {
  does([&] { return store().remove_part(record, "report"); });
  EXPECT_THAT(faults(),
              Contains("{0}, part {1}: journalled at {2}, but not shown"));
}

TEST_F(VerifyOfARecord, NamesARecordThatTheListHasLost) {
  auto& database = dynamic_cast<SqliteStore&>(store()).database();
  ASSERT_TRUE(database.run_once("DELETE FROM record"));
  EXPECT_THAT(faults(), Contains("{0}: the record is missing from the index"));
}

}  // namespace
}  // namespace relais::sync
