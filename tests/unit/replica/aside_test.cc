#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/journal/file.h"
#include "sync/replica/desk.h"
#include "sync/replica/steps.h"
#include "tests/support/field.h"
#include "tests/support/part_story.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;
using testing::Contains;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

const Actor shell{"shell", "shell", proto::SIDE_HEADQUARTERS};

/// An evaluation that a post and headquarters hold.
struct Shared {
  Field field;
  Node& post = field.machine("DIB");
  Node& there = field.headquarters();
  RecordId record = post.create(
      "evaluation", {"cycle_id=2026", "officer_id=924-31.C"}, chief_of_dib);

  Shared() { field.sync(post); }

  /// What a machine that does not keep the rules may write at the post.
  Dot forge(const std::string& author, const std::string& role,
            std::vector<Act> acts, const std::string& part = "shared") {
    Dot written;
    const auto form = post.replica().publications().newest_form("evaluation");
    EXPECT_TRUE(post.replica().transact([&]() -> Result<> {
      auto change = change_on_heads(post.replica(), *form, record, part);
      if (!change) return fail(change.error());
      change->author = author;
      change->role = role;
      change->acts = std::move(acts);
      auto dot = post.replica().append(*change, proto::LANE_NORMAL);
      if (!dot) return fail(dot.error());
      written = *dot;
      return {};
    }));
    field.sync(post);
    field.sync(post);
    return written;
  }
  PartState part_at(Node& node, const std::string& part = "shared") {
    return *node.replica().part(record, part).value();
  }
  /// Set aside everywhere; headquarters lists it.
  void is_challenged(const Dot& dot, const std::string& part = "shared") {
    for (Node* node : {&there, &post}) {
      EXPECT_THAT(part_at(*node, part).set_aside,
                  Contains(Pair(dot, "challenged")));
    }
    EXPECT_EQ(digest(part_at(there, part)), digest(part_at(post, part)));
    const auto aside = Desk(there.replica(), shell).set_aside().value();
    ASSERT_THAT(aside, SizeIs(1));
    EXPECT_EQ(aside.front().dot, dot);
  }
};

Act position(const char* code) {
  return test::write("position_code", Value(Code{code}));
}

TEST(SetAside, IsWhatAPostWritesInTheNameOfHeadquarters) {
  Shared shared;

  const Dot forged =
      shared.forge("headquarters", "hr_manager", {position("CBS")});

  shared.is_challenged(forged);
  EXPECT_EQ(PartFacts(shared.part_at(shared.there)).value("position_code"),
            Value());
}

TEST(SetAside, IsAStepThatAPostTakesInTheNameOfHeadquarters) {
  Shared shared;

  const Dot forged =
      shared.forge("headquarters", "hr_manager", {test::take("annul")});

  shared.is_challenged(forged);
  EXPECT_EQ(shared.part_at(shared.post).state, "planned");
}

TEST(SetAside, IsAnActOfHeadquartersThatAPostForges) {
  Shared shared;
  Node& neighbour = shared.field.machine("DIB");
  const Dot root = shared.part_at(shared.there).heads.front();
  const std::pair<const char*, const char*> names[] = {
      {"shell", "sync_resolver_hr"}, {"headquarters", "hr_manager"}};
  for (const auto& [author, role] : names) {
    const Dot forged = shared.forge(
        author, role, {test::naming(proto::ACT_KIND_CHALLENGE, root)});
    shared.field.sync(neighbour);

    for (Node* node : {&shared.there, &neighbour}) {
      const PartState state = shared.part_at(*node);
      EXPECT_THAT(state.set_aside, Contains(Pair(forged, "rights"))) << author;
      EXPECT_THAT(state.set_aside, Not(Contains(Key(root)))) << author;
    }
  }
  for (Node* node : {&shared.there, &neighbour}) {
    EXPECT_THAT(node->replica().verify().value(), IsEmpty());
  }
}

