#include <utility>

#include "sync/check.h"
#include "sync/compression.h"
#include "sync/journal/packet.h"
#include "sync/journal/packet_format.h"
#include "sync/journal/wire.h"

/// What a purge takes out of a packet that is kept (sync-model 5). The signed
/// statement names the heads before and after the range, so what is left
/// verifies as before; only the hash of the packed body no longer holds.
namespace relais::sync {
namespace {

/// Which of the references' attachments go, in their order.
std::vector<bool> purged_attachments(
    const OpenedPacket& packet, const std::function<bool(const Dot&)>& erased) {
  std::vector<bool> purged;
  for (const Entry& entry : packet.entries) {
    const auto meta = decode_meta(entry.meta);
    if (!meta || meta->kind() != proto::ENTRY_KIND_REFERENCE) continue;
    const auto dot = get_dot(meta->reference().dot());
    const auto& held = packet.attachments[purged.size()];
    purged.push_back(dot && erased(*dot) && !held.salt().empty());
  }
  return purged;
}

bool take_out(OpenedPacket& packet,
              const std::function<bool(const Dot&)>& erased) {
  bool changed = false;
  const std::vector<bool> purged = purged_attachments(packet, erased);
  for (std::size_t i = 0; i < purged.size(); ++i) {
    if (!purged[i]) continue;
    packet.attachments[i].Clear();
    changed = true;
  }
  for (Entry& entry : packet.entries) {
    if (entry.stub || !erased({packet.journal, entry.position})) continue;
    entry.stub = true;
    entry.body.clear();
    entry.salt.clear();
    changed = true;
  }
  return changed;
}

/// A seed would tell the salt of an erased body, and with it which of a few
/// likely texts it was. (The bodies of a feed are nobody's.)
void list_salts(const OpenedPacket& opened, proto::SignedPacket& packet) {
  packet.clear_seed();
  packet.clear_salt();
  for (const Entry& entry : opened.entries) packet.add_salt(entry.salt);
}

}  // namespace

Bytes without_seed(const OpenedPacket& packet) {
  proto::SignedPacket kept;
  CHECK(parse(packet.signed_bytes, kept));
  list_salts(packet, kept);
  return serialise(kept);
}

Result<std::optional<Bytes>> without_bodies(
    std::string_view signed_packet, const SigningKeys& keys,
    const std::function<bool(const Dot&)>& erased) {
  auto opened = open_signed(signed_packet, keys);
  if (!opened) return fail(opened.error());
  if (!take_out(*opened, erased)) return std::optional<Bytes>();
  proto::SignedPacket packet;
  if (!parse(signed_packet, packet)) {
    return fail(Errc::corrupt, "A packet cannot be read back: report it");
  }
  if (opened->lane != proto::LANE_FEED) list_salts(*opened, packet);
  Bytes body = packet_format::raw_body(opened->entries, opened->attachments);
  const bool packed = opened->statement.codec() == packet_format::codec_zstd;
  packet.set_body(packed ? compress(body) : std::move(body));
  packet.set_purged(true);
  return std::optional<Bytes>(serialise(packet));
}

}  // namespace relais::sync
