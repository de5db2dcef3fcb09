#include "sync/journal/file.h"
#include "sync/journal/wire.h"
#include "sync/session/headquarters_session.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

/// As the server reads a request: whole frames, until the first error.
sync::Result<> read_request(sync::HeadquartersSession& session,
                            std::string_view body, std::size_t piece) {
  sync::FrameReader reader;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    reader.feed(body.substr(at, piece));
    for (;;) {
      auto frame = reader.next();
      if (!frame) return sync::fail(frame.error());
      if (!*frame) break;
      if (auto taken = session.on_frame(**frame); !taken) return taken;
    }
  }
  return {};
}

void expect_frames_with_done(std::string_view answer) {
  sync::FrameReader reader;
  reader.feed(answer);
  bool done = false;
  for (;;) {
    const auto bytes = reader.next();
    CHECK(bytes);
    if (!*bytes) break;
    CHECK(!done);
    const auto frame = sync::decode_frame(**bytes);
    CHECK(frame);
    done = frame->has_done();
  }
  CHECK(done && reader.at_boundary());
}

}  // namespace

// What an enrolled post may send, signed and sealed by itself.
FUZZ_TARGET(headquarters_stream, fuzz::HostileStream) {
  fuzz::Place& place = fuzz::Place::here();
  fuzz::HostileStream hostile;
  if (!sync::parse(input, hostile)) return;
  const sync::Bytes body = fuzz::stream_of(hostile, place.up(), {});
  const std::size_t piece =
      hostile.cut() == 0 ? body.size() + 1 : hostile.cut();
  if (body.size() / piece > 4096) return;  // cost

  fuzz::Place::undo(place.headquarters(), [&] {
    sync::HeadquartersSession session(place.headquarters().headquarters(),
                                      place.up().from.device);
    const auto read = read_request(session, body, piece);
    CHECK(read || read.error().code != sync::Errc::corrupt);
    const auto answer = session.answer(64 * 1024);
    CHECK(answer.has_value() == session.said_hello());
    if (answer) expect_frames_with_done(*answer);
  });
}
