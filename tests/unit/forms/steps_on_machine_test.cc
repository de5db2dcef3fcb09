#include <gtest/gtest.h>

#include <algorithm>

#include "sync/check.h"
#include "sync/replica/steps.h"
#include "tests/support/field.h"
#include "tests/support/published.h"
#include "tests/support/random_seed.h"
#include "tests/unit/forms/story.h"

namespace relais::test {
namespace {

using sync::Errc;

template <class Names>
bool among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Headquarters with everything published, and the persons of a cast.
struct Desk {
  Field field;
  Node& node = field.headquarters();

  explicit Desk(const Cast& cast) {
    CHECK(node.replica().transact([&]() -> sync::Result<> {
      for (const auto& [name, csv] : cast.own_tables()) {
        auto published = node.headquarters().publish_table(name, csv);
        if (!published) return fail(published.error());
      }
      return {};
    }));
  }
};

/// A record of a real machine that walks through its lifecycle while everybody
/// tries every step by the verb that people use.
class OnAMachine : public testing::TestWithParam<std::string> {
 protected:
  OnAMachine()
      : random_(random_seed("Steps on a machine")),
        cast_(GetParam()),
        desk_(cast_),
        life_(cast_.rules().lifecycle_part()) {}

  sync::Replica& replica() { return desk_.node.replica(); }
  sync::PartState part() {
    auto held = replica().part(record_, life_).value();
    return held ? *held : sync::PartState();
  }

  /// A change of a story as this machine's own.
  void write(const sync::Change& told) {
    CHECK(replica().transact([&]() -> sync::Result<> {
      auto change =
          change_on_heads(replica(), cast_.form(), record_, told.part);
      if (!change) return fail(change.error());
      change->author = told.author;
      change->role = told.role;
      change->acts = told.acts;
      auto dot = replica().append(*change, cast_.rules().lane());
      if (!dot) return fail(dot.error());
      record_ = change->record;
      return {};
    }));
    CHECK(part().set_aside.empty());
  }

  /// The root part whole; then the lifecycle's as far as the story goes.
  Story begin() {
    const Story root(cast_, cast_.rules().root_part());
    record_ = cast_.form().keyed() ? root.record() : sync::RecordId();
    for (const sync::Change& change : root.changes) write(change);
    Story story = life_ == root.part() ? root : Story(cast_, life_);
    for (const auto& step : cast_.rules().lifecycle().transition()) {
      if (step.automatic() && among(step.from(), story.state)) {
        story.reach(step);  // headquarters took it already
      }
    }
    EXPECT_EQ(part().state, story.state);
    return story;
  }

  const std::set<std::string>& roles_of(const std::string& person) const {
    const auto [known, fresh] = roles_.try_emplace(person);
    // A relation to the record is asked of its root part.
    const std::string& root = cast_.rules().root_part();
    if (fresh) known->second = cast_.roles_of(person, root);
    return known->second;
  }

  bool may_read(const std::set<std::string>& roles,
                const std::string& part) const {
    const auto& read = cast_.form().part(part)->read();
    return std::any_of(read.begin(), read.end(),
                       [&](const auto& role) { return roles.contains(role); });
  }

  /// Who may read nothing of it must not learn that it is there.
  bool may_see(const std::set<std::string>& roles) const {
    const auto& parts = cast_.rules().part();
    return std::any_of(parts.begin(), parts.end(), [&](const auto& part) {
      return may_read(roles, part.id());
    });
  }

  /// What the contract says: the person first, then the step.
  std::optional<Errc> expected(const Story& here, const proto::Transition& step,
                               const std::string& person,
                               const std::string& proposer) const {
    const auto& roles = roles_of(person);
    const auto has = [&](const auto& wanted) {
      return std::any_of(wanted.begin(), wanted.end(), [&](const auto& role) {
        return roles.contains(role);
      });
    };
    const bool completes = step.second_size() > 0 && !proposer.empty();
    if (!may_see(roles)) return Errc::not_found;
    if (!may_read(roles, life_)) return Errc::denied;
    if (!has(completes ? step.second() : step.role())) return Errc::denied;
    if (!among(step.from(), here.state)) return Errc::invalid;
    if (completes && proposer == person) return Errc::denied;
    const bool met = guard_holds(cast_.form(), step, here.standing) &&
                     all_needed(step, here.standing);
    return met ? std::nullopt : std::optional(Errc::invalid);
  }

  sync::Actor actor(const std::string& person) const {
    const auto& roles = roles_of(person);
    const bool there = std::any_of(
        roles.begin(), roles.end(),
        [&](const auto& role) { return cast_.form().is_headquarters(role); });
    return {person, {}, there ? proto::SIDE_HEADQUARTERS : proto::SIDE_POST};
  }

  void try_step(const Story& here, const proto::Transition& step,
                const std::string& person) {
    const auto must = expected(here, step, person, {});
    if (!must) return;  // legal: taken on the way
    SCOPED_TRACE(step.id() + " in " + here.state + " by " + person);
    const sync::PartState before = part();
    const auto done = sync::Editor(replica()).transition(
        to_hex(record_), step.id(), "motif", actor(person));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, *must) << done.error().what.id;
    EXPECT_EQ(exit_code(done.error().code), *must == Errc::denied      ? 4
                                            : *must == Errc::not_found ? 3
                                                                       : 1);
    EXPECT_TRUE(part() == before) << "a refusal writes nothing";
    ++refused_[*must];
  }

