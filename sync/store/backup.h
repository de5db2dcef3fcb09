#pragma once

#include <filesystem>

#include "sync/result.h"
#include "sync/store/database.h"

namespace relais::sync {

/// Copies a database that is in use into one file that stands alone: made
/// under another name beside it, opened and audited, synced, renamed. `target`
/// holds the whole copy when this returns, and before that what it held.
/// Restoring is copying that file to an empty home.
///
/// Takes one reading of the source: a writer beside goes on, and is not seen.
/// Fails with disk_full, and with corrupt when the copy does not pass the
/// audit: the source is then damaged.
Result<> backup(Database& source, const std::filesystem::path& target);

}  // namespace relais::sync
