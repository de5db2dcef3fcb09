#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/replica/desk.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;

/// Attendance names a session: who may read both learns whether it was passed.
class PassedView : public testing::Test {
 protected:
  PassedView()
      : session(dib.create(
            "training_session",
            {"module_code=SEC-100", "place_post=DIB", "starts_on=2026-05-11",
             "ends_on=2026-05-15", "slots[2026-05-12/AM].planned_hours=3.0",
             "slots[2026-05-12/PM].planned_hours=3.0"},
            chief_of_dib)),
        attendance(to_hex(
            dib.create("attendance",
                       {"session_id=" + to_hex(session),
                        "attendee_key=924-31.C", "officer_id=924-31.C",
                        "enrolment=registered", "marks[2026-05-12/AM].status=P",
                        "marks[2026-05-12/AM].planned_hours=3.0"},
                       chief_of_dib))) {}

  Value passed(Node& machine, const std::string& person) {
    return machine.show(attendance, person).views["passed"];
  }

  Field field;
  Node& dib = field.machine("DIB");
  RecordId session;
  std::string attendance;
};

TEST_F(PassedView, CountsTheSessionsOwnHours) {
  EXPECT_EQ(passed(dib, chief_of_dib), Value(false)) << "3 hours of 6";

  ASSERT_TRUE(dib.edit(attendance,
                       {"marks[2026-05-12/PM].status=P",
                        "marks[2026-05-12/PM].planned_hours=3.0"},
                       chief_of_dib));

  EXPECT_EQ(passed(dib, chief_of_dib), Value(true));
  EXPECT_EQ(passed(dib, "924-31.C"), Value(true));
}

/// A mark is one value: who writes a part of it means the rest to stay.
TEST_F(PassedView, KeepsTheRestOfAMarkOfWhichOneColumnIsEdited) {
  const auto remark = [&] {
    return dib.edit(attendance, {"marks[2026-05-12/AM].remark=Parti tôt"},
                    chief_of_dib);
  };
  ASSERT_TRUE(remark());
  const auto mark = [&] {
    const RecordView view = dib.show(attendance, chief_of_dib);
    const auto& rows = view.parts.front().field.at("marks").row;
    return *rows.at("2026-05-12/AM").unit.value.get<Row>();
  };
  EXPECT_EQ(mark().at("status"), Value(Code{"P"}));
  EXPECT_EQ(mark().at("planned_hours"), Value(Decimal{30, 1}));
  EXPECT_EQ(mark().at("remark"), Value(std::string("Parti tôt")));
  const auto record = *RecordId::from_bytes(*from_hex(attendance));
  const auto before = dib.replica().changes(record, "main")->size();
  static_cast<void>(remark());
  EXPECT_EQ(dib.replica().changes(record, "main")->size(), before)
      << "the same once more is no change";
}

TEST_F(PassedView, StaysBlankWithoutTheSession) {
  field.sync(dib);
  Node& there = field.headquarters();
  ASSERT_TRUE(there.replica().store().remove_part(session, "main"));

  const RecordView view =
      there.show(attendance, "shell", proto::SIDE_HEADQUARTERS);

  EXPECT_TRUE(view.views.at("passed").empty());
  EXPECT_FALSE(view.views.at("hours_attended").empty());
}

/// Two machines that disagree on a rating; another record is in no dispute.
TEST(Disputed, IsWhatIsOpenOrDecidedForWhoMayReadIt) {
  Field field;
  Node& a = field.machine("DIB");
  Node& b = field.machine("DIB");
  const auto disputed = [&](const std::string& person) {
    return Reader(a.replica()).disputed({person, "", proto::SIDE_POST}).value();
  };
  const std::vector<std::string> key = {"cycle_id=2026", "officer_id=924-31.C"};
  const RecordId record = a.create("evaluation", key, chief_of_dib);
  b.create("evaluation", key, chief_of_dib);
  a.create("training_session", {"module_code=SEC-100"}, chief_of_dib);
  EXPECT_THAT(disputed(chief_of_dib), testing::IsEmpty());

  ASSERT_TRUE(a.edit(to_hex(record), {"n1_rating=4"}, chief_of_dib));
  ASSERT_TRUE(b.edit(to_hex(record), {"n1_rating=3"}, chief_of_dib));
  for (Node* machine : {&a, &b, &a}) field.sync(*machine);
  ASSERT_THAT(disputed(chief_of_dib), testing::SizeIs(1));
  EXPECT_EQ(disputed(chief_of_dib).front().record, record);
  EXPECT_THAT(disputed(test::officer_of_dib), testing::IsEmpty());

  const Actor shell{"shell", "shell", proto::SIDE_HEADQUARTERS};
  Replica& there = field.headquarters().replica();
  const auto open = Desk(there, shell).conflicts().value();
  ASSERT_THAT(open, testing::SizeIs(1));
  ASSERT_TRUE(Editor(there).decide(open.front().conflict.id, Value(Code{"4"}),
                                   "vu au registre", shell));
  field.sync(a);
  EXPECT_THAT(disputed(chief_of_dib), testing::SizeIs(1));
}

}  // namespace
}  // namespace relais::sync
