#include "sync/journal/wire.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

using namespace relais;

// A packet of headquarters' own, signed and sealed, whatever it holds: what
// the post took of it passes the checks of `verify`, and taking it again
// changes nothing.
FUZZ_TARGET(feed, fuzz::HostilePacket) {
  fuzz::Place& place = fuzz::Place::here();
  fuzz::HostilePacket hostile;
  if (!sync::parse(input, hostile)) return;
  const sync::Bytes packet = sync::serialise(
      fuzz::sealed(fuzz::signed_packet(hostile, place.down()), place.down()));
  sync::Post& post = place.post().post();

  fuzz::Place::undo(place.post(), [&] {
    const auto taken = post.take_feed(packet);
    if (!taken) {
      CHECK(taken.error().code != sync::Errc::corrupt);
      return;
    }
    const auto cursor = post.feed_cursor();
    const auto again = post.take_feed(packet);
    CHECK(again);
    CHECK(sync::serialise(*post.feed_cursor()) == sync::serialise(*cursor));
    const auto faults = post.replica().verify();
    CHECK(faults && faults->empty());
  });
}
