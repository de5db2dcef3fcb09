#pragma once

#include <string>

#include "sync/record/change.h"
#include "sync/record/form.h"

namespace relais::sync {

/// An address as people write it: field, field[row], field[row].column;
/// field[+].column in an entry of a log.
inline std::string place(const Address& address) {
  std::string text = address.field;
  if (!address.row.empty()) text += "[" + address.row + "]";
  if (!address.column.empty()) text += "." + address.column;
  return text;
}

/// Null when the table has no such column.
inline const proto::Field* column_of(const proto::Field& table,
                                     const std::string& id) {
  for (const proto::Field& column : table.column()) {
    if (column.id() == id) return &column;
  }
  return nullptr;
}

}  // namespace relais::sync
