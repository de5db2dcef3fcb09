#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/published.h"
#include "tests/unit/forms/story.h"

namespace relais::test {
namespace {

template <class Names>
bool among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Attempt {
  sync::Change change;
  std::string expected;  ///< why it is set aside; empty: legal
  std::string said;
};

/// What was tried of one form, so that nothing passes because nothing ran.
struct Tried {
  std::map<std::string, int> legal;    ///< by step
  std::map<std::string, int> illegal;  ///< by step
  std::map<std::string, int> guarded;  ///< by step: its guard refused
  std::map<std::string, int> by_role;
  std::map<std::string, int> reasons;
};

/// One state of one form's lifecycle, and everything that anybody may try.
class StateOf {
 public:
  StateOf(const Story& story, Tried& tried) : story_(story), tried_(tried) {}

  void try_all() {
    std::vector<Attempt> others;
    for (const auto& step : lifecycle().transition()) {
      if (among(step.from(), story_.state)) {
        try_possible(step);
      } else {
        Story here = story_;
        by_every_role(here, step, "state", others);
      }
    }
    judge(story_, others);
  }

 private:
  const proto::Lifecycle& lifecycle() const {
    return story_.cast().rules().lifecycle();
  }

  /// The rights of one person first, then those of his role, then the guard.
  std::string expected(const Story& here, const proto::Transition& step,
                       const Writer& who, bool proposes,
                       const std::string& why_not) const {
    if (!here.holds(who)) return "rights";
    if (why_not == "state" || why_not == "schema") return why_not;
    const bool completes = step.second_size() > 0 && !proposes;
    if (!among(completes ? step.second() : step.role(), who.role)) {
      return "role";
    }
    return why_not;
  }

  void attempt(Story& here, const proto::Transition& step, const Writer& who,
               bool proposes, const std::string& why_not,
               std::vector<Attempt>& attempts) {
    sync::Act act = here.act_of(step, proposes);
    if (why_not == "schema") act.reason.clear();
    const std::string why = expected(here, step, who, proposes, why_not);
    attempts.push_back({here.make(who, {act}), why,
                        step.id() + " in " + here.state + " by " + who.person +
                            " as " + who.role +
                            (proposes ? ", a proposal" : "")});
  }

  /// Holders of each role; and in each role somebody who has it not.
  void by_every_role(Story& here, const proto::Transition& step,
                     const std::string& why_not, std::vector<Attempt>& attempts,
                     bool proposes = false) {
    for (const std::string& role : here.cast().roles()) {
      ++tried_.by_role[role];
      std::vector<std::string> who = here.cast().holders(role, here.part());
      if (!who.empty()) who.resize(1);
      who.push_back(intruder);
      for (const std::string& person : who) {
        attempt(here, step, {person, role}, proposes, why_not, attempts);
      }
    }
  }

  void try_possible(const proto::Transition& step) {
    Story here = story_;
    const auto wanted = filled_so_that(
        here.form(), {&step}, here.standing, [&](const Standing& now) {
          return guard_holds(here.form(), step, now) && all_needed(step, now);
        });
    if (!wanted) return;
    here.fill(*wanted);
    std::vector<Attempt> attempts;
    const bool two = step.second_size() > 0;
    by_every_role(here, step, "", attempts, true);
    by_every_role(here, step, two ? "second person" : "", attempts);
    if (step.reason()) by_every_role(here, step, "schema", attempts);
    judge(here, attempts);
    if (two) try_second_person(here, step);
    if (step.to() == sync::held_target) try_elsewhere(here, step);
    try_with_guard_failing(step);
  }

  /// Once proposed, another person completes it; the same one never.
  void try_second_person(Story here, const proto::Transition& step) {
    ASSERT_TRUE(here.propose(step)) << step.id();
    const std::string proposer = here.changes.back().author;
    std::vector<Attempt> attempts;
    for (const std::string& role : here.cast().roles()) {
      for (const auto& person : here.cast().holders(role, here.part())) {
        attempt(here, step, {person, role}, false,
                person == proposer ? "second person" : "", attempts);
      }
    }
    judge(here, attempts);
  }

  /// Back from a hold leads to what it suspended and nowhere else.
  void try_elsewhere(Story here, const proto::Transition& step) {
    std::vector<Attempt> attempts;
    for (const proto::State& state : lifecycle().state()) {
      if (state.id() == here.suspended) continue;
      attempt(here, step, *here.one_of(step.role()), false, "state", attempts);
      attempts.back().change.acts.front().state = state.id();
    }
    judge(here, attempts);
  }