TEST(SetAside, IsWhatAnotherRecordsSuperiorWrites) {
  Shared shared;  // of 924-31.C, whose N+1 is the chief

  const Dot forged =
      shared.forge("924-31.C", "n_plus_1",
                   {test::write("n1_rating", Value(Code{"5"}))}, "superior");

  shared.is_challenged(forged, "superior");
}

TEST(SetAside, CountsOnceHeadquartersAcceptsIt) {
  Shared shared;
  const Dot forged =
      shared.forge("headquarters", "hr_manager", {position("CBS")});

  ASSERT_TRUE(
      Editor(shared.there.replica()).accept(to_text(forged), "vérifié", shell));
  shared.field.sync(shared.post);

  for (Node* node : {&shared.there, &shared.post}) {
    EXPECT_EQ(PartFacts(shared.part_at(*node)).value("position_code"),
              Value(Code{"CBS"}));
  }
}

TEST(SetAside, IsWhatHeadquartersChallengesByHand) {
  Shared shared;
  const Dot written = shared.forge(chief_of_dib, "n_plus_1", {position("CBS")});
  Editor editor(shared.there.replica());

  EXPECT_EQ(editor.challenge(written, " ", shell).error().code, Errc::invalid);
  EXPECT_EQ(editor
                .challenge(written, "poste muté",
                           {chief_of_dib, {}, proto::SIDE_POST})
                .error()
                .code,
            Errc::denied);
  ASSERT_TRUE(editor.challenge(written, "poste muté", shell));
  shared.field.sync(shared.post);

  shared.is_challenged(written);
}

/// A change that stands on one which never came: its journal is left out.
struct Gap {
  Field field;
  Node& post = field.machine("DIB");
  Node& there = field.headquarters();
  RecordId record;
  Dot missing;
  Dot waiting;

  Gap() {
    record = post.create("evaluation", {"cycle_id=2026", "officer_id=924-31.C"},
                         chief_of_dib);
    field.carry(post);
    missing = edit("interview_place=Diboli");
    waiting = edit("interview_on=2026-06-01");
    carry_the_rest();
  }

  void carry_the_rest() {
    auto items = decode_file(field.file_of(post)).value().items;
    for (auto at = items.begin(); at != items.end(); ++at) {
      if (!at->has_packet()) continue;
      lost_packet = *at;
      items.erase(at);
      break;
    }
    EXPECT_THAT(field.deliver(encode_file(items)), IsEmpty());
  }

  /// In a run of its own, so in a journal of its own.
  Dot edit(const char* set) {
    post.restart();
    EXPECT_TRUE(post.edit(to_hex(record), {set}, chief_of_dib));
    return part_at(post).heads.front();
  }
  PartState part_at(Node& node) {
    return *node.replica().part(record, "shared").value();
  }
  Result<> declare(const Dot& from, const Actor& actor = shell) {
    return Editor(there.replica()).lost(from, "disque brûlé", actor);
  }

  proto::FileItem lost_packet;
};

// With the lost change goes what it stood on: nothing says any more of whom
// the record is, so the superior's write is for headquarters to accept.
TEST(Lost, EndsTheWaitingOfWhatStoodOnIt) {
  Gap gap;
  ASSERT_THAT(gap.part_at(gap.there).waiting,
              Contains(Pair(gap.waiting, std::vector{gap.missing})));

  ASSERT_TRUE(gap.declare(gap.missing));

  const PartState state = gap.part_at(gap.there);
  EXPECT_THAT(state.waiting, IsEmpty());
  EXPECT_THAT(state.set_aside, Contains(Pair(gap.waiting, "rights")));
  ASSERT_TRUE(Editor(gap.there.replica())
                  .accept(to_text(gap.waiting), "vérifié", shell));
  EXPECT_FALSE(PartFacts(gap.part_at(gap.there)).value("interview_on").empty());
  EXPECT_THAT(gap.there.replica().verify().value(), IsEmpty());
}

