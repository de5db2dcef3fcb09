#include <gtest/gtest.h>

#include <algorithm>

#include "sync/record/place.h"
#include "tests/support/part_story.h"
#include "tests/support/published.h"
#include "tests/support/random_seed.h"
#include "tests/unit/forms/scene.h"

namespace relais::test {
namespace {

template <class Names>
bool among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// One kind of concurrency; false where a place cannot have it.
struct Kind {
  const char* name;
  bool (*play)(Scene& scene);
};

bool needs_resolver(const Scene& scene) {
  return scene.settled_by_somebody();
}

bool sequential(Scene& s) {
  const auto first = s.set({}, 0, s.values().front());
  s.set({first}, 1, s.values().back());
  return true;
}

bool sequential_down(Scene& s) {
  const auto first = s.set({}, 0, s.values().back());
  s.set({first}, 1, s.values().front());
  return true;
}

bool same(Scene& s) {
  s.set({}, 0, s.values().back());
  s.set({}, 1, s.values().back());
  return true;
}

bool different(Scene& s) {
  s.set({}, 0, s.values().front());
  s.set({}, 1, s.values().back());
  return true;
}

bool different_the_other_way(Scene& s) {
  s.set({}, 0, s.values().back());
  s.set({}, 1, s.values().front());
  return true;
}

bool at_the_same_moment(Scene& s) {
  s.set({}, 0, s.values().front());
  s.tie();
  s.set({}, 1, s.values().back());
  return true;
}

bool set_against_clear(Scene& s) {
  const auto first = s.set({}, 0, s.values().front());
  s.set({first}, 0, s.values().back());
  s.set({first}, 1, {});
  return true;
}

bool clear_against_set(Scene& s) {
  const auto first = s.set({}, 0, s.values().front());
  s.set({first}, 1, {});
  s.set({first}, 0, s.values().back());
  return true;
}

bool three_ways(Scene& s) {
  s.set({}, 0, s.values().front());
  s.set({}, 1, s.values().at(1));
  s.set({}, 2, s.values().back());
  return true;
}

bool written_over(Scene& s) {
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({}, 1, s.values().back());
  s.set({a, b}, 0, s.values().back());
  return true;
}

bool half_seen(Scene& s) {
  const auto a = s.set({}, 0, s.values().front());
  s.set({}, 1, s.values().back());
  s.set({a}, 2, s.values().at(1));
  return true;
}

bool decided(Scene& s) {
  if (!needs_resolver(s)) return false;
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({}, 1, s.values().back());
  s.decide({a, b}, s.values().front());
  return true;
}

bool decided_against_a_late_write(Scene& s) {
  if (!needs_resolver(s)) return false;
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({}, 1, s.values().back());
  s.decide({a, b}, s.values().front());
  s.set({b}, 1, s.values().at(1));
  return true;
}

bool decided_twice(Scene& s) {
  if (!needs_resolver(s)) return false;
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({}, 1, s.values().back());
  s.decide({a, b}, s.values().front());
  s.decide({a, b}, s.values().back());
  return true;
}

bool undone(Scene& s) {
  if (!needs_resolver(s)) return false;
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({}, 1, s.values().back());
  const auto decision = s.decide({a, b}, s.values().front());
  s.undo({decision}, decision);
  return true;
}

bool undone_after_a_later_write(Scene& s) {
  if (!needs_resolver(s)) return false;
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({}, 1, s.values().back());
  const auto decision = s.decide({a, b}, s.values().front());
  const auto later = s.set({decision}, 1, s.values().back());
  s.undo({later}, decision);
  return true;
}

bool right_withdrawn(Scene& s) {
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({}, 1, s.values().back());
  s.challenge({a, b}, b);
  return true;
}

bool right_withdrawn_under_another(Scene& s) {
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({a}, 1, s.values().back());
  s.set({b}, 2, s.values().at(1));
  s.challenge({b}, b);
  return true;
}

bool accepted(Scene& s) {
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({}, 1, s.values().back());
  const auto challenge = s.challenge({a, b}, b);
  s.accept({challenge}, b);
  return true;
}

bool refused_then_accepted(Scene& s) {
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({a}, 1, s.values().back());
  s.accept({b}, b);
  return !s.oracle().verdict(b).empty();
}

bool lowered(Scene& s) {
  if (!s.place().spec->ratchet()) return false;
  const auto may = s.story().one_of(s.place().spec->lower());
  const auto a = s.set({}, 0, s.values().back());
  Scene::Seen all = {a};
  if (s.oracle().size() > 1) all.push_back(0);
  s.lower({a}, *may, s.values().front(), all);
  return true;
}

bool lowered_and_raised(Scene& s) {
  if (!s.place().spec->ratchet()) return false;
  const auto may = s.story().one_of(s.place().spec->lower());
  const auto a = s.set({}, 0, s.values().back());
  s.lower({a}, *may, s.values().front(), {a});
  s.set({a}, 1, s.values().back());
  return true;
}

bool row_annulled_while_edited(Scene& s) {
  if (s.place().address.row.empty()) return false;
  const auto& table = *s.place().field;
  const auto annuller =
      s.story().one_of(table.annul_size() > 0 ? table.annul() : table.write());
  const auto a = s.set({}, 0, s.values().front());
  s.other({a}, *annuller, s.row_act(proto::ACT_KIND_ANNUL_ROW));
  s.set({a}, 1, s.values().back());
  const auto state = s.story().folded();
  EXPECT_EQ(state.field.at(table.id()).row.at(s.place().address.row).status,
            sync::RowStatus::live);
  EXPECT_EQ(state.proposals.size(), 1U) << "the annulment waits";
  return true;
}

bool row_annulled_with_its_conflict(Scene& s) {
  if (s.place().address.row.empty()) return false;
  const auto& table = *s.place().field;
  const auto annuller =
      s.story().one_of(table.annul_size() > 0 ? table.annul() : table.write());
  const auto a = s.set({}, 0, s.values().front());
  const auto b = s.set({}, 1, s.values().back());
  const auto gone =
      s.other({a, b}, *annuller, s.row_act(proto::ACT_KIND_ANNUL_ROW));
  const auto status = [&] {
    const auto state = s.story().folded();
    return state.field.at(table.id()).row.at(s.place().address.row).status;
  };
  EXPECT_EQ(status(), sync::RowStatus::annulled);
  s.other({gone}, s.writer(0), write(s.place().address, s.values().back()),
          "annulled");
  s.other({gone}, *s.story().one_of(table.write()),
          s.row_act(proto::ACT_KIND_ADD_ROW), "annulled");
  s.other({gone}, *annuller, s.row_act(proto::ACT_KIND_ANNUL_ROW), "row");
  EXPECT_EQ(status(), sync::RowStatus::annulled);
  return true;
}

bool row_restored(Scene& s) {
  if (s.place().address.row.empty()) return false;
  row_annulled_with_its_conflict(s);
  const auto gone = s.oracle().size() - 4;
  s.other({gone}, *s.story().one_of(s.place().field->write()),
          s.row_act(proto::ACT_KIND_RESTORE_ROW));
  const auto state = s.story().folded();
  EXPECT_EQ(state.field.at(s.place().field->id())
                .row.at(s.place().address.row)
                .status,
            sync::RowStatus::live);
  return true;
}

constexpr Kind kinds[] = {
    {"one after another", sequential},
    {"one after another, falling", sequential_down},
    {"the same at once", same},
    {"different at once", different},
    {"different at once, the other way", different_the_other_way},
    {"at the same moment", at_the_same_moment},
    {"set against clear", set_against_clear},
    {"clear against set", clear_against_set},
    {"three at once", three_ways},
    {"written over", written_over},
    {"half seen", half_seen},
    {"decided", decided},
    {"decided against a late write", decided_against_a_late_write},
    {"decided twice", decided_twice},
    {"undone", undone},
    {"undone after a later write", undone_after_a_later_write},
    {"right withdrawn", right_withdrawn},
    {"right withdrawn under another", right_withdrawn_under_another},
    {"accepted", accepted},
    {"refused, then accepted", refused_then_accepted},
    {"lowered", lowered},
    {"lowered and raised", lowered_and_raised},
    {"row annulled while edited", row_annulled_while_edited},
    {"row annulled with its conflict", row_annulled_with_its_conflict},
    {"row restored", row_restored},
};

constexpr const char* across_a_step = "across a step";
constexpr const char* row_made_twice = "row made twice";

/// Every place of every form's file, under the policy that it names.
class EveryPlace : public testing::TestWithParam<std::string> {
 protected:
  EveryPlace()
      : random_(random_seed("Merge policies")),
        cast_(GetParam()),
        reached_(reached_states(cast_)) {}

