#pragma once

#include <functional>
#include <vector>

#include "sync/result.h"
#include "sync/store/database.h"

namespace relais::sync {

/// Reads everything that a store keeps and checks it against what was written:
/// SQLite's own structure, the tables' definitions, every row's sum, the hash
/// of every published file, every entry's leaf, and every journal's chain from
/// its header to its last head. One sentence for each fault, naming table and
/// row, or journal, position and record; none: every byte that is read is what
/// was written. Fails only when the database cannot be read at all now (busy,
/// denied) or with cancelled. Reads with the caller's connection, one row in
/// memory at a time. `stop` is asked every few hundred rows: it may let others
/// use the same connection meanwhile, whole transactions only, and says
/// whether to give up.
Result<std::vector<Sentence>> audit(Database& database,
                                    const std::function<bool()>& stop = {});

}  // namespace relais::sync
