#include "tests/unit/forms/scene.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sync/check.h"
#include "tests/support/model_delivery.h"
#include "tests/support/part_story.h"

namespace relais::test {
namespace {

std::vector<sync::Value> values_at(const Place& place) {
  if (place.spec->unit_size() == 0) return rising_values(*place.spec);
  const std::string& compared = place.spec->unit(0);
  std::vector<sync::Value> rows;
  for (const auto& column : place.spec->column()) {
    if (column.id() != compared) continue;
    for (const auto& value : rising_values(column)) {
      rows.emplace_back(sync::Row{{compared, value}});
    }
  }
  return rows;
}

const sync::CellState no_cell;

}  // namespace

Scene::Scene(const Story& story, const Place& place, proto::Policy policy,
             std::vector<Writer> writers)
    : story_(story),
      place_(place),
      writers_(std::move(writers)),
      values_(values_at(place)),
      begun_(story.heads),
      before_(story.changes.size()),
      oracle_(*place.spec, policy) {
  std::set<std::size_t> past;
  for (const sync::Change& change : story_.changes) {
    for (const sync::Act& act : change.acts) {
      if (act.kind != proto::ACT_KIND_WRITE || act.address != place.address) {
        continue;
      }
      past.insert(
          oracle_.add({Typed::What::write, change.dot, act.value, change.author,
                       story_.form().is_headquarters(change.role), change.stamp,
                       past, change.parents.empty()}));
    }
  }
  typed_before_ = oracle_.size();
}

const Writer& Scene::writer(int who) const {
  return writers_.at(static_cast<std::size_t>(who) % writers_.size());
}

std::size_t Scene::add(const Seen& seen, const Writer& who,
                       std::vector<sync::Act> acts, Typed typed) {
  std::vector<sync::Dot> parents;
  for (std::size_t i = 0; i < typed_before_; ++i) typed.past.insert(i);
  for (const std::size_t index : seen) {
    const Typed& one = oracle_.at(index);
    parents.push_back(one.dot);
    typed.past.insert(one.past.begin(), one.past.end());
    typed.past.insert(index);
  }
  const int device = static_cast<int>(oracle_.size()) + 1;
  sync::Change change = story_.make_on(seen.empty() ? begun_ : parents, who,
                                       std::move(acts), device);
  if (tied_) change.stamp = story_.changes.back().stamp;
  tied_ = false;
  typed.dot = change.dot;
  typed.author = typed.author.empty() ? who.person : typed.author;
  typed.headquarters = story_.form().is_headquarters(who.role);
  typed.stamp = change.stamp;
  typed.root = change.parents.empty();
  story_.tell(std::move(change));
  return oracle_.add(std::move(typed));
}

std::size_t Scene::set(const Seen& seen, int who, const sync::Value& value) {
  Typed typed{Typed::What::write, {}, value};
  return add(seen, writer(who), {write(place_.address, value)},
             std::move(typed));
}

std::size_t Scene::set_in_new_row(int who, const sync::Value& value) {
  Typed typed{Typed::What::write, {}, value};
  return add({}, writer(who),
             {row_act(proto::ACT_KIND_ADD_ROW), write(place_.address, value)},
             std::move(typed));
}

std::size_t Scene::lower(const Seen& seen, const Writer& who,
                         const sync::Value& value, const Seen& cites) {
  sync::Act act = write(place_.address, value);
  Typed typed{Typed::What::write, {}, value};
  for (const std::size_t index : cites) {
    act.cites.push_back(oracle_.at(index).dot);
    typed.cites.insert(index);
  }
  std::sort(act.cites.begin(), act.cites.end());
  return add(seen, who, {act}, std::move(typed));
}

std::vector<std::string> Scene::resolvers() const {
  const auto& own = place_.spec->resolve_size() > 0 ? place_.spec->resolve()
                                                    : place_.field->resolve();
  return {own.begin(), own.end()};
}

bool Scene::settled_by_somebody() const {
  return story_.one_of(resolvers()).has_value();
}

std::size_t Scene::decide(const Seen& seen, const sync::Value& value) {
  sync::Act act = write(place_.address, value);
  act.kind = proto::ACT_KIND_DECIDE;
  act.reason = "why";
  Typed typed{Typed::What::decide, {}, value};
  return add(seen, *story_.one_of(resolvers()), {act}, std::move(typed));
}

std::size_t Scene::undo(const Seen& seen, std::size_t decision) {
  Typed typed;
  typed.what = Typed::What::undo;
  typed.names = decision;
  return add(seen, *story_.one_of(resolvers()),
             {naming(proto::ACT_KIND_UNDO, oracle_.at(decision).dot)},
             std::move(typed));
}

Writer Scene::head(const char* control) const {
  for (const auto& right : story_.cast().rules().control()) {
    if (right.act() == control) return *story_.one_of(right.role());
  }
  CHECK(false);
  return {};
}

std::size_t Scene::challenge(const Seen& seen, std::size_t named) {
  Typed typed;
  typed.what = Typed::What::challenge;
  typed.names = named;
  return add(seen, head("challenge"),
             {naming(proto::ACT_KIND_CHALLENGE, oracle_.at(named).dot)},
             std::move(typed));
}

std::size_t Scene::accept(const Seen& seen, std::size_t named) {
  Typed typed{Typed::What::accept, {}, oracle_.at(named).value};
  typed.names = named;
  typed.author = oracle_.at(named).author;
  return add(seen, *story_.one_of(story_.cast().rules().accept()),
             {naming(proto::ACT_KIND_ACCEPT, oracle_.at(named).dot)},
             std::move(typed));
}

std::size_t Scene::other(const Seen& seen, const Writer& who, sync::Act act,
                         const std::string& verdict) {
  const std::size_t index = add(seen, who, {std::move(act)}, {});
  must_[index] = verdict;
  return index;
}

sync::Act Scene::row_act(proto::ActKind kind) const {
  sync::Act act = add_row(place_.address.field, place_.address.row);
  act.kind = kind;
  act.reason = "why";
  return act;
}

const sync::CellState& Scene::cell(const sync::PartState& state) const {
  const auto field = state.field.find(place_.address.field);
  if (field == state.field.end()) return no_cell;
  if (place_.address.row.empty()) return field->second.cell;
  const auto row = field->second.row.find(place_.address.row);
  if (row == field->second.row.end()) return no_cell;
  if (place_.address.column.empty()) return row->second.unit;
  const auto column = row->second.column.find(place_.address.column);
  return column == row->second.column.end() ? no_cell : column->second;
}

void Scene::check(std::mt19937_64& random) const {
  const sync::PartState state = story_.folded();
  check_verdicts(state);
  check_cell(state);
  check_nothing_lost(state);
  check_any_order(state, random);
}

void Scene::check_verdicts(const sync::PartState& state) const {
  for (std::size_t i = 0; i < oracle_.size(); ++i) {
    const auto must = must_.find(i);
    EXPECT_EQ(state.verdicts.at(oracle_.at(i).dot),
              must == must_.end() ? oracle_.verdict(i) : must->second)
        << "change " << i;
  }
}

void Scene::check_cell(const sync::PartState& state) const {
  const sync::CellState& cell = this->cell(state);
  const Shown must = oracle_.shown();
  std::vector<sync::Dot> by;
  for (const sync::Written& one : cell.by) by.push_back(one.dot);
  EXPECT_EQ(cell.open.has_value(), must.open);
  EXPECT_TRUE(cell.value == must.value);
  EXPECT_EQ(by, must.by);
  std::size_t conflicts = 0;
  for (const sync::Conflict& one : state.conflicts) {
    if (one.address != place_.address) continue;
    ++conflicts;
    EXPECT_EQ(one.dots, must.by);
    EXPECT_EQ(one.id, conflict_id(state.part, one.address, must.by));
    EXPECT_EQ(one.resolvers, resolvers());
  }
  const bool hidden =
      !place_.address.row.empty() &&
      state.field.at(place_.address.field).row.at(place_.address.row).status !=
          sync::RowStatus::live;
  EXPECT_EQ(conflicts, must.open && !hidden ? 1U : 0U);
}

/// Every value ever typed is current, in history, set aside or undecided.
void Scene::check_nothing_lost(const sync::PartState& state) const {
  const sync::CellState& cell = this->cell(state);
  for (std::size_t i = 0; i < oracle_.size(); ++i) {
    const Typed& one = oracle_.at(i);
    const bool typed = one.what == Typed::What::write ||
                       one.what == Typed::What::decide ||
                       one.what == Typed::What::accept;
    if (!typed) continue;
    std::ptrdiff_t found = 0;
    for (const auto* shown : {&cell.by, &cell.also}) {
      for (const sync::Written& written : *shown) {
        found += written.dot == one.dot && written.value == one.value;
      }
    }
    for (const sync::Superseded& old : state.history) {
      found += old.dot == one.dot && old.address == place_.address &&
               old.value == one.value;
    }
    found += state.set_aside.contains(one.dot);
    found += std::count(state.undone.begin(), state.undone.end(), one.dot);
    EXPECT_EQ(found, 1) << "the value of change " << i;
    EXPECT_EQ(state.set_aside.contains(one.dot),
              !state.verdicts.at(one.dot).empty() ||
                  (!oracle_.in_force(i) && one.what != Typed::What::decide))
        << "change " << i;
  }
}

/// Heard late, twice, in any order: the same state, byte for byte.
void Scene::check_any_order(const sync::PartState& state,
                            std::mt19937_64& random) const {
  sync::PartHistory part = story_.history();
  PartReplica replica(part, story_.cast());
  for (const auto& change :
       delivery_of(part, static_cast<int>(random() % 3), random)) {
    replica.hear(change);
  }
  EXPECT_TRUE(replica.state() == state) << "heard in another order";
}

}  // namespace relais::test