  /// The steps that `show` offers are those that would be taken.
  void offers(const Story& here, const std::string& person,
              const std::string& step_proposed = {},
              const std::string& proposer = {}) {
    const auto view =
        sync::Reader(replica()).show(to_hex(record_), actor(person));
    EXPECT_EQ(view.has_value(), may_see(roles_of(person))) << person;
    if (!view) return;
    for (const auto& step : cast_.rules().lifecycle().transition()) {
      const std::string& by = step.id() == step_proposed ? proposer : "";
      EXPECT_EQ(among(view->transitions, step.id()),
                !expected(here, step, person, by).has_value())
          << step.id() << " in " << here.state << " by " << person
          << (by.empty() ? "" : ", proposed by ") << by;
    }
  }

  /// One holder of each role that reads it or has a step here, some others.
  std::set<std::string> some_persons(const Story& here) {
    std::set<std::string> persons = {intruder};
    for (const std::string& role : cast_.form().part(life_)->read()) {
      const auto who = cast_.holders(role, cast_.rules().root_part());
      if (!who.empty()) persons.insert(who.front());
    }
    for (const auto& step : cast_.rules().lifecycle().transition()) {
      if (!among(step.from(), here.state)) continue;
      for (const auto* roles : {&step.role(), &step.second()}) {
        for (const std::string& role : *roles) {
          const auto who = cast_.holders(role, cast_.rules().root_part());
          if (!who.empty()) persons.insert(who.front());
        }
      }
    }
    for (int others = 0; others < 5; ++others) {
      persons.insert(cast_.persons()[random_() % cast_.persons().size()]);
    }
    return persons;
  }

  void everybody_tries(const Story& here) {
    const bool few = cast_.rules().lifecycle().transition_size() < 10;
    for (const std::string& person : some_persons(here)) {
      offers(here, person);
      for (const auto& step : cast_.rules().lifecycle().transition()) {
        const bool possible = among(step.from(), here.state);
        if (possible || few || random_() % tries_one_in == 0) {
          try_step(here, step, person);
        }
      }
    }
  }

  /// Filled by changes, taken by the verb.
  void take(Story& here, const proto::Transition& step) {
    const std::size_t known = here.changes.size();
    const std::string from = here.state;
    const std::string held = here.suspended;
    ASSERT_TRUE(here.advance(step));
    Story before = here;  // all filled, the step not taken yet
    before.state = from;
    before.suspended = held;
    std::string proposer;
    for (std::size_t i = known; i < here.changes.size(); ++i) {
      const sync::Change& change = here.changes[i];
      if (change.acts.front().kind != proto::ACT_KIND_TRANSITION) {
        write(change);
        continue;
      }
      const auto take = [&](const std::string& person) {
        return sync::Editor(replica()).transition(to_hex(record_), step.id(),
                                                  "motif", actor(person));
      };
      if (!proposer.empty()) {
        const auto again = take(proposer);
        ASSERT_FALSE(again);
        EXPECT_EQ(exit_code(again.error().code), 4) << "it takes a second";
      }
      const auto done = take(change.author);
      ASSERT_TRUE(done) << step.id() << ": " << done.error().what.id;
      if (i + 1 < here.changes.size()) {
        proposer = change.author;
        for (const std::string& person : some_persons(before)) {
          offers(before, person, step.id(), proposer);
        }
        offers(before, proposer, step.id(), proposer);
      }
    }
    EXPECT_EQ(part().state, here.state);
    EXPECT_EQ(part().suspended, here.suspended);
    taken_.insert(step.id());
  }

  static constexpr std::uint64_t tries_one_in = 20;
  std::mt19937_64 random_;
  Cast cast_;
  Desk desk_;
  std::string life_;
  sync::RecordId record_;
  mutable std::map<std::string, std::set<std::string>> roles_;
  std::map<Errc, int> refused_;
  std::set<std::string> taken_;
};

TEST_P(OnAMachine, StepsAreTakenOrRefusedWithTheRightExitCode) {
  Story here = begin();
  std::map<std::string, int> left;  // step -> how often it was taken
  std::set<std::string> seen;
  for (int steps = 0; steps < 30; ++steps) {
    if (seen.insert(here.state).second) everybody_tries(here);
    // The step taken least goes next, so that the walk gets everywhere.
    const proto::Transition* next = nullptr;
    for (const auto& step : cast_.rules().lifecycle().transition()) {
      Story then = here;
      if (!among(step.from(), here.state) || !then.advance(step)) continue;
      if (next == nullptr || left[step.id()] < left[next->id()]) next = &step;
    }
    if (next == nullptr) break;
    ++left[next->id()];
    take(here, *next);
    if (HasFatalFailure()) return;
  }

  EXPECT_GT(refused_[Errc::denied], 0);
  EXPECT_GT(refused_[Errc::invalid], 0);
  EXPECT_GT(refused_[Errc::not_found], 0);
  EXPECT_GT(taken_.size(), 2U);
  EXPECT_TRUE(replica().verify().value().empty());
}

INSTANTIATE_TEST_SUITE_P(Published, OnAMachine,
                         testing::ValuesIn(published_form_ids()));

}  // namespace
}  // namespace relais::test
