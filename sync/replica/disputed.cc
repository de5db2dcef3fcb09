#include "sync/replica/disputed.h"

#include <algorithm>

namespace relais::sync {
namespace {

constexpr std::string_view disputed_shelf = "disputed";

bool is_decided(const CellState& cell) {
  return std::any_of(cell.by.begin(), cell.by.end(),
                     [](const Written& one) { return one.decision; });
}

bool is_decided(const RowState& row) {
  return is_decided(row.unit) ||
         std::any_of(row.column.begin(), row.column.end(),
                     [](const auto& one) { return is_decided(one.second); });
}

bool is_decided(const FieldState& field) {
  return is_decided(field.cell) ||
         std::any_of(field.row.begin(), field.row.end(),
                     [](const auto& one) { return is_decided(one.second); });
}

}  // namespace

Result<> note_disputed(Store& store, const PartState& state) {
  const bool disputed =
      !state.conflicts.empty() || !state.undone.empty() ||
      std::any_of(state.field.begin(), state.field.end(),
                  [](const auto& one) { return is_decided(one.second); });
  return disputed ? store.put(disputed_shelf, state.record.view(), {})
                  : Result<>();
}

Result<std::vector<RecordId>> disputed_records(const Store& store) {
  std::vector<RecordId> all;
  auto read = store.scan(disputed_shelf, {}, [&](auto key, auto) {
    if (const auto id = RecordId::from_bytes(key)) all.push_back(*id);
    return true;
  });
  if (!read) return fail(read.error());
  return all;
}

}  // namespace relais::sync
