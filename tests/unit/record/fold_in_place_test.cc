#include <gtest/gtest.h>

#include "tests/support/part_story.h"

namespace relais {
namespace {

using test::PartStory;
using test::take;
using test::text;
using test::write;

constexpr const char* form_file = R"(
  id: "case" version: 1 part { id: "main" }
  root_part: "main" lifecycle_part: "main"
  role { id: "A" side: SIDE_POST }
  role { id: "B" side: SIDE_POST }
  role { id: "H" side: SIDE_HEADQUARTERS }
  accept: "H"
  control { act: "challenge" role: "H" }
  control { act: "lost" role: "H" }
  field { id: "amount" type: TYPE_INTEGER policy: POLICY_ASK hq_ask: true
          policy_from { state: "seen" policy: POLICY_HQ }
          write: "A" write: "B" write: "H" resolve: "H" }
  field { id: "goods" type: TYPE_TABLE policy: POLICY_ADD write: "A" write: "B"
          column { id: "bags" type: TYPE_INTEGER policy: POLICY_ASK } }
  lifecycle {
    initial: "open" head: "H"
    state { id: "open" kind: STATE_KIND_OPEN }
    state { id: "seen" kind: STATE_KIND_OPEN }
    progress { lower: "open" higher: "seen" }
    transition { id: "see" from: "open" to: "seen" role: "H" }
  }
)";

sync::Value count(std::int64_t number) {
  return sync::Value(number);
}

class PartInPlace : public ::testing::Test {
 protected:
  PartInPlace() : story_(form_file) {
    story_.tell("a", {write("amount", count(1))});
  }

  /// Two changes of different persons on the same heads.
  void tell_at_once(std::vector<sync::Act> a, std::vector<sync::Act> b,
                    const std::string& second = "b") {
    const std::vector<sync::Dot> heads = story_.folded().heads;
    story_.tell("a", std::move(a));
    story_.tell(second, std::move(b)).parents = heads;
  }

  /// Applies a change on the heads both ways.
  void grows_as_folded(const std::string& person, std::vector<sync::Act> acts) {
    sync::PartState state = story_.folded();
    const sync::Change& change = story_.tell(person, std::move(acts));
    ASSERT_TRUE(apply_in_place(state, change, std::nullopt, story_.published));
    EXPECT_EQ(state.verdicts.at(change.dot), "");
    EXPECT_EQ(state, story_.folded());
  }

  bool grows(const sync::Change& change) {
    sync::PartState state = story_.folded();
    const sync::PartState before = state;
    const bool grown =
        apply_in_place(state, change, std::nullopt, story_.published);
    if (!grown) {
      EXPECT_EQ(state, before);
    }
    return grown;
  }

  /// A change on the heads that is not part of the story.
  sync::Change next(std::vector<sync::Act> acts) {
    const sync::Change change = story_.tell("h", std::move(acts));
    story_.history.changes.pop_back();
    return change;
  }

  PartStory story_;
};

TEST_F(PartInPlace, DerivesAgainWhatAStepMoves) {
  tell_at_once({write("amount", count(2))}, {write("amount", count(3))}, "h");
  EXPECT_EQ(story_.folded().conflicts.size(), 1u);

  grows_as_folded("h", {take("see")});
  EXPECT_TRUE(story_.folded().conflicts.empty());
  EXPECT_EQ(story_.folded().field.at("amount").cell.value, count(3));
}

TEST_F(PartInPlace, KeepsOthersValuesInAConflictThatAWriteJoins) {
  tell_at_once({write("amount", count(2))}, {write("amount", count(3))});

  grows_as_folded("a", {write("amount", count(4))});
  EXPECT_EQ(story_.folded().conflicts.at(0).values.size(), 2u);
}

TEST_F(PartInPlace, ClosesTheConflictsOfARowItAnnuls) {
  story_.tell("a", {test::add_row("goods", "rice")});
  const sync::Address bags{"goods", "rice", "bags"};
  tell_at_once({write(bags, count(2))}, {write(bags, count(3))});
  EXPECT_EQ(story_.folded().conflicts.size(), 1u);

  sync::Act annul = test::add_row("goods", "rice");
  annul.kind = proto::ACT_KIND_ANNUL_ROW;
  grows_as_folded("a", {annul});
  EXPECT_TRUE(story_.folded().conflicts.empty());
  annul.kind = proto::ACT_KIND_RESTORE_ROW;
  grows_as_folded("a", {annul});
  EXPECT_EQ(story_.folded().conflicts.size(), 1u);
}

TEST_F(PartInPlace, LeavesToTheFullFoldWhatIsNotOnTheHeads) {
  sync::Change late = next({write("amount", count(9))});
  late.parents.clear();

  EXPECT_FALSE(grows(late));
}

TEST_F(PartInPlace, LeavesToTheFullFoldWhatTakesOtherChangesAway) {
  const sync::Dot root = story_.history.changes.front().dot;
  for (const auto kind : {proto::ACT_KIND_UNDO, proto::ACT_KIND_ACCEPT,
                          proto::ACT_KIND_CHALLENGE, proto::ACT_KIND_PURGE}) {
    EXPECT_FALSE(grows(next({test::naming(kind, root)}))) << kind;
  }
}

TEST_F(PartInPlace, LeavesToTheFullFoldWhatHeadquartersDeclaredLost) {
  sync::Change found = next({write("amount", count(9))});
  EXPECT_TRUE(grows(found));

  sync::Act lost;
  lost.kind = proto::ACT_KIND_LOST;
  lost.lost_from = found.dot;
  story_.tell("h", {lost}).dot.journal = sync::JournalId{{7}};
  found.parents = story_.folded().heads;
  EXPECT_FALSE(grows(found));
}

TEST_F(PartInPlace, LeavesToTheFullFoldWhatThisVersionCannotRead) {
  sync::Change newer = next({write("amount", count(9))});
  newer.understood = false;
  EXPECT_FALSE(grows(newer));

  newer.understood = true;
  newer.form_version.number = 2;
  EXPECT_FALSE(grows(newer));
  newer.form_version.number = 1;
  newer.reference_version.number = 2;
  EXPECT_FALSE(grows(newer));
}

TEST_F(PartInPlace, GrowsNothingWhileAChangeWaits) {
  sync::Change waiting = next({write("amount", count(9))});
  waiting.dot.position = 99;
  waiting.parents = {sync::Dot{sync::JournalId{{9}}, 1}};
  const sync::Change change = next({write("amount", count(8))});
  EXPECT_TRUE(grows(change));

  story_.history.changes.push_back(waiting);
  EXPECT_FALSE(grows(change));
}

}  // namespace
}  // namespace relais
