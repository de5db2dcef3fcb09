#pragma once

#include "client/daemon/station.h"
#include "sync/text/messages.h"

namespace relais::client {

/// The shared verbs (sync/command) and those that only a post has, but for
/// what needs the network: enrol by file, status, doctor, verify, whoami,
/// packet export and import, sync --dry-run. Threads: the store's.
sync::Verbs post_verbs(Station& station);

/// The families, each in its own .cc.
void add_status_verbs(sync::Verbs& verbs, Station& station);
void add_packet_verbs(sync::Verbs& verbs, Station& station);
void add_sealed_verbs(sync::Verbs& verbs, Station& station);
void add_upkeep_verbs(sync::Verbs& verbs, Station& station);

/// A verb of the sealed road: no log names it (sync-model 9).
bool is_unlogged(const std::string& verb);

sync::Language language_of(const sync::Call& call);
/// Whether a person reads the answer (--format table).
bool for_people(const sync::Call& call);
/// Width of the caller's terminal.
std::size_t columns_of(const sync::Call& call);
/// A whole number above zero; nothing typed is an empty optional. usage.
Result<std::optional<std::uint64_t>> number_of(const sync::Call& call,
                                               const std::string& option);
/// --lane; usage, naming the lanes there are.
Result<std::optional<sync::Lane>> lane_of(const sync::Call& call);
/// "urgent", "normal" or "bulk".
std::string lane_name(sync::Lane lane);

}  // namespace relais::client