  void try_with_guard_failing(const proto::Transition& step) {
    const sync::Form& form = story_.form();
    for (const bool guard : {true, false}) {
      const auto wanted = filled_so_that(
          form, {&step}, story_.standing, [&](const Standing& now) {
            const bool holds = guard_holds(form, step, now);
            const bool filled = all_needed(step, now);
            return guard ? !holds && filled : holds && !filled;
          });
      if (!wanted) continue;
      Story here = story_;
      here.fill(*wanted);
      std::vector<Attempt> attempts;
      by_every_role(here, step, "guard", attempts, step.second_size() > 0);
      judge(here, attempts);
    }
  }

  /// All at once, each beside the others: a verdict asks only its own past.
  void judge(const Story& here, const std::vector<Attempt>& attempts) {
    const sync::PartState before = here.folded();
    for (const auto& [dot, why] : before.verdicts) {
      ASSERT_EQ(why, "") << "a step on the way to " << here.state;
    }
    ASSERT_EQ(before.state, here.changes.empty() ? "" : here.state);
    ASSERT_EQ(before.suspended, here.suspended);
    std::vector<sync::Change> all;
    std::vector<sync::Change> illegal;
    for (const Attempt& one : attempts) all.push_back(one.change);
    const sync::PartState after = here.folded_with(all);
    for (const Attempt& one : attempts) {
      const std::string& why = after.verdicts.at(one.change.dot);
      EXPECT_EQ(why, one.expected) << one.said;
      const std::string& step = one.change.acts.front().step;
      ++(why.empty() ? tried_.legal : tried_.illegal)[step];
      ++tried_.reasons[why];
      if (why == "guard") ++tried_.guarded[step];
      if (!why.empty()) illegal.push_back(one.change);
      if (why.empty()) take_effect(here, before, one);
    }
    Content expected(before);
    if (!illegal.empty())
      expected.state = here.state;  // of an empty part: none
    EXPECT_TRUE(Content(here.folded_with(illegal)) == expected)
        << "what is set aside changed the record in " << here.state;
  }

  void take_effect(const Story& here, const sync::PartState& before,
                   const Attempt& one) const {
    const sync::Act& act = one.change.acts.front();
    const sync::PartState state = here.folded_with({one.change});
    if (!here.changes.empty()) {
      sync::PartState grown = before;
      EXPECT_TRUE(apply_in_place(grown, one.change, std::nullopt, here.cast()));
      EXPECT_TRUE(grown == state) << one.said;
    }
    Story then = here;
    if (!act.proposes) then.reach(*here.form().transition(act.step));
    EXPECT_EQ(state.state, then.state) << one.said;
    EXPECT_EQ(state.suspended, then.suspended) << one.said;
    const bool stands = std::any_of(
        state.proposals.begin(), state.proposals.end(),
        [&](const sync::Proposal& p) { return p.dot == one.change.dot; });
    EXPECT_EQ(stands, act.proposes) << one.said;
  }

  const Story story_;
  Tried& tried_;
};

class EveryForm : public testing::TestWithParam<std::string> {};

TEST_P(EveryForm, TakesEachStepFromItsStatesByItsRolesAlone) {
  Cast cast(GetParam());
  const auto reached = reached_states(cast);
  Tried tried;
  for (const auto& [state, story] : reached) StateOf(story, tried).try_all();

  for (const proto::State& state : cast.rules().lifecycle().state()) {
    EXPECT_TRUE(reached.contains(state.id())) << state.id();
  }
  for (const auto& step : cast.rules().lifecycle().transition()) {
    EXPECT_GT(tried.legal[step.id()], 0) << step.id();
    EXPECT_GT(tried.illegal[step.id()], 0) << step.id();
    if (step.guard().empty() && step.needs().empty()) continue;
    EXPECT_GT(tried.guarded[step.id()], 0) << step.id();
  }
  for (const std::string& role : cast.roles()) {
    EXPECT_GT(tried.by_role[role], 0) << role;
  }
  for (const char* reason :
       {"", "rights", "role", "state", "schema", "guard"}) {
    EXPECT_GT(tried.reasons[reason], 0) << "'" << reason << "' never came";
  }
}

INSTANTIATE_TEST_SUITE_P(Published, EveryForm,
                         testing::ValuesIn(published_form_ids()));

}  // namespace
}  // namespace relais::test
