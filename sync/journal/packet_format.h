#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "proto/packet.pb.h"
#include "sync/crypto.h"
#include "sync/journal/entry.h"
#include "sync/limits.h"
#include "sync/result.h"

/// What writing and reading a packet share (sync-model 6).
namespace relais::sync::packet_format {

inline constexpr std::string_view context = "relais/packet/1";
inline constexpr std::uint32_t format = 1;
inline constexpr std::uint32_t codec_raw = 0;
inline constexpr std::uint32_t codec_zstd = 1;
inline constexpr std::size_t seed_bytes = 32;
inline constexpr std::size_t salt_bytes = 16;
/// A sealed box is this much longer than what is in it.
inline constexpr std::size_t seal_bytes = 48;
/// Room for the seal and for what SealedPacket says in clear.
inline constexpr std::size_t signed_bytes_max =
    limits::packet_bytes_max - seal_bytes - 32;

/// What is kept lists its salts where it came with a seed.
inline constexpr std::size_t salts_bytes_max =
    limits::packet_entries_max * (salt_bytes + 2);

/// PacketBody before its codec: whole entries or stubs, then attachments.
Bytes raw_body(const std::vector<Entry>& entries,
               const std::vector<proto::Attachment>& attachments);

/// Opens a SealedPacket with either kind of content. over_limit, version
/// (another format), denied (not for this key), wire_format (altered).
Result<Bytes> unseal_for(const KeyPair& box_key, std::string_view sealed);
/// The same for a SealedPacket that stands in a frame or a file's item: true
/// when it has the shape that seal_packet() gives it.
bool is_plausible(const proto::SealedPacket& packet);

}  // namespace relais::sync::packet_format
