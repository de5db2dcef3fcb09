#include "sync/record/state_view.h"

#include <algorithm>

namespace relais::sync {

const CellState* StateView::cell(const Address& address) const {
  const auto field = state_.field.find(address.field);
  if (field == state_.field.end()) return nullptr;
  if (address.row.empty()) return &field->second.cell;
  const auto row = field->second.row.find(address.row);
  if (row == field->second.row.end()) return nullptr;
  if (address.column.empty()) return &row->second.unit;
  const auto column = row->second.column.find(address.column);
  return column == row->second.column.end() ? nullptr : &column->second;
}

Merged StateView::merge(const Address& address) const {
  Merged merged;
  const CellState* now = cell(address);
  if (now == nullptr) return merged;
  merged.value = now->value;
  merged.open = now->open.has_value();
  for (const Written& one : now->by) merged.by.push_back(&one);
  for (const Written& one : now->also) merged.also.push_back(&one);
  return merged;
}

RowNow StateView::row(const Address& row) const {
  const auto field = state_.field.find(row.field);
  if (field == state_.field.end()) return {};
  const auto found = field->second.row.find(row.row);
  if (found == field->second.row.end()) return {};
  const std::string name = to_text(row);
  const bool offered = std::any_of(
      state_.proposals.begin(), state_.proposals.end(),
      [&](const Proposal& p) { return p.annulment && p.what == name; });
  return {found->second.status, offered};
}

std::vector<Dot> StateView::counting(const Address& address) const {
  std::vector<Dot> dots;
  const CellState* now = cell(address);
  if (now == nullptr) return dots;
  for (const Written& one : now->by) dots.push_back(one.dot);
  for (const Written& one : now->also) dots.push_back(one.dot);
  return dots;
}

bool StateView::headquarters_wrote(const Address& address) const {
  return state_.cache.headquarters_wrote.contains(address);
}

std::string StateView::state() const {
  return state_.state.empty() ? form_.definition().lifecycle().initial()
                              : state_.state;
}

bool StateView::blocked() const {
  return std::any_of(state_.conflicts.begin(), state_.conflicts.end(),
                     [](const Conflict& one) { return one.blocking; });
}

bool StateView::proposed_by_another(const std::string& step,
                                    const std::string& person) const {
  const auto found = state_.cache.offer_author.find(step);
  return found != state_.cache.offer_author.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [&](const std::string& author) {
                       return !author.empty() && author != person;
                     });
}

std::uint32_t StateView::reference_version(const DeviceId& device) const {
  const auto found = state_.cache.reference_version.find(device);
  return found == state_.cache.reference_version.end() ? 0 : found->second;
}

}  // namespace relais::sync
