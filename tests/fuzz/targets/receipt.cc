#include "sync/journal/receipt.h"

#include "sync/journal/wire.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

/// Nothing that was saved here is gone, and nothing is held that is not here.
void expect_counts_kept(const std::vector<sync::LaneCounts>& before,
                        const sync::Post& post) {
  const auto after = post.counts();
  CHECK(after && after->size() == before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const sync::LaneCounts& was = before[i];
    const sync::LaneCounts& now = (*after)[i];
    CHECK(was.saved + was.sent + was.held == now.saved + now.sent + now.held);
  }
}

}  // namespace

// Signed by headquarters, whatever it says.
FUZZ_TARGET(receipt, proto::Receipt) {
  fuzz::Place& place = fuzz::Place::here();
  proto::Receipt receipt;
  if (!sync::parse(input, receipt)) return;
  if (receipt.device().empty()) {
    receipt.set_device(sync::Bytes(place.up().from.device.view()));
  }
  // "J" names the journal that the post wrote last.
  const auto lines = place.post().post().lane_lines();
  CHECK(lines);
  for (proto::LaneLine& line : *receipt.mutable_held()) {
    if (line.journal() == "J") line.set_journal(lines->front().journal());
  }
  const sync::Bytes bytes = sync::sign_receipt(receipt, place.down().from.sign);
  const sync::Bytes& key = place.down().from.sign.public_key;

  const auto opened = sync::open_receipt(bytes, key);
  if (opened) CHECK(sync::serialise(*opened) == sync::serialise(receipt));
  CHECK(!sync::open_receipt(input, key));
  const auto before = place.post().post().counts();
  CHECK(before);
  for (const sync::Bytes& nonce : {sync::Bytes(), receipt.nonce()}) {
    fuzz::Place::undo(place.post(), [&] {
      const auto taken = place.post().post().take_receipt(bytes, nonce);
      CHECK(!taken || opened);
      expect_counts_kept(*before, place.post().post());
    });
  }
}
