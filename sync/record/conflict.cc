#include "sync/record/conflict.h"

#include <algorithm>

namespace relais::sync {

namespace {

void sort_by_dot(std::vector<Written>& values) {
  std::sort(values.begin(), values.end(),
            [](const Written& a, const Written& b) { return a.dot < b.dot; });
}

std::vector<Written> copies(std::vector<const Written*> values) {
  std::sort(values.begin(), values.end(),
            [](const Written* a, const Written* b) { return a->dot < b->dot; });
  std::vector<Written> copied;
  copied.reserve(values.size());
  for (const Written* value : values) copied.push_back(*value);
  return copied;
}

std::vector<Dot> dots_of(const std::vector<Written>& values) {
  std::vector<Dot> dots;
  dots.reserve(values.size());
  for (const Written& value : values) dots.push_back(value.dot);
  return dots;
}

}  // namespace

CellState cell_of(const std::string& part, const Address& address,
                  const Merged& merged) {
  CellState cell;
  cell.value = merged.value;
  cell.by = copies(merged.by);
  cell.also = copies(merged.also);
  if (merged.open) cell.open = conflict_id(part, address, dots_of(cell.by));
  return cell;
}

Conflict conflict_of(const Form& form, const Address& address,
                     const CellState& cell) {
  Conflict conflict;
  conflict.id = *cell.open;
  conflict.address = address;
  conflict.dots = dots_of(cell.by);
  conflict.values = cell.by;
  conflict.resolvers = form.resolvers(address);
  return conflict;
}

Conflict conflict_on_state(const Form& form, const std::string& part,
                           std::vector<Written> steps) {
  sort_by_dot(steps);
  Conflict conflict;
  conflict.address = Address{state_field, {}, {}};
  conflict.dots = dots_of(steps);
  conflict.id = conflict_id(part, conflict.address, conflict.dots);
  conflict.values = std::move(steps);
  conflict.blocking = true;
  conflict.resolvers = form.resolvers(conflict.address);
  return conflict;
}

}  // namespace relais::sync
