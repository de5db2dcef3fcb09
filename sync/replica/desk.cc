#include "sync/replica/desk.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "sync/record/access.h"

namespace relais::sync {
namespace {

/// A change's causal past, without the change.
std::vector<Change> past_of(const std::vector<Change>& all,
                            const Change& change) {
  std::map<Dot, const Change*> by_dot;
  for (const Change& one : all) by_dot[one.dot] = &one;
  std::set<Dot> seen;
  std::deque<Dot> open(change.parents.begin(), change.parents.end());
  std::vector<Change> past;
  while (!open.empty()) {
    const Dot dot = open.front();
    open.pop_front();
    const auto found = by_dot.find(dot);
    if (found == by_dot.end() || !seen.insert(dot).second) continue;
    past.push_back(*found->second);
    open.insert(open.end(), found->second->parents.begin(),
                found->second->parents.end());
  }
  return past;
}

/// The one item whose name begins with `id`.
template <class Item, class Name>
Result<Item> only(std::vector<Item> items, std::string_view id, Name name) {
  const Item* found = nullptr;
  for (const Item& item : items) {
    if (id.empty() || !name(item).starts_with(id)) continue;
    if (found != nullptr && name(*found) != name(item)) {
      return fail(Errc::invalid,
                  "Several begin with {0}: give more of its characters",
                  {std::string(id)});
    }
    found = &item;
  }
  if (found == nullptr) {
    return fail(Errc::not_found,
                "There is none named {0}, or no longer: list them again",
                {std::string(id)});
  }
  return *found;
}

}  // namespace

Result<> Desk::each_part(bool conflicts_only, const Visit& visit) const {
  std::vector<StoredRecord> records;
  auto read = replica_->store().each_record({}, [&](const auto& record) {
    if (!conflicts_only || record.conflicts > 0) records.push_back(record);
    return true;
  });
  if (!read) return read;
  for (const StoredRecord& record : records) {
    auto form = replica_->publications().newest_form(record.form);
    auto tables = replica_->publications().newest_tables();
    if (!form || !tables) continue;
    auto parts = replica_->parts(record.record);
    if (!parts) return fail(parts.error());
    const Access access(*form, *tables, {actor_.person, actor_.side},
                        record.author, RecordFacts(*parts));
    if (!access.may_see()) continue;
    for (const PartState& part : *parts) {
      if (!access.may_read(part.part)) continue;
      if (auto done = visit(record, part); !done) return done;
    }
  }
  return {};
}

Result<std::vector<OpenConflict>> Desk::conflicts() const {
  std::vector<OpenConflict> found;
  auto read = each_part(true, [&](const auto& record, const auto& part) {
    for (const Conflict& one : part.conflicts) {
      found.push_back({record, part.part, one});
    }
    return Result<>{};
  });
  if (!read) return fail(read.error());
  return found;
}

Result<OpenConflict> Desk::conflict(std::string_view id) const {
  auto all = conflicts();
  if (!all) return fail(all.error());
  auto found = only(std::move(*all), id, [](const OpenConflict& one) {
    return to_hex(one.conflict.id);
  });
  if (found || found.error().code != Errc::not_found) return found;
  auto settled = decision(id);
  if (!settled) return found;
  return fail(Errc::already,
              "The conflict {0} of {1} is settled already; `show {1}` tells by "
              "whom and why",
              {std::string(id), settled->record.reference});
}

Result<std::vector<SetAside>> Desk::set_aside() const {
  std::vector<SetAside> found;
  auto read = each_part(false, [&](const auto& record, const auto& part) {
    for (const auto& [dot, reason] : part.set_aside) {
      found.push_back(
          {record, part.part, dot, reason, part.accepted.contains(dot)});
    }
    return Result<>{};
  });
  if (!read) return fail(read.error());
  return found;
}

Result<SetAside> Desk::set_aside(std::string_view dot) const {
  auto all = set_aside();
  if (!all) return fail(all.error());
  return only(std::move(*all), dot,
              [](const SetAside& one) { return to_text(one.dot); });
}

/// A conflict that was settled is derived no more; it is derived again from
/// the past of the decision that settled it.
Result<std::vector<TakenDecision>> Desk::decisions() const {
  std::vector<TakenDecision> found;
  auto read =
      each_part(false, [&](const auto& record, const auto& part) -> Result<> {
        auto changes = replica_->changes(record.record, part.part);
        if (!changes) return fail(changes.error());
        for (const Change& change : *changes) {
          if (part.set_aside.contains(change.dot)) continue;
          const bool decides = std::any_of(
              change.acts.begin(), change.acts.end(), [](const Act& act) {
                return act.kind == proto::ACT_KIND_DECIDE;
              });
          if (!decides) continue;
          const PartState past =
              fold({past_of(*changes, change), {}}, replica_->publications());
          for (const Act& act : change.acts) {
            for (const Conflict& one : past.conflicts) {
              if (act.kind != proto::ACT_KIND_DECIDE ||
                  one.address != act.address) {
                continue;
              }
              const bool undone =
                  std::find(part.undone.begin(), part.undone.end(),
                            change.dot) != part.undone.end();
              found.push_back(
                  {record, part.part, one.id, change.dot, act.address, undone});
            }
          }
        }
        return {};
      });
  if (!read) return fail(read.error());
  return found;
}

Result<TakenDecision> Desk::decision(std::string_view id) const {
  auto all = decisions();
  if (!all) return fail(all.error());
  std::vector<TakenDecision> standing;
  for (const TakenDecision& one : *all) {
    if (!one.undone) standing.push_back(one);
    if (!one.undone && to_text(one.dot) == id) return one;
  }
  return only(std::move(standing), id,
              [](const TakenDecision& one) { return to_hex(one.conflict); });
}

}  // namespace relais::sync