  /// All forms together must have met every policy, in every way that it can
  /// be met, once all were asked.
  static void TearDownTestSuite() {
    const auto* suite = testing::UnitTest::GetInstance()->current_test_suite();
    if (suite->test_to_run_count() < suite->total_test_count()) return;
    std::set<std::string> met_kinds;
    for (const auto& [met, count] : met_) met_kinds.insert(met.second);
    for (const Kind& kind : kinds) {
      EXPECT_TRUE(met_kinds.contains(kind.name)) << kind.name;
    }
    EXPECT_TRUE(met_kinds.contains(across_a_step));
    EXPECT_TRUE(met_kinds.contains(row_made_twice));
    for (int policy = proto::Policy_MIN + 1; policy <= proto::Policy_MAX;
         ++policy) {
      if (policy == proto::POLICY_LOG) continue;  // has no places: logs_test
      for (const char* kind :
           {"one after another", "the same at once", "different at once",
            "set against clear", "three at once", "right withdrawn"}) {
        EXPECT_GT((met_[{policy, kind}]), 0)
            << proto::Policy_Name(policy) << ", " << kind;
      }
    }
  }

  const sync::Form& form() const { return cast_.form(); }

  void play_part(const std::string& part) {
    const Story begun(cast_, part);
    for (const proto::Field& field : cast_.rules().field()) {
      if (form().part_of(field) != part) continue;
      for (const Place& place : places_of(begun, field)) {
        play_place(begun, place, place.spec->policy());
        for (const auto& from : place.spec->policy_from()) {
          play_place(reached_.at(from.state()), place, from.policy());
        }
      }
    }
  }

