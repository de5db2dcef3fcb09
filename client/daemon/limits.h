#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The numbers of the daemon.
namespace relais::client::limits {

/// Pages that SQLite keeps: a post's working set, on a PC with little memory.
inline constexpr std::size_t store_cache_bytes = 512UL * 1024;
/// What a caller streams in is read ahead up to here before its verb begins,
/// so that a slow one holds up nobody; more comes while the verb runs.
inline constexpr std::size_t input_ahead_bytes = 4UL * 1024 * 1024;
/// Pieces of data that go to a caller.
inline constexpr std::size_t data_piece_bytes = 256UL * 1024;
/// Long works that may stand aside for one another at once.
inline constexpr int long_works_max = 8;
/// One `packet export`. Below what a caller may leave unread (control_server.h)
/// and what any stick takes; the rest goes into the next file.
inline constexpr std::size_t packet_file_bytes = 32UL * 1024 * 1024;
/// One `packet import`, whole in memory while it is read.
inline constexpr std::size_t packet_import_bytes = 640UL * 1024 * 1024;

/// A save waits so long for others to share its session; an urgent one does
/// not wait.
inline constexpr std::chrono::milliseconds save_gathering{2'000};
/// The link is given so long to settle after the kernel's word.
inline constexpr std::chrono::milliseconds link_settling{1'000};
/// Between two attempts that the link's coming and going brings about.
inline constexpr std::chrono::milliseconds link_spacing{10'000};
/// With everything held: how often headquarters is asked for news. Each post
/// by its own dice, from two thirds of it to four thirds.
inline constexpr std::chrono::minutes quiet_rhythm{30};

/// Whoever asks nothing for so long is logged out: people walk away from a
/// shared machine.
inline constexpr std::int64_t idle_login_ms = 3LL * 60 * 1000;
/// How often that is looked at while nobody asks anything.
inline constexpr std::chrono::seconds idle_look{15};
/// Logged in at once; the one who was quiet longest makes room.
inline constexpr std::size_t logins_max = 64;

/// The ring of sealed envelopes is written anew after pauses of chance with
/// this mean: longer, and the time of its file would say more about a report;
/// shorter, and an old disk would wear.
inline constexpr std::chrono::minutes envelope_beat{10};
inline constexpr std::chrono::milliseconds envelope_beat_min{1'000};
/// A day of the sealed lane begins at this hour (UTC): posts are quiet then.
inline constexpr std::int64_t envelope_hour_ms = 3LL * 3600 * 1000;
/// No two envelopes of one run leave closer together, whatever the clock says.
inline constexpr std::int64_t envelope_spacing_ms = 12LL * 3600 * 1000;

/// Free space below which `doctor` and `status` speak.
inline constexpr std::uint64_t disk_low_bytes = 64ULL * 1024 * 1024;
/// Clock against the last signed time of headquarters: more is doubtful.
inline constexpr std::int64_t clock_doubt_ms = 10LL * 60 * 1000;
/// What was saved and is not held for longer than this is spoken of.
inline constexpr std::int64_t silence_ms = 7LL * 24 * 3600 * 1000;

}  // namespace relais::client::limits
