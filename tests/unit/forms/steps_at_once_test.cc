#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/model_delivery.h"
#include "tests/support/part_story.h"
#include "tests/support/published.h"
#include "tests/support/random_seed.h"
#include "tests/unit/forms/story.h"

namespace relais::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using Step = proto::Transition;

template <class Names>
bool among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What the two of them must come to (sync-model 4.2, Lifecycle).
struct Outcome {
  std::string state;
  std::string suspended;
  int proposals = 0;  ///< steps that became proposals
  bool conflict = false;
};

/// Which of the ways of the lifecycle rules were met.
enum class Way {
  agreed,
  closing,
  closings,
  hold,
  progress,
  conflict,
  material
};
constexpr int ways = 7;

class AtOnce : public testing::TestWithParam<std::string> {
 protected:
  AtOnce()
      : random_(random_seed("Steps taken at once")),
        cast_(GetParam()),
        reached_(reached_states(cast_)) {}

  /// The forms together must have met every way, once all were asked.
  static void TearDownTestSuite() {
    const auto* suite = testing::UnitTest::GetInstance()->current_test_suite();
    if (suite->test_to_run_count() < suite->total_test_count()) return;
    for (int way = 0; way < ways; ++way) {
      EXPECT_GT(met_[static_cast<Way>(way)], 0) << "way " << way;
    }
  }

  const sync::Form& form() const { return cast_.form(); }
  const proto::Lifecycle& lifecycle() const {
    return cast_.rules().lifecycle();
  }
  proto::StateKind kind(const std::string& state) const {
    return form().state(state)->kind();
  }
  std::vector<const Step*> from(const std::string& state) const {
    std::vector<const Step*> steps;
    for (const Step& step : lifecycle().transition()) {
      if (among(step.from(), state)) steps.push_back(&step);
    }
    return steps;
  }

  static std::string target(const Story& here, const Step& step) {
    return step.to() == sync::held_target ? here.suspended : step.to();
  }

  /// In the order of `progress`: worked out by walking it.
  bool above(const std::string& high, const std::string& low) const {
    for (const auto& one : lifecycle().progress()) {
      if (one.lower() != low) continue;
      if (one.higher() == high || above(high, one.higher())) return true;
    }
    return false;
  }

  Outcome alone(const Story& here, const Step& step, int proposals) const {
    Story then = here;
    then.reach(step);
    return {then.state, then.suspended, proposals, false};
  }

  Outcome expected(const Story& here, const Step& a, const Step& b) {
    const std::string to_a = target(here, a);
    const std::string to_b = target(here, b);
    const auto is = [&](const std::string& state, proto::StateKind wanted) {
      return kind(state) == wanted;
    };
    if (to_a == to_b) return met(Way::agreed, alone(here, a, 0));
    const bool closes_a = is(to_a, proto::STATE_KIND_CLOSING);
    const bool closes_b = is(to_b, proto::STATE_KIND_CLOSING);
    if (closes_a && closes_b) {
      return met(Way::closings, {here.state, here.suspended, 2, false});
    }
    if (closes_a || closes_b) {
      return met(Way::closing, alone(here, closes_a ? b : a, 1));
    }
    const bool holds_a = is(to_a, proto::STATE_KIND_HOLD);
    if (holds_a || is(to_b, proto::STATE_KIND_HOLD)) {
      return met(Way::hold, alone(here, holds_a ? b : a, 1));
    }
    if (above(to_a, to_b)) return met(Way::progress, alone(here, a, 0));
    if (above(to_b, to_a)) return met(Way::progress, alone(here, b, 0));
    return met(Way::conflict, {here.state, here.suspended, 0, true});
  }

  Outcome met(Way way, Outcome outcome) {
    ++met_[way];
    return outcome;
  }

  /// Both conditions hold; false where one excludes the other.
  bool fill_for(Story& here, const Step& a, const Step& b) const {
    for (const auto& order : {std::vector{&a, &b}, std::vector{&b, &a}}) {
      Standing standing = here.standing;
      for (const Step* step : order) {
        const auto filled =
            filled_so_that(form(), {step}, standing, [&](const Standing& now) {
              return guard_holds(form(), *step, now) && all_needed(*step, now);
            });
        if (filled) standing = *filled;
      }
      const bool both =
          std::all_of(order.begin(), order.end(), [&](const Step* step) {
            return guard_holds(form(), *step, standing) &&
                   all_needed(*step, standing);
          });
      if (!both) continue;
      here.fill(standing);
      return true;
    }
    return false;
  }

  /// By entitled persons, of two who could, by different ones.
  std::optional<Writer> taker(Story& here, const Step& step,
                              const std::string& but) const {
    if (step.second_size() == 0) {
      const auto other = here.one_of(step.role(), but);
      return other ? other : here.one_of(step.role());
    }
    if (!here.propose(step)) return std::nullopt;
    return here.one_of(step.second(), here.changes.back().author);
  }

  /// Heard in any order, repeated: the same, byte for byte.
  void is_the_same_in_any_order(const Story& story,
                                const sync::PartState& state) {
    sync::PartHistory part = story.history();
    PartReplica replica(part, cast_);
    for (const auto& change :
         delivery_of(part, static_cast<int>(random_() % 3), random_)) {
      replica.hear(change);
    }
    EXPECT_TRUE(replica.state() == state);
    part.changes.push_back(part.changes[random_() % part.changes.size()]);
    std::shuffle(part.changes.begin(), part.changes.end(), random_);
    EXPECT_TRUE(fold(part, cast_) == state);
  }

