#pragma once

#include <cstddef>
#include <cstdint>

/// Every number of the product: its name, unit, bound and reason. The design's
/// section stands in brackets.
namespace relais::sync::limits {

/// Rises when the fold's meaning changes; stored with every cache [4].
inline constexpr std::uint32_t fold_version = 1;
/// Spoken and accepted on every road [10].
inline constexpr std::uint32_t protocol_version = 1;

/// One entry, meta and body together [6].
inline constexpr std::size_t entry_bytes_max = 64 * 1024;
/// What a feed adds around the meta of a change that it vouches for: ids, hash
/// and a reason.
inline constexpr std::size_t feed_reference_bytes_extra = 512;
/// What a packet aims at, compressed; halves after a cut [6].
inline constexpr std::size_t packet_bytes_target = 32 * 1024;
/// No packet is larger, sealed [6].
inline constexpr std::size_t packet_bytes_max = 256 * 1024;
/// Uncompressed body of one packet: entries compress well, bombs too [6].
inline constexpr std::size_t packet_body_bytes_max = 8 * 1024 * 1024;
/// zstd window: 2^23 bytes [6].
inline constexpr int zstd_window_log_max = 23;
/// Level of packet bodies: past 9 an old PC waits for few bytes.
inline constexpr int zstd_level = 9;
/// One frame of a session or a file: a packet and its framing.
inline constexpr std::size_t frame_bytes_max = packet_bytes_max + 4096;
/// Damaged items of one file that are named; then the rest is left.
inline constexpr std::size_t file_faults_max = 32;
/// An invitation file: its documents are the forms and tables of one post.
inline constexpr std::size_t invitation_bytes_max = 64 * 1024 * 1024;
/// Entries in one packet, so that a body of empty entries ends.
inline constexpr std::size_t packet_entries_max = 16 * 1024;
/// One piece of a published file in the feed.
inline constexpr std::size_t document_piece_bytes = 48 * 1024;
/// A published form or table, whole.
inline constexpr std::size_t document_bytes_max = 16 * 1024 * 1024;
/// A person is shown sizes in steps of this many bytes [6].
inline constexpr std::size_t shown_bytes_step = 4096;
/// Receipt exceptions [7].
inline constexpr std::size_t receipt_exceptions_max = 16;
/// Age of the older of two backups, so that damage is found in time [7].
inline constexpr std::int64_t archived_age_ms = 30LL * 24 * 60 * 60 * 1000;
/// Nesting of protobuf messages from outside.
inline constexpr int proto_depth_max = 32;

/// Text that one field holds unless the form says less, in characters.
inline constexpr std::size_t line_chars_max = 120;
inline constexpr std::size_t text_chars_max = 8000;
/// Rows of one table in one record.
inline constexpr std::size_t rows_max = 4096;
/// Bytes of a row's name.
inline constexpr std::size_t row_key_bytes_max = 64;
/// Acts of one change.
inline constexpr std::size_t acts_max = 1024;
/// Parents of one change: heads that were open at once.
inline constexpr std::size_t parents_max = 256;
/// Expressions: parsed at publication, bounded, no loops [4.4].
inline constexpr std::size_t expression_bytes_max = 2048;
inline constexpr int expression_depth_max = 32;
/// A regular expression, and the text that one is tried on: codes, plates and
/// references are short, and the cost is the product.
inline constexpr std::size_t pattern_chars_max = 200;
inline constexpr std::size_t pattern_text_chars_max = 500;

}  // namespace relais::sync::limits
