// Where sync-model says more than the executable model does.
#include <gtest/gtest.h>

#include "tests/support/part_story.h"

namespace relais {
namespace {

using test::PartStory;
using test::take;
using test::text;
using test::write;

constexpr const char* form_file = R"(
  id: "case" version: 1 lane: LANE_NORMAL
  part { id: "root" } part { id: "main" }
  root_part: "root" lifecycle_part: "main"
  role { id: "A" side: SIDE_POST }
  role { id: "B" side: SIDE_POST }
  role { id: "H" side: SIDE_HEADQUARTERS }
  role { id: "J" side: SIDE_HEADQUARTERS }
  open: "A"
  accept: "H"
  control { act: "challenge" role: "H" }
  control { act: "lost" role: "H" }
  control { act: "purge" role: "H" }
  field { id: "title" part: "root" type: TYPE_LINE policy: POLICY_LWW
          write: "A" write: "B" }
  field { id: "note" part: "main" type: TYPE_LINE policy: POLICY_LWW
          write: "A" write: "B" write: "H" }
  field { id: "danger" part: "main" type: TYPE_YES_NO policy: POLICY_OR
          ratchet: true write: "A" lower: "H" }
  field { id: "said" part: "main" type: TYPE_TABLE policy: POLICY_LOG
          write: "A" column { id: "words" type: TYPE_TEXT } }
  field { id: "goods" part: "main" type: TYPE_TABLE policy: POLICY_ADD
          write: "A" row_key { type: TYPE_CODE choice { code: "rice" }
                               choice { code: "sugar" } }
          column { id: "bags" type: TYPE_INTEGER policy: POLICY_ASK } }
  lifecycle {
    initial: "open" head: "H"
    state { id: "open" kind: STATE_KIND_OPEN }
    state { id: "seen" kind: STATE_KIND_OPEN }
    state { id: "waiting" kind: STATE_KIND_HOLD }
    progress { lower: "open" higher: "seen" }
    transition { id: "see" from: "open" to: "seen" role: "H"
                 needs: "note" reason: true }
    transition { id: "count" from: "open" to: "seen" role: "A"
                 guard: "count(goods) >= 2" }
    transition { id: "hear" from: "open" to: "seen" role: "A" needs: "said" }
    transition { id: "hold" from: "open" from: "seen" to: "waiting" role: "H" }
    transition { id: "resume" from: "waiting" to: "$held" role: "H" }
  }
)";

TEST(FoldOfAPart, AsksForNoRootOutsideTheRootPart) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("first"))});
  story.history.changes.back().record = sync::RecordId{};

  EXPECT_EQ(story.verdict(), "");
}

TEST(FoldOfAPart, AsksTheRootChangeForTheRecordsId) {
  PartStory story(form_file, "root");
  story.tell("a", {write("title", text("first"))});
  EXPECT_EQ(story.verdict(), "");

  story.history.changes.back().record = sync::RecordId{};
  EXPECT_EQ(story.verdict(), "record id");
}

TEST(FoldOfAPart, LetsOnlyTheFormsRolesOpenARecord) {
  PartStory story(form_file, "root");
  story.tell("b", {write("title", text("first"))});

  EXPECT_EQ(story.verdict(), "role");
}

TEST(FoldOfAPart, HasALifecycleOnlyInTheLifecyclePart) {
  PartStory story(form_file, "root");
  story.tell("a", {write("title", text("first"))});
  story.tell("h", {take("see")});

  EXPECT_EQ(story.verdict(), "schema");
  EXPECT_EQ(story.folded().state, "");
}

TEST(FoldOfAPart, RefusesAStepWithoutTheReasonItDemands) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("n"))});
  story.tell("h", {take("see", "")});
  EXPECT_EQ(story.verdict(), "schema");

  story.tell("h", {take("see", "read it")});
  EXPECT_EQ(story.verdict(), "");
}

TEST(FoldOfAPart, RefusesAStepWhoseFieldsAreNotFilled) {
  PartStory story(form_file);
  story.tell("h", {take("see")});
  EXPECT_EQ(story.verdict(), "guard");

  story.tell("h", {write("note", text("filled here")), take("see")});
  EXPECT_EQ(story.verdict(), "");
}

TEST(FoldOfAPart, LetsAGuardSeeTheRowsThatItsOwnChangeAdds) {
  PartStory story(form_file);
  story.tell("a", {test::add_row("goods", "rice")});
  story.tell("a", {take("count")});
  EXPECT_EQ(story.verdict(), "guard");

  story.tell("a", {test::add_row("goods", "sugar"), take("count")});
  EXPECT_EQ(story.verdict(), "");
}

TEST(FoldOfAPart, TakesAnEntryForAFilledLog) {
  PartStory story(form_file);
  story.tell("a", {take("hear")});
  EXPECT_EQ(story.verdict(), "guard");

  story.tell("a", {test::append("said", {{"words", text("no")}})});
  story.tell("a", {take("hear")});
  EXPECT_EQ(story.verdict(), "");
}

TEST(FoldOfAPart, RefusesARowThatTheFormDoesNotList) {
  PartStory story(form_file);
  story.tell("a", {test::add_row("goods", "salt")});

  EXPECT_EQ(story.verdict(), "schema");
}

TEST(FoldOfAPart, GoesBackFromAHoldToTheStateThatTheStepNames) {
  PartStory story(form_file);
  story.tell("h", {take("hold")});
  EXPECT_EQ(story.folded().suspended, "open");

  story.tell("h", {test::back_to("resume", "seen")});
  EXPECT_EQ(story.verdict(), "state");
  story.tell("h", {test::back_to("resume", "open")});
  EXPECT_EQ(story.verdict(), "");
  EXPECT_EQ(story.folded().state, "open");
}