  void take_both(Story here, const Step& a, const Step& b) {
    if (!fill_for(here, a, b)) return;
    const auto first = taker(here, a, {});
    const auto second = taker(here, b, first ? first->person : "");
    ASSERT_TRUE(first && second) << a.id() << " and " << b.id();
    const std::vector<sync::Dot> heads = here.heads;
    here.tell(here.make_on(heads, *first, {here.act_of(a)}, 1));
    here.tell(here.make_on(heads, *second, {here.act_of(b)}, 2));
    const sync::PartState state = here.folded();
    for (const sync::Dot& head : state.heads) {
      ASSERT_EQ(state.verdicts.at(head), "");
    }
    SCOPED_TRACE(a.id() + " and " + b.id() + " in " + here.state);
    const Outcome must = expected(here, a, b);
    EXPECT_EQ(state.state, must.state);
    EXPECT_EQ(state.suspended, must.suspended);
    EXPECT_EQ(std::count_if(state.proposals.begin(), state.proposals.end(),
                            [](const sync::Proposal& one) {
                              return one.why != sync::ProposalWhy::proposed;
                            }),
              must.proposals);
    EXPECT_THAT(state.conflicts, SizeIs(must.conflict ? 1 : 0));
    is_the_same_in_any_order(here, state);
    if (must.conflict) settle(here, a, b);
    tried_.insert(a.id());
  }

  /// While it stands nobody goes on; the head settles it, and may undo that.
  void settle(Story here, const Step& a, const Step& b) {
    const sync::ConflictId id = here.folded().conflicts.front().id;
    for (const Step* step : {&a, &b}) {
      here.tell(*here.one_of(step->role()), {here.act_of(*step)});
      EXPECT_EQ(here.folded().verdicts.at(here.heads.front()), "blocked");
    }
    sync::Act decide;
    decide.kind = proto::ACT_KIND_DECIDE;
    decide.address.field = sync::state_field;
    decide.state = target(here, b);
    decide.reason = "why";
    for (const std::string& role : cast_.roles()) {
      for (const auto& person : cast_.holders(role, here.part())) {
        const auto change = here.make({person, role}, {decide});
        const bool head = among(lifecycle().head(), role);
        EXPECT_EQ(here.folded_with({change}).verdicts.at(change.dot),
                  head ? "" : "role")
            << role;
      }
    }
    const Writer head = *here.one_of(lifecycle().head());
    const sync::Dot decided = here.tell(head, {decide}).dot;
    EXPECT_EQ(here.folded().state, decide.state);
    EXPECT_THAT(here.folded().conflicts, IsEmpty());
    here.tell(head, {decide});
    EXPECT_EQ(here.folded().verdicts.at(here.heads.front()), "no conflict");
    here.tell(head, {naming(proto::ACT_KIND_UNDO, decided)});
    ASSERT_THAT(here.folded().conflicts, SizeIs(1));
    EXPECT_EQ(here.folded().conflicts.front().id, id) << "as before";
    is_the_same_in_any_order(here, here.folded());
  }

  /// Something that matters, written while somebody closed: the closing waits.
  void close_against(Story here, const Step& step, const proto::Field& field) {
    if (!fill_for(here, step, step)) return;
    const auto closer = taker(here, step, {});
    const std::vector<sync::Dot> heads = here.heads;
    here.tell(here.make_on(heads, *here.writer_of(field, field),
                           material_acts(here, field), 1));
    here.tell(here.make_on(heads, *closer, {here.act_of(step)}, 2));
    SCOPED_TRACE(step.id() + " against " + field.id() + " in " + here.state);
    const sync::PartState state = here.folded();
    for (const sync::Dot& head : state.heads) {
      ASSERT_EQ(state.verdicts.at(head), "");
    }
    EXPECT_EQ(state.state, here.state);
    const auto closed = std::count_if(
        state.proposals.begin(), state.proposals.end(),
        [](const auto& one) { return one.why == sync::ProposalWhy::closing; });
    EXPECT_EQ(closed, 1);
    is_the_same_in_any_order(here, state);
    met(Way::material, {});
  }

  static std::vector<sync::Act> material_acts(const Story& here,
                                              const proto::Field& field) {
    const auto fresh = [&] {
      return rising_values(field.column_size() > 0 ? field.column(0) : field);
    };
    if (field.policy() == proto::POLICY_LOG) {
      return {append(field.id(), {{field.column(0).id(), fresh().front()}})};
    }
    if (field.policy() == proto::POLICY_ADD) {
      return {add_row(field.id(), here.row_name(field, 7))};
    }
    return {write(field.id(), fresh().back())};
  }

  std::mt19937_64 random_;
  Cast cast_;
  std::map<std::string, Story> reached_;
  std::set<std::string> tried_;
  static inline std::map<Way, int> met_;
};

TEST_P(AtOnce, TwoStepsComeToWhatTheRulesSay) {
  for (const auto& [state, story] : reached_) {
    for (const Step* a : from(state)) {
      for (const Step* b : from(state)) take_both(story, *a, *b);
    }
  }

  for (const Step& step : lifecycle().transition()) {
    EXPECT_TRUE(tried_.contains(step.id())) << step.id();
  }
}

TEST_P(AtOnce, NothingThatMattersIsClosedOver) {
  for (const proto::Field& field : cast_.rules().field()) {
    if (!field.material() && !field.raises()) continue;
    if (form().part_of(field) != cast_.rules().lifecycle_part()) continue;
    for (const auto& [state, story] : reached_) {
      for (const Step* step : from(state)) {
        if (kind(target(story, *step)) != proto::STATE_KIND_CLOSING) continue;
        // A value that rises: from nothing, or from less.
        if (field.raises() && !story.standing.at(field.id()).empty()) continue;
        close_against(story, *step, field);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Published, AtOnce,
                         testing::ValuesIn(published_form_ids()));

}  // namespace
}  // namespace relais::test
