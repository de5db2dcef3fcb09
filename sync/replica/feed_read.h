#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "proto/session.pb.h"
#include "sync/crypto.h"
#include "sync/store/store.h"

namespace relais::sync {

/// Headquarters' shelf of the feeds of each machine, in the order of reading.
inline constexpr std::string_view feeds_shelf = "feeds";

/// How far one feed was read, or is known.
proto::LaneLine feed_line(const StoredJournal& journal, std::uint64_t position);
/// All of each.
std::vector<proto::LaneLine> feed_lines(
    const std::vector<StoredJournal>& journals);

/// H128 over what was read, in no order: sixteen bytes by which both ends see
/// whether headquarters knows all that it ever said to a machine. After a
/// restore it may know the last feed and lack one before it.
Bytes feed_digest(const std::vector<proto::LaneLine>& read);

/// What a machine has read of its feeds, from its greeting; nothing: that is
/// not what headquarters knows of, so the machine must say it in full
/// (Hello.feed_read) and give back what is missing.
std::optional<std::map<JournalId, std::uint64_t>> agreed_reading(
    const std::vector<StoredJournal>& feeds, const proto::Hello& hello);

}  // namespace relais::sync
