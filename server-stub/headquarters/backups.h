#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "sync/result.h"

namespace relais::server {

using sync::Result;

/// Copies the database of a headquarters that is in use, or not, into one file
/// that is all of it: records, roster, keys and root. Through a connection of
/// its own, so that the writer goes on. Only its owner may read the file.
Result<> back_up(const std::filesystem::path& folder,
                 const std::filesystem::path& target, std::int64_t wall_ms);

/// The same into HOME/backups, named by the moment, where `kept` stay. Gives
/// the file.
Result<std::filesystem::path> back_up_in_turn(
    const std::filesystem::path& folder, std::int64_t wall_ms,
    std::size_t kept);

/// Whether the database was written to after the newest of them.
bool is_backup_due(const std::filesystem::path& folder);

/// "2026-05-12T08:30:00Z"; with `plain`, as a file's name: "20260512T083000Z".
std::string moment_text(std::int64_t wall_ms, bool plain = false);

}  // namespace relais::server
