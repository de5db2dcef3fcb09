#include "tests/unit/journal/forge.h"

#include "sync/check.h"
#include "sync/compression.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"

namespace relais::test {

using namespace relais::sync;

Forge::Forge(std::uint64_t first, std::uint64_t last)
    : Forge(post_journal().range(first, last), the_post(), headquarters()) {}

Forge::Forge(const PacketRange& range, const MachineOf& sender,
             const MachineOf& reader)
    : key(sender.sign) {
  const auto bytes = sign_packet(range, sender.sign, reader.reader());
  CHECK(bytes.has_value());
  take_apart(*bytes);
}

void Forge::take_apart(const Bytes& signed_packet) {
  CHECK(parse(signed_packet, packet));
  CHECK(parse(packet.statement(), statement));
  Bytes raw = packet.body();
  if (statement.codec() == 1) {
    const auto unpacked = decompress(raw, limits::packet_body_bytes_max);
    CHECK(unpacked.has_value());
    raw = *unpacked;
  }
  CHECK(parse(raw, body));
}

Bytes Forge::bytes() {
  return bytes_with(serialise(body), 0);
}

Bytes Forge::bytes_with(Bytes packed, std::uint32_t codec) {
  statement.set_codec(codec);
  statement.set_body_hash(Bytes(hash({packed}).view()));
  packet.set_body(std::move(packed));
  packet.set_statement(serialise(statement));
  packet.set_signature(sign(key, "relais/packet/1", packet.statement()));
  return serialise(packet);
}

void Forge::chain_again() {
  Hash head = *Hash::from_bytes(statement.head_before());
  std::uint64_t position = statement.first();
  for (const proto::PacketEntry& entry : body.entry()) {
    const Bytes salt = salt_of(packet.seed(), position++);
    head =
        next_head(head, leaf_of(entry.meta(), body_hash(salt, entry.body())));
  }
  statement.set_head_after(Bytes(head.view()));
}

std::optional<Refusal> refusal_of(const Bytes& signed_packet) {
  const auto sealed = seal_packet(signed_packet, headquarters().box.public_key);
  if (!sealed) return Refusal{sealed.error().code, "", {}};
  const auto opened = open_packet(*sealed, headquarters().box, KnownKeys());
  if (opened) return std::nullopt;
  return Refusal{opened.error().code, opened.error().what.id,
                 opened.error().what.arguments};
}

}  // namespace relais::test
