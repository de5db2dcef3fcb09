#include "sync/record/facts.h"

#include <algorithm>
#include <utility>

#include "sync/record/place.h"

namespace relais::sync {
namespace {

struct Path {
  std::string table;
  std::string column;  ///< empty: the rows themselves
};

Path split(const std::string& path) {
  const auto point = path.find('.');
  if (point == std::string::npos) return {path, {}};
  return {path.substr(0, point), path.substr(point + 1)};
}

/// What may be seen: undecided and erased values are empty.
Value seen(const CellState& cell) {
  return cell.open || cell.value.erased() ? Value() : cell.value;
}

Value of_row(const Row& row, const std::string& column) {
  const auto found = row.find(column);
  return found == row.end() ? Value() : found->second;
}

Value of_row(const RowState& row, const std::string& column) {
  const auto found = row.column.find(column);
  if (found != row.column.end()) return seen(found->second);
  const Value unit = seen(row.unit);
  return unit.get<Row>() ? of_row(*unit.get<Row>(), column) : Value();
}

/// One row per key while a change's acts are laid over it.
using Keyed = std::vector<std::pair<std::string, Value>>;

Value& at(Keyed& rows, const std::string& key) {
  const auto found =
      std::find_if(rows.begin(), rows.end(),
                   [&](const auto& row) { return row.first == key; });
  if (found != rows.end()) return found->second;
  rows.emplace_back(key, Value());
  return rows.back().second;
}

void lay(const Act& act, const Path& path, Keyed& rows) {
  const std::string& key = act.address.row;
  if (act.kind == proto::ACT_KIND_ANNUL_ROW) {
    std::erase_if(rows, [&](const auto& row) { return row.first == key; });
    return;
  }
  if (act.kind == proto::ACT_KIND_ADD_ROW ||
      act.kind == proto::ACT_KIND_RESTORE_ROW) {
    at(rows, key);
  }
  if (act.kind != proto::ACT_KIND_WRITE) return;
  const Row* unit = act.value.get<Row>();
  if (unit != nullptr) at(rows, key) = of_row(*unit, path.column);
  if (act.address.column == path.column && !path.column.empty()) {
    at(rows, key) = act.value;
  }
}

}  // namespace

Value PartFacts::value(const std::string& path) const {
  const auto found = state_->field.find(path);
  if (found != state_->field.end()) return seen(found->second.cell);
  if (path == state_field && !state_->state.empty()) {
    return Value(Code{state_->state});
  }
  return {};
}

std::vector<Value> PartFacts::values(const std::string& path) const {
  const Path at = split(path);
  const auto found = state_->field.find(at.table);
  if (found == state_->field.end()) return {};
  std::vector<Value> values;
  for (const auto& [key, row] : found->second.row) {
    if (row.status != RowStatus::live) continue;
    values.push_back(at.column == row_keys_column ? Value(key)
                                                  : of_row(row, at.column));
  }
  for (const LogEntry& entry : found->second.entry) {
    values.push_back(of_row(entry.entry, at.column));
  }
  return values;
}

Value FactsOnTop::value(const std::string& path) const {
  for (const Act& act : *acts_) {
    if (act.kind == proto::ACT_KIND_WRITE && act.address.field == path &&
        act.address.row.empty()) {
      return act.value.erased() ? Value() : act.value;
    }
  }
  return below_->value(path);
}

std::vector<Value> FactsOnTop::values(const std::string& path) const {
  const Path at = split(path);
  std::vector<Value> values = below_->values(path);
  const proto::Field* field = form_->field(at.table);
  if (field == nullptr) return values;
  if (field->policy() == proto::POLICY_LOG) {
    for (const Act& act : *acts_) {
      if (act.address.field != at.table) continue;
      if (act.kind != proto::ACT_KIND_APPEND) continue;
      const Row* entry = act.value.get<Row>();
      values.push_back(entry ? of_row(*entry, at.column) : Value());
    }
    return values;
  }
  Keyed rows;
  const std::vector<Value> keys =
      below_->values(at.table + '.' + row_keys_column);
  for (std::size_t i = 0; i < keys.size() && i < values.size(); ++i) {
    rows.emplace_back(plain_text(keys[i]), values[i]);
  }
  for (const Act& act : *acts_) {
    if (act.address.field == at.table) lay(act, at, rows);
  }
  values.clear();
  for (auto& [key, value] : rows) {
    if (at.column == row_keys_column) value = Value(key);
    values.push_back(value.erased() ? Value() : std::move(value));
  }
  return values;
}

std::vector<NamedRow> rows_of(const proto::Field& table, const Facts& facts) {
  std::vector<NamedRow> rows;
  if (table.policy() == proto::POLICY_LOG) {
    for (std::size_t i = 0; i < facts.values(table.id()).size(); ++i) {
      rows.push_back({std::to_string(i + 1), {}});
    }
  } else {
    for (const Value& key : facts.values(table.id() + '.' + row_keys_column)) {
      rows.push_back({plain_text(key), {}});
    }
  }
  for (const proto::Field& column : table.column()) {
    const auto cells = facts.values(table.id() + '.' + column.id());
    for (std::size_t i = 0; i < rows.size() && i < cells.size(); ++i) {
      if (!cells[i].empty()) rows[i].row[column.id()] = cells[i];
    }
  }
  return rows;
}

Value RowFacts::value(const std::string& path) const {
  if (column_of(*table_, path) == nullptr) return record_->value(path);
  const auto cell = row_->find(path);
  return cell == row_->end() ? Value() : cell->second;
}

std::vector<Value> RowFacts::values(const std::string& path) const {
  if (column_of(*table_, path) != nullptr) return {};
  return record_->values(path);
}

bool is_filled(const Facts& facts, const std::string& path) {
  const Value value = facts.value(path);
  if (const std::string* text = value.get<std::string>()) return !text->empty();
  return !value.empty() || !facts.values(path).empty();
}

}  // namespace relais::sync
