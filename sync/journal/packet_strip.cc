#include <utility>

#include "sync/check.h"
#include "sync/compression.h"
#include "sync/journal/packet.h"
#include "sync/journal/packet_format.h"
#include "sync/journal/wire.h"

/// What a purge or a withdrawal takes out of a packet that is kept. The signed
/// statement names the heads before and after the range, so what is left
/// verifies as before; only the hash of the packed body no longer holds.
namespace relais::sync {
namespace {

/// Which of the references' attachments go, in their order.
std::vector<bool> leaving_attachments(const OpenedPacket& packet,
                                      const MustGo& must_go) {
  std::vector<bool> leaving;
  for (const Entry& entry : packet.entries) {
    const auto meta = decode_meta(entry.meta);
    if (!meta || meta->kind() != proto::ENTRY_KIND_REFERENCE) continue;
    const auto dot = get_dot(meta->reference().dot());
    const auto change = decode_meta(meta->reference().meta());
    const auto& held = packet.attachments[leaving.size()];
    leaving.push_back(dot && change && !held.salt().empty() &&
                      must_go(*dot, *change));
  }
  return leaving;
}

bool take_out(OpenedPacket& packet, const MustGo& must_go) {
  bool changed = false;
  const std::vector<bool> leaving = leaving_attachments(packet, must_go);
  for (std::size_t i = 0; i < leaving.size(); ++i) {
    if (!leaving[i]) continue;
    packet.attachments[i].Clear();
    changed = true;
  }
  for (Entry& entry : packet.entries) {
    const auto meta = decode_meta(entry.meta);
    const bool goes = meta && must_go({packet.journal, entry.position}, *meta);
    if (entry.stub || !goes) continue;
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

Result<std::optional<Bytes>> without_bodies(std::string_view signed_packet,
                                            const SigningKeys& keys,
                                            const MustGo& must_go) {
  auto opened = open_signed(signed_packet, keys);
  if (!opened) return fail(opened.error());
  if (!take_out(*opened, must_go)) return std::optional<Bytes>();
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
