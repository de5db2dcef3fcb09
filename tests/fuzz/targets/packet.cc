#include "sync/journal/packet.h"

#include "sync/journal/packet_format.h"
#include "sync/journal/wire.h"
#include "tests/fuzz/forgery.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

const fuzz::Road& packet_road() {
  static const fuzz::Road road{fuzz::fixed_party(1), fuzz::fixed_party(2)};
  return road;
}

void expect_whole(const sync::OpenedPacket& packet) {
  CHECK(packet.entries.size() - 1 == packet.last - packet.first);
  sync::Hash head = packet.head_before;
  std::uint64_t position = packet.first;
  for (const sync::Entry& entry : packet.entries) {
    CHECK(entry.position == position++);
    CHECK(entry.stub == entry.salt.empty());
    head = sync::next_head(head, entry.leaf);
  }
  CHECK(head == packet.head_after);
}

/// What was accepted can be sent on, and is accepted again.
void expect_sent_on(const sync::OpenedPacket& packet) {
  sync::PacketRange range;
  range.device = packet.device;
  range.journal = packet.journal;
  range.lane = packet.lane;
  range.head_before = packet.head_before;
  range.header = packet.header;
  range.seed = packet.seed;
  range.entries = packet.entries;
  range.attachments = packet.attachments;
  const auto bytes =
      sync::sign_packet(range, packet_road().from.sign,
                        sync::key_id(packet_road().to.box.public_key));
  if (!bytes) {
    CHECK(bytes.error().code == sync::Errc::over_limit);
    return;
  }
  const auto again = sync::open_signed(*bytes, fuzz::BothEnds(packet_road()));
  CHECK(again);
  CHECK(again->head_after == packet.head_after);
}

}  // namespace

FUZZ_TARGET(packet, fuzz::HostilePacket) {
  fuzz::HostilePacket hostile;
  if (!sync::parse(input, hostile)) return;

  const sync::Bytes bytes = fuzz::signed_packet(hostile, packet_road());
  const auto packet = sync::open_signed(bytes, fuzz::BothEnds(packet_road()));

  if (!packet) {
    CHECK(!packet.error().what.id.empty());
    return;
  }
  expect_whole(*packet);
  expect_sent_on(*packet);
}