  static std::vector<Place> places_of(const Story& story,
                                      const proto::Field& field) {
    if (field.policy() == proto::POLICY_LOG) return {};
    if (field.policy() != proto::POLICY_ADD) {
      return {{&field, &field, {field.id(), {}, {}}}};
    }
    const std::string row = story.row_name(field, 1);
    if (field.unit_size() > 0) return {{&field, &field, {field.id(), row, {}}}};
    std::vector<Place> places;
    for (const proto::Field& column : field.column()) {
      places.push_back({&field, &column, {field.id(), row, column.id()}});
    }
    return places;
  }

  /// Who writes there another name writes himself out of his role.
  bool is_given_by(const std::string& role, const std::string& field) const {
    const auto& relations = cast_.rules().relation();
    return std::any_of(
        relations.begin(), relations.end(), [&](const auto& relation) {
          const auto& sources = relation.source();
          return relation.role() == role &&
                 std::any_of(
                     sources.begin(), sources.end(),
                     [&](const auto& one) { return one.field() == field; });
        });
  }

  /// Who plays: for HQ from each side in turn; else any three who may.
  std::vector<std::vector<Writer>> writers_of(const Story& story,
                                              const Place& place) {
    const auto& roles = place.spec->write_size() > 0 ? place.spec->write()
                                                     : place.field->write();
    std::vector<Writer> post;
    std::vector<Writer> there;
    for (const std::string& role : roles) {
      if (is_given_by(role, place.field->id())) continue;
      for (const auto& person : cast_.holders(role, story.part())) {
        (form().is_headquarters(role) ? there : post).push_back({person, role});
      }
    }
    const auto pick = [&](const std::vector<Writer>& from) {
      return from.at(random_() % from.size());
    };
    std::vector<std::vector<Writer>> all;
    if (!post.empty()) all.push_back({pick(post), pick(post), pick(post)});
    if (!there.empty()) all.push_back({pick(there), pick(there), pick(there)});
    if (!post.empty() && !there.empty()) {
      all.push_back({pick(post), pick(there), pick(post)});
      all.push_back({pick(there), pick(post), pick(post)});
    }
    return all;
  }

