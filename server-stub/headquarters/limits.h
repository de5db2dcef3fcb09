#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The numbers of a running headquarters.
namespace relais::server::limits {

/// Sessions' packets that share one commit: bounds a transaction to some
/// sixteen megabytes, and what is done again when one of them fails.
inline constexpr std::size_t shared_commit_max = 64;
/// One request of a session. What came before is held; the post asks again.
inline constexpr std::uint64_t sync_body_bytes_max = 256ULL * 1024 * 1024;
/// Feed packets in one answer: a thousand answers at once stay in memory.
inline constexpr std::size_t answer_feed_bytes = 1024 * 1024;
/// A Join: two keys, a certificate request, a proof; and an earlier grant.
inline constexpr std::size_t join_bytes_max = 16 * 1024;
/// Different wrong codes from one address within a minute. A code has 80 bits;
/// this spares the processor, and keeps a log readable.
inline constexpr std::size_t wrong_codes_max = 5;
inline constexpr std::int64_t wrong_codes_ms = 60'000;
/// Addresses remembered for that.
inline constexpr std::size_t wrong_code_addresses_max = 1024;
/// Threads for TLS and HTTP.
inline constexpr int http_threads = 2;
/// Requests that run may end, after SIGTERM.
inline constexpr int grace_ms = 10'000;

/// What one command may stream in: it is in memory before it begins, so that
/// no slow sender holds the store.
inline constexpr std::size_t control_input_bytes_max = 512UL * 1024 * 1024;
/// Commands at once.
inline constexpr std::size_t control_connections_max = 32;
/// A terminal that takes nothing for so long is given up: people read pages.
inline constexpr std::chrono::seconds caller_waits{600};
inline constexpr std::chrono::seconds caller_waits_at_end{5};

/// A backup is made when something changed since the last one.
inline constexpr std::chrono::minutes backup_every{60};
/// A day of them is kept.
inline constexpr std::size_t backups_kept = 24;
/// Where `serve` listens unless told otherwise.
inline constexpr std::uint16_t default_port = 8443;

}  // namespace relais::server::limits
