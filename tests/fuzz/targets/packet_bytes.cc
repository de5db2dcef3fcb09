#include "sync/journal/packet.h"
#include "sync/journal/wire.h"
#include "tests/fuzz/forgery.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

/// Its statement names the right machines and the right body, and is signed:
/// else nothing but the signature would ever be read.
sync::Bytes signed_again(std::string_view input, const fuzz::Road& road) {
  proto::SignedPacket packet;
  proto::PacketStatement statement;
  if (!sync::parse(input, packet) ||
      !sync::parse(packet.statement(), statement)) {
    return sync::Bytes(input);
  }
  statement.set_device(sync::Bytes(road.from.device.view()));
  statement.set_recipient(
      sync::Bytes(sync::key_id(road.to.box.public_key).view()));
  statement.set_body_hash(sync::Bytes(sync::hash({packet.body()}).view()));
  packet.set_statement(sync::serialise(statement));
  packet.set_signature(
      sync::sign(road.from.sign, "relais/packet/1", packet.statement()));
  return sync::serialise(packet);
}

}  // namespace

// The bytes as they come, sealed and not.
FUZZ_TARGET(packet_bytes) {
  static const fuzz::Road road{fuzz::fixed_party(1), fuzz::fixed_party(2)};
  const fuzz::BothEnds keys(road);
  const sync::Bytes bytes = signed_again(input, road);

  const auto open = sync::open_signed(bytes, keys);
  const auto sealed = sync::open_packet(
      sync::serialise(fuzz::sealed(bytes, road)), road.to.box, keys);
  const auto outside = sync::open_packet(input, road.to.box, keys);

  CHECK(open.has_value() == sealed.has_value());
  CHECK(!open || open->head_after == sealed->head_after);
  CHECK(!outside);
}
