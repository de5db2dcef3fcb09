#pragma once

#include <string_view>
#include <vector>

#include "sync/result.h"
#include "sync/store/database.h"

namespace relais::sync {

/// "REL1" in the file's header: not just any SQLite database.
inline constexpr int application_id = 0x52454C31;
/// Of the tables below; each migration brings it one further.
inline constexpr int schema_version = 1;

/// A table as the audit walks it. Columns in their order: the key first; then
/// the others; then `sum`, over all before it; a column after that is kept by
/// a hash of its own.
struct TableShape {
  std::string_view name;
  std::string_view columns;  ///< all before `sum`, with commas
  int key_columns = 0;
};
const std::vector<TableShape>& tables();

/// Makes the tables in an empty file, or brings an older file to this
/// version: each migration is one transaction, so that it may be cut at any
/// moment and goes on at the next start. Fails with version when a newer
/// program wrote the file, with corrupt when it is no database of ours.
Result<> migrate(Database& database);

/// The same refusals, and version for an older file; changes nothing.
Result<> check_version(Database& database);

/// One sentence for each table or index that is not as migrate() makes it.
Result<std::vector<Sentence>> check_schema(Database& database);

}  // namespace relais::sync
