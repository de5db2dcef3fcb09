#pragma once

#include <optional>
#include <vector>

#include "sync/store/database.h"

namespace relais::sync {

/// What `read` makes of the first row; absent when there is none.
template <class T>
Result<std::optional<T>> first_of(Statement& statement,
                                  Result<T> (*read)(const Statement&)) {
  auto row = statement.step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<T>();
  auto value = read(statement);
  if (!value) return fail(value.error());
  return std::optional<T>(std::move(*value));
}

/// What `read` makes of every row.
template <class T>
Result<std::vector<T>> all_of(Statement& statement,
                              Result<T> (*read)(const Statement&)) {
  std::vector<T> values;
  for (;;) {
    auto row = statement.step();
    if (!row) return fail(row.error());
    if (!*row) return values;
    auto value = read(statement);
    if (!value) return fail(value.error());
    values.push_back(std::move(*value));
  }
}

}  // namespace relais::sync