  void play_place(const Story& begun, const Place& place,
                  proto::Policy policy) {
    Story story = begun;
    if (!place.address.row.empty()) {
      story.tell(*story.writer_of(*place.field, *place.field),
                 {add_row(place.address.field, place.address.row)});
    }
    const auto writers = writers_of(story, place);
    EXPECT_FALSE(writers.empty()) << to_text(place.address);
    for (const auto& who : writers) {
      for (const Kind& kind : kinds) {
        Scene scene(story, place, policy, who);
        SCOPED_TRACE(described(place, kind.name, who));
        if (kind.play(scene)) finish(scene, policy, kind.name);
      }
      if (story.part() == cast_.rules().lifecycle_part()) {
        play_across_a_step(story, place, policy, who);
      }
      if (!place.address.row.empty()) {
        play_row_made_twice(begun, place, policy, who);
      }
    }
  }

  static std::string described(const Place& place, const std::string& kind,
                               const std::vector<Writer>& who) {
    std::string text = sync::place(place.address) + ", " + kind + ":";
    for (const Writer& one : who) text += " " + one.person + "/" + one.role;
    return text;
  }

  void finish(const Scene& scene, proto::Policy policy, const char* kind) {
    scene.check(random_);
    ++met_[{policy, kind}];
  }

  /// Written on both sides of a step, which ends no right and no value.
  void play_across_a_step(const Story& begun, const Place& place,
                          proto::Policy policy,
                          const std::vector<Writer>& who) {
    for (const auto& step : cast_.rules().lifecycle().transition()) {
      Story then = begun;
      const bool open =
          among(step.from(), then.state) && step.second_size() == 0 &&
          step.to() != sync::held_target &&
          form().state(step.to())->kind() == proto::STATE_KIND_OPEN;
      if (!open || !then.advance(step)) continue;
      Story story = begun;
      story.fill(then.standing);
      Scene scene(story, place, policy, who);
      SCOPED_TRACE(described(place, across_a_step, who));
      const auto a = scene.set({}, 0, scene.values().front());
      scene.other({}, *story.one_of(step.role()), story.act_of(step));
      scene.set({}, 1, scene.values().back());
      EXPECT_EQ(scene.story().folded().state, step.to());
      EXPECT_EQ(a, scene.oracle().size() - 3);
      for (const auto& from : place.spec->policy_from()) {
        if (from.state() == step.to()) scene.change_policy(from.policy());
      }
      return finish(scene, policy, across_a_step);
    }
  }

  /// Two persons make the row of one name, each with his value: one row.
  void play_row_made_twice(const Story& begun, const Place& place,
                           proto::Policy policy,
                           const std::vector<Writer>& who) {
    if (!among(place.field->write(), who[0].role) ||
        !among(place.field->write(), who[1].role)) {
      return;
    }
    Scene scene(begun, place, policy, who);
    SCOPED_TRACE(described(place, row_made_twice, who));
    scene.set_in_new_row(0, scene.values().front());
    scene.set_in_new_row(1, scene.values().back());
    const auto state = scene.story().folded();
    EXPECT_EQ(
        state.field.at(place.field->id()).row.at(place.address.row).status,
        sync::RowStatus::live);
    finish(scene, policy, row_made_twice);
  }

  std::mt19937_64 random_;
  Cast cast_;
  std::map<std::string, Story> reached_;
  static inline std::map<std::pair<int, std::string>, int> met_;
};

TEST_P(EveryPlace, MergesAsItsPolicySays) {
  for (const auto& part : cast_.rules().part()) play_part(part.id());
}

INSTANTIATE_TEST_SUITE_P(Published, EveryPlace,
                         testing::ValuesIn(published_form_ids()));

}  // namespace
}  // namespace relais::test
