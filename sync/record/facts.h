#pragma once

#include <string>
#include <vector>

#include "sync/record/change.h"
#include "sync/record/expression.h"
#include "sync/record/form.h"
#include "sync/record/part_state.h"

namespace relais::sync {

/// "table.@row": the keys of the live rows, in the order of their columns. All
/// facts of a record answer it; no expression can name it.
inline constexpr const char* row_keys_column = "@row";

/// A folded part as facts for guards, checks and --where. The path `state`
/// is the lifecycle's, unless a field has that name.
class PartFacts final : public Facts {
 public:
  explicit PartFacts(const PartState& state) : state_(&state) {}
  Value value(const std::string& path) const override;
  std::vector<Value> values(const std::string& path) const override;

 private:
  const PartState* state_;
};

/// What a change's own guard sees: facts with its writes on top. Borrows
/// everything it is given.
class FactsOnTop final : public Facts {
 public:
  FactsOnTop(const Facts& below, const Form& form, const std::vector<Act>& acts)
      : below_(&below), form_(&form), acts_(&acts) {}
  Value value(const std::string& path) const override;
  std::vector<Value> values(const std::string& path) const override;

 private:
  const Facts* below_;
  const Form* form_;
  const std::vector<Act>* acts_;
};

/// A live row of a table by its key, an entry of a log by its number from 1.
/// Empty columns are left out.
struct NamedRow {
  std::string key;
  Row row;
};
std::vector<NamedRow> rows_of(const proto::Field& table, const Facts& facts);

/// One row over its record: a column's condition sees the row's own columns
/// first. Borrows all three.
class RowFacts final : public Facts {
 public:
  RowFacts(const proto::Field& table, const Row& row, const Facts& record)
      : table_(&table), row_(&row), record_(&record) {}
  Value value(const std::string& path) const override;
  std::vector<Value> values(const std::string& path) const override;

 private:
  const proto::Field* table_;
  const Row* row_;
  const Facts* record_;
};

/// Nothing is known: what the tables say alone.
class NoFacts final : public Facts {
 public:
  Value value(const std::string&) const override { return {}; }
  std::vector<Value> values(const std::string&) const override { return {}; }
};

/// Whether a field is filled: a value, a live row or an entry.
bool is_filled(const Facts& facts, const std::string& path);

}  // namespace relais::sync
