#include "sync/journal/file.h"
#include "sync/journal/wire.h"
#include "sync/session/post_session.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

sync::Bytes nonce_in(std::string_view request) {
  sync::FrameReader reader;
  reader.feed(request);
  const auto frame = sync::decode_frame(*reader.next().value());
  CHECK(frame && frame->has_hello());
  return frame->hello().nonce();
}

std::uint64_t written_here(const sync::Post& post) {
  const auto counts = post.counts();
  CHECK(counts);
  std::uint64_t all = 0;
  for (const auto& lane : *counts) all += lane.saved + lane.sent + lane.held;
  return all;
}

}  // namespace

// What headquarters may answer, signed and sealed by itself.
FUZZ_TARGET(post_stream, fuzz::HostileStream) {
  fuzz::Place& place = fuzz::Place::here();
  fuzz::HostileStream hostile;
  if (!sync::parse(input, hostile)) return;

  place.restore_after(place.post(), [&] {
    sync::Post& post = place.post().post();
    const std::uint64_t written = written_here(post);
    sync::PostSession session(post, {}, false);
    const auto request = session.next();
    CHECK(request && *request);
    const sync::Bytes answer =
        fuzz::stream_of(hostile, place.down(), nonce_in(**request));

    const auto taken = session.on_answer(answer);

    CHECK(taken || taken.error().code != sync::Errc::corrupt);
    CHECK(written_here(post) == written);
    CHECK(post.replica().verify().value().empty());
    const auto next = session.next();
    CHECK(next);
    CHECK(taken || !*next);
  });
}
