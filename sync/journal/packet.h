#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "proto/packet.pb.h"
#include "sync/crypto.h"
#include "sync/journal/entry.h"
#include "sync/result.h"

namespace relais::sync {

/// One contiguous range of one journal, ready to be signed (sync-model 6).
struct PacketRange {
  DeviceId device;
  JournalId journal;
  Lane lane = proto::LANE_UNSPECIFIED;
  Hash head_before;            ///< h(first - 1)
  Bytes header;                ///< set when the range starts at 1
  Bytes seed;                  ///< 32 bytes, or empty: then salts one by one
  std::vector<Entry> entries;  ///< contiguous, at least one
  std::optional<JournalId> feed_journal;  ///< how far the sender read its feed
  std::uint64_t feed_position = 0;
  /// Feeds: salt and body of each reference in the range, in order.
  std::vector<proto::Attachment> attachments;
};

/// Signs, inside; the caller seals. Compresses with zstd, decodes its own
/// output and falls back to raw when it does not come back identical or is
/// not smaller. over_limit when it would exceed limits::packet_bytes_max: cut
/// the range shorter.
Result<Bytes> sign_packet(const PacketRange& range, const KeyPair& signing_key,
                          const KeyId& recipient);
/// SealedPacket for the holder of `box_public_key`, serialised.
Result<Bytes> seal_packet(std::string_view signed_packet,
                          std::string_view box_public_key);

/// A packet after its signature was found good.
struct OpenedPacket {
  proto::PacketStatement statement;
  DeviceId device;
  JournalId journal;
  Lane lane = proto::LANE_UNSPECIFIED;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  Hash head_before;
  Hash head_after;
  Bytes header;  ///< as sent; empty unless first == 1
  Bytes seed;
  std::vector<Entry> entries;  ///< salts filled in, leaves computed
  std::vector<proto::Attachment> attachments;
  Bytes signed_bytes;  ///< the SignedPacket as received, for healing
};

/// Who signs: gives a device's public signing key; empty: unknown device.
class SigningKeys {
 public:
  virtual ~SigningKeys() = default;
  virtual Bytes signing_key(const DeviceId& device) const = 0;
};

/// Size cap -> unseal -> signature -> zstd window and output cap -> framing ->
/// protobuf depth and size caps -> chain from head_before to head_after. Every
/// failure is a refusal with its reason; nothing is half taken:
/// over_limit, wire_format, denied (unknown device or wrong signature),
/// version (format or codec we do not read).
Result<OpenedPacket> open_packet(std::string_view sealed_packet,
                                 const KeyPair& box_key,
                                 const SigningKeys& keys);
/// The same without the seal: a SignedPacket that was kept or came back. What
/// without_bodies() took out of it is no fault: the signed heads bind every
/// entry, and each reference binds what is attached to it.
Result<OpenedPacket> open_signed(std::string_view signed_packet,
                                 const SigningKeys& keys);

/// The SignedPacket as a receiver may keep it: with salts, not the seed, which
/// would tell those of all other positions.
Bytes without_seed(const OpenedPacket& packet);
/// Whether the body of this change must go, by its dot and its meta.
using MustGo = std::function<bool(const Dot&, const proto::EntryMeta&)>;
/// A SignedPacket as it may still be kept: the entries that `must_go` names are
/// stubs, and what was attached to references to them is gone. Statement and
/// signature stay. Nothing, when nothing of them is in it.
Result<std::optional<Bytes>> without_bodies(std::string_view signed_packet,
                                            const SigningKeys& keys,
                                            const MustGo& must_go);

}  // namespace relais::sync