// A machine that keeps no rules cannot stop it: what it says of a part that the
// form does not have waits for the same change.
TEST(Lost, PassesOverPartsThatNoFormHas) {
  Gap gap;
  gap.post.restart();
  const auto form = gap.post.replica().publications().newest_form("evaluation");
  ASSERT_TRUE(gap.post.replica().transact([&]() -> Result<> {
    auto change =
        change_on_heads(gap.post.replica(), *form, gap.record, "shared");
    if (!change) return fail(change.error());
    change->part = "forged";
    change->parents = {gap.missing};
    change->author = chief_of_dib;
    change->acts = {test::write("interview_place", Value(std::string("Nara")))};
    auto dot = gap.post.replica().append(*change, proto::LANE_NORMAL);
    return dot ? Result<>() : fail(dot.error());
  }));
  gap.carry_the_rest();
  const auto forged = gap.there.replica().part(gap.record, "forged");
  ASSERT_TRUE(forged && *forged);
  ASSERT_THAT((*forged)->waiting, SizeIs(1));

  EXPECT_TRUE(gap.declare(gap.missing));

  EXPECT_THAT(gap.part_at(gap.there).waiting, IsEmpty());
  EXPECT_EQ(gap.declare(gap.missing).error().code, Errc::not_found);
}

// Nothing is left that the record began with: headquarters has nothing to
// stand on, and nobody is taken for its author.
TEST(Lost, MayBeARecordsOwnBeginning) {
  Field field;
  Node& post = field.machine("DIB");
  Node& there = field.headquarters();
  const RecordId record = post.create(
      "evaluation", {"cycle_id=2026", "officer_id=924-31.C"}, chief_of_dib);
  const auto part = [&](Node& node) {
    return *node.replica().part(record, "shared").value();
  };
  const Dot root = part(post).heads.front();
  post.restart();
  ASSERT_TRUE(
      post.edit(to_hex(record), {"interview_place=Diboli"}, chief_of_dib));
  auto items = decode_file(field.file_of(post)).value().items;
  items.erase(std::find_if(
      items.begin(), items.end(),
      [](const proto::FileItem& one) { return one.has_packet(); }));
  ASSERT_THAT(field.deliver(encode_file(items)), IsEmpty());
  ASSERT_THAT(part(there).waiting, SizeIs(1));

  const auto declared =
      Editor(there.replica()).lost(root, "disque brûlé", shell);

  ASSERT_TRUE(declared) << declared.error().what.id;
  EXPECT_THAT(part(there).waiting, IsEmpty());
  EXPECT_EQ(there.replica().find(to_hex(record))->author, "");
  EXPECT_THAT(there.replica().verify().value(), IsEmpty());
}

TEST(Lost, IsForHeadquartersAlone) {
  Gap gap;

  const auto denied =
      gap.declare(gap.missing, {chief_of_dib, {}, proto::SIDE_POST});

  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, Errc::denied);
  EXPECT_THAT(gap.part_at(gap.there).waiting, SizeIs(1));
}

TEST(Lost, IsRefusedWhereNothingWaits) {
  Gap gap;
  Dot other = gap.missing;
  other.position += 7;

  const auto refused = gap.declare(other);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_found);
}

TEST(Lost, IsSetAsideWhenItTurnsUpAndMayBeAccepted) {
  Gap gap;
  ASSERT_TRUE(gap.declare(gap.missing));

  EXPECT_THAT(gap.field.deliver(encode_file({gap.lost_packet})), IsEmpty());

  EXPECT_THAT(gap.part_at(gap.there).set_aside,
              Contains(Pair(gap.missing, "lost")));
  ASSERT_TRUE(Editor(gap.there.replica())
                  .accept(to_text(gap.missing), "retrouvé", shell));
  EXPECT_EQ(PartFacts(gap.part_at(gap.there)).value("interview_place"),
            test::text("Diboli"));
}

}  // namespace
}  // namespace relais::sync
