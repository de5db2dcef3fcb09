#include "sync/session/post_session.h"

#include <gtest/gtest.h>

#include "sync/session/headquarters_session.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::Field;
using test::Node;

/// One request at a headquarters that takes no packet of the urgent lane.
Bytes answer_without_urgent(Node& there, const DeviceId& device,
                            const Bytes& request) {
  HeadquartersSession session(there.headquarters(), device);
  FrameReader reader;
  reader.feed(request);
  for (auto bytes = reader.next(); *bytes; bytes = reader.next()) {
    const auto frame = decode_frame(**bytes);
    if (frame->has_packet()) {
      const auto packet =
          open_packet(frame->packet().SerializeAsString(),
                      there.replica().keys().box, there.headquarters());
      if (packet->lane == proto::LANE_URGENT) continue;
    }
    EXPECT_TRUE(
        there.replica().transact([&] { return session.on_frame(**bytes); }));
  }
  return session.answer(1024 * 1024).value();
}

TEST(PostSession, EndsThoughAPacketIsRefusedAndItDelaysNoOther) {
  Field field;
  Node& dib = field.machine("DIB");
  const RecordId refused =
      dib.create("incident", test::an_incident(), test::officer_of_dib, true);
  const RecordId other =
      dib.create("evaluation", {"cycle_id=2026", "officer_id=924-31.C"},
                 test::chief_of_dib);
  SessionBudget small;
  small.bytes = 1;  // a packet each
  PostSession session(dib.post(), small, false);

  int requests = 0;
  for (auto body = session.next(); *body; body = session.next()) {
    ASSERT_LT(++requests, 10);
    const Bytes answer = answer_without_urgent(
        field.headquarters(), dib.replica().keys().device, **body);
    ASSERT_TRUE(session.on_uploaded((*body)->size()));
    ASSERT_TRUE(session.on_answer(answer));
  }

  const Reader reader(dib.replica());
  EXPECT_EQ(reader.held(refused).value(), Held::sent);
  EXPECT_EQ(reader.held(other).value(), Held::held);
}

}  // namespace
}  // namespace relais::sync
