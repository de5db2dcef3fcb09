#pragma once

#include <cstddef>
#include <cstdint>

/// The numbers of the network side of a post.
namespace relais::client::limits {

/// Name, TCP and TLS together. Six tries of a SYN end at 63 s, and a handshake
/// of 4 kB at 10 kbit/s with round trips of 3 s needs some 15 s more.
inline constexpr long connect_ms = 90'000;
/// No byte acknowledged or received for so long, and more when what is in
/// flight needs more: the other end is gone. A minute of rain on a satellite
/// dish is not.
inline constexpr std::int64_t quiet_ms_min = 60'000;
/// Round trips granted beside the bytes in flight: one for the answer, one for
/// each of three retransmissions.
inline constexpr std::int64_t quiet_round_trips = 4;
/// What the kernel may hold unsent: little, so that what is urgent does not
/// wait behind what is not, and "sent" is nearly "gone".
inline constexpr int unsent_bytes = 64 * 1024;
/// A connection idle for longer is not used again: shorter than the server's
/// own deadline and than most address translators remember.
inline constexpr long connection_idle_s = 60;
/// First silence before the kernel probes, and between probes.
inline constexpr long keepalive_s = 30;
/// All headers of an answer. Ours has four.
inline constexpr std::size_t answer_header_bytes_max = 16 * 1024;
/// The text of a refusal.
inline constexpr std::uint64_t refusal_bytes_max = 64 * 1024;
/// Bits of the root's hash in an enrolment code.
inline constexpr int root_hash_bits = 50;

}  // namespace relais::client::limits