TEST(FoldOfAPart, WaitsForWhatItDoesNotUnderstand) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("old"))});
  sync::Change& newer = story.tell("a", {write("note", text("new"))});
  newer.understood = false;
  const sync::Change above = story.tell("a", {write("note", text("above"))});
  story.history.changes.back().parents = {newer.dot};

  const sync::PartState state = story.folded();
  EXPECT_TRUE(state.needs_update);
  EXPECT_EQ(state.waiting.at(newer.dot), std::vector<sync::Dot>());
  EXPECT_EQ(state.waiting.at(above.dot), std::vector{newer.dot});
  EXPECT_EQ(state.field.at("note").cell.value, text("old"));
}

TEST(FoldOfAPart, WaitsForAFormOrForTablesThatAreNotHere) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("1"))});
  sync::Change& form = story.tell("a", {write("note", text("2"))});
  form.form_version.number = 2;
  EXPECT_TRUE(story.folded().needs_update);
  story.history.changes.pop_back();

  sync::Change& tables = story.tell("a", {write("note", text("3"))});
  tables.reference_version.number = 2;
  EXPECT_EQ(story.verdict(), "waits");
  story.history.vouched[tables.dot] = "";
  EXPECT_EQ(story.verdict(), "");
}

TEST(FoldOfAPart, SetsAsideAChangeThatNamesAnotherForm) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("ours"))});
  std::string other = form_file;
  other.replace(other.find("case"), 4, "else");
  story.published.add_form(other);
  story.tell("a", {write("note", text("theirs"))});
  story.history.changes.back().form = "else";

  EXPECT_EQ(story.verdict(), "schema");
}

TEST(FoldOfAPart, AsksASecondPersonForAPurge) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("n"))});
  sync::Act purge =
      test::naming(proto::ACT_KIND_PURGE, story.history.changes[0].dot);
  purge.basis = "art. 9";
  purge.verdicts = story.folded().verdicts;
  sync::Act& told = story.tell("h", {purge}).acts[0];

  for (const char* person : {"", "h"}) {
    told.second = person;
    EXPECT_EQ(story.verdict(), "second person") << "by h and " << person;
  }
  told.second = "j";
  EXPECT_EQ(story.verdict(), "");
}

TEST(FoldOfAPart, TakesAStubForTheChangeThatAPurgeErased) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("n")), write("danger", sync::Value(true)),
                   test::append("said", {{"words", text("secret")}})});
  story.tell("h", {write("note", text("after"))});
  sync::Act purge =
      test::naming(proto::ACT_KIND_PURGE, story.history.changes[0].dot);
  purge.second = "j";
  purge.basis = "art. 9";
  for (const auto& [dot, why] : story.folded().verdicts) {
    purge.verdicts[dot] = why;
  }
  story.tell("h", {purge});
  const sync::PartState whole = story.folded();

  sync::Change& stub = story.history.changes[0];
  stub.erased = true;
  stub.author.clear();
  stub.acts[0].value = {};  // danger is a ratchet: it stands in the meta
  stub.acts[2].value = {};

  EXPECT_EQ(whole.erased.size(), 1u);
  EXPECT_TRUE(whole.field.at("said").entry.at(0).erased);
  EXPECT_EQ(whole.field.at("danger").cell.value, sync::Value(true));
  EXPECT_EQ(story.folded(), whole);
}

// Headquarters' change loses itself and releases another that does likewise.
TEST(FoldOfAPart, EndsWhenLostChangesLoseEachOther) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("root"))});
  sync::Act lost;
  lost.kind = proto::ACT_KIND_LOST;
  sync::Change& first = story.tell("h", {lost});
  first.acts[0].lost_from = first.dot;
  sync::Change& second = story.tell("j", {lost});
  second.role = "H";
  second.author = "h";
  second.parents = {first.dot};
  second.acts[0].lost_from = second.dot;

  const sync::PartState state = story.folded();
  EXPECT_EQ(state.verdicts.at(first.dot), "lost");
}

TEST(FoldOfAPart, FoldsALongChainOnce) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("0"))});
  sync::Change next = story.history.changes.front();
  for (int i = 1; i < 2000; ++i) {
    next.parents = {next.dot};
    next.dot.position += 1;
    next.stamp += 1;
    next.acts = {write("note", text(std::to_string(i))),
                 write("danger", sync::Value(true)),
                 test::append("said", {{"words", text("more")}})};
    story.history.changes.push_back(next);
  }

  const sync::PartState state = story.folded();
  EXPECT_EQ(state.field.at("note").cell.value, text("1999"));
  EXPECT_EQ(state.field.at("said").entry.size(), 1999u);
  EXPECT_TRUE(state.set_aside.empty());
}

TEST(CacheOfAPart, IsRefusedWhenDamagedAnywhere) {
  PartStory story(form_file);
  story.tell("a", {write("note", text("n")), test::add_row("goods", "rice")});
  const sync::Bytes good = encode_state(story.folded());

  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    EXPECT_FALSE(sync::decode_state(good.substr(0, cut))) << cut;
    sync::Bytes bad = good;
    bad[cut] = static_cast<char>(bad[cut] ^ 0x80);
    (void)sync::decode_state(bad);  // whatever it gives, it ends
  }
}

}  // namespace
}  // namespace relais
