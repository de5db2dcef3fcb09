#include "proto/control.pb.h"
#include "sync/control/framing.h"
#include "sync/journal/wire.h"
#include "sync/text/messages.h"
#include "sync/text/sentence.h"
#include "sync/unicode.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

struct ControlMessages {
  std::vector<sync::Bytes> whole;
  bool failed = false;
  bool empty = false;
};

ControlMessages unframed(std::string_view input, std::size_t piece) {
  ControlMessages out;
  sync::Unframer unframer;
  for (std::size_t at = 0; at < input.size() && !out.failed; at += piece) {
    unframer.add(input.substr(at, piece));
    for (;;) {
      auto next = unframer.next();
      out.failed = !next;
      if (!next || !*next) break;
      out.whole.push_back(std::move(**next));
    }
  }
  out.empty = unframer.empty();
  return out;
}

template <class Message>
void expect_frames(const sync::Bytes& bytes) {
  Message message;
  if (!sync::parse(bytes, message)) return;
  const auto framed = sync::frame(message);
  CHECK(framed);
  const ControlMessages again = unframed(*framed, framed->size());
  CHECK(again.whole.size() == 1 && again.empty);
  Message same;
  CHECK(sync::parse(again.whole.front(), same));
  CHECK(sync::serialise(same) == sync::serialise(message));
}

void expect_sayable_reply(const sync::Bytes& bytes) {
  proto::Reply reply;
  if (!sync::parse(bytes, reply)) return;
  for (const proto::Sentence& told : reply.end().sentence()) {
    const sync::Sentence sentence = sync::from_proto(told);
    CHECK(sync::is_utf8(sync::say(sentence, sync::Language::fr)));
    CHECK(sync::from_proto(sync::to_proto(sentence)) == sentence);
  }
}

}  // namespace

// The first byte says where the stream is cut.
FUZZ_TARGET(control) {
  if (input.empty()) return;
  const std::size_t piece = static_cast<unsigned char>(input[0]) + 1U;
  const auto stream = input.substr(1);

  const ControlMessages pieces = unframed(stream, piece);

  const ControlMessages at_once = unframed(stream, stream.size() + 1);
  CHECK(pieces.failed == at_once.failed);
  CHECK(pieces.whole == at_once.whole);
  for (const sync::Bytes& message : pieces.whole) {
    expect_frames<proto::ClientMessage>(message);
    expect_frames<proto::Reply>(message);
    expect_sayable_reply(message);
  }
}
