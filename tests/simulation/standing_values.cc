#include "tests/simulation/standing_values.h"

#include <algorithm>

namespace relais::simulation {
namespace {

bool in_cell(const sync::CellState& cell, const sync::Dot& dot) {
  const auto by_dot = [&](const sync::Written& one) { return one.dot == dot; };
  return std::any_of(cell.by.begin(), cell.by.end(), by_dot) ||
         std::any_of(cell.also.begin(), cell.also.end(), by_dot);
}

bool in_field(const sync::FieldState& field, const sync::Address& address,
              const sync::Dot& dot) {
  const bool entered = std::any_of(field.entry.begin(), field.entry.end(),
                                   [&](const sync::LogEntry& one) {
                                     return one.origin == dot || one.dot == dot;
                                   });
  if (entered || in_cell(field.cell, dot)) return true;
  const auto row = field.row.find(address.row);
  if (row == field.row.end()) return false;
  const auto column = row->second.column.find(address.column);
  return in_cell(row->second.unit, dot) ||
         (column != row->second.column.end() && in_cell(column->second, dot));
}

bool stands(const sync::PartState& state, const sync::Act& act,
            const sync::Dot& dot) {
  const auto field = state.field.find(act.address.field);
  if (field != state.field.end() && in_field(field->second, act.address, dot)) {
    return true;
  }
  return std::any_of(state.history.begin(), state.history.end(),
                     [&](const sync::Superseded& old) {
                       return old.dot == dot && old.address == act.address;
                     });
}

}  // namespace

std::string not_standing(const sync::PartState& state,
                         const sync::Change& change) {
  if (state.set_aside.contains(change.dot) ||
      state.erased.contains(change.dot) ||
      std::find(state.undone.begin(), state.undone.end(), change.dot) !=
          state.undone.end()) {
    return {};
  }
  for (const sync::Act& act : change.acts) {
    const bool has_value = act.kind == proto::ACT_KIND_WRITE ||
                           act.kind == proto::ACT_KIND_APPEND ||
                           act.kind == proto::ACT_KIND_DECIDE;
    if (has_value && act.address.field != sync::state_field &&
        !stands(state, act, change.dot)) {
      return to_text(act.address);
    }
  }
  return {};
}

}  // namespace relais::simulation
