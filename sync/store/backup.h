#pragma once

#include <cstdint>
#include <filesystem>

#include "sync/result.h"
#include "sync/store/database.h"
#include "sync/store/store.h"

namespace relais::sync {

/// Copies a database that is in use into one file that stands alone: made
/// under another name beside it, opened and audited, synced, renamed. `target`
/// holds the whole copy when this returns, and before that what it held.
/// Restoring is copying that file to an empty home.
///
/// Takes one reading of the source: a writer beside goes on, and is not seen.
/// Fails with disk_full, and with corrupt when the copy does not pass the
/// audit: the source is then damaged.
///
/// `made_ms`: the copy says that it was made then; 0: what its source says.
Result<> backup(Database& source, const std::filesystem::path& target,
                std::int64_t made_ms = 0);

/// When this store was made as a backup; 0: it does not say.
Result<std::int64_t> made_at(const Store& store);
/// It is no backup any more. In the caller's transaction.
Result<> forget_made(Store& store);

}  // namespace relais::sync
