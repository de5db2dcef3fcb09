#include <gtest/gtest.h>

#include "tests/support/field.h"

namespace relais {
namespace {

using test::chief_of_dib;

std::uint64_t not_held(test::Node& machine) {
  std::uint64_t count = 0;
  const auto counts = machine.post().counts().value();
  for (const auto& lane : counts) {
    count += lane.saved + lane.sent;
  }
  return count;
}

// The copy was made when something was still to be sent, and only the other
// wrote afterwards: its branch is the one that headquarters speaks of.
TEST(Copies, BothLearnThatWhatTheySentIsHeld) {
  test::Field field;
  test::Node& dib = field.machine("DIB");
  dib.create("commendation", {"officer_id=924-31.C"}, chief_of_dib);
  dib.copy_to(field.folder / "copy.db");
  test::Node copy(field.folder / "copy.db");
  dib.restart();
  dib.create("commendation", {"officer_id=811-04.K"}, chief_of_dib);
  field.sync(dib);

  field.sync(copy);

  EXPECT_EQ(not_held(dib), 0);
  EXPECT_EQ(not_held(copy), 0);
}

// The first run's entry is known to both; each wrote once more.
TEST(Copies, BothAreHeldAfterBothWrote) {
  test::Field field;
  test::Node& dib = field.machine("DIB");
  dib.create("commendation", {"officer_id=924-31.C"}, chief_of_dib);
  dib.copy_to(field.folder / "copy.db");
  test::Node copy(field.folder / "copy.db");
  dib.restart();
  for (test::Node* one : {&dib, &copy, &dib}) {
    one->create("commendation", {"officer_id=811-04.K"}, chief_of_dib);
    field.sync(*one);
  }
  field.sync(copy);

  EXPECT_EQ(not_held(dib), 0);
  EXPECT_EQ(not_held(copy), 0);
}

// Its twin's branch is all that the backup has of them, and nobody made a new
// epoch: what was said to be held is held again.
TEST(Copies, AreBothGivenBackToAHeadquartersSetBackByHand) {
  test::Field field;
  test::Node& there = field.headquarters();
  test::Node& dib = field.machine("DIB");
  dib.copy_to(field.folder / "copy.db");
  test::Node copy(field.folder / "copy.db");
  copy.create("commendation", {"officer_id=924-31.C"}, chief_of_dib);
  field.sync(copy);
  there.copy_to(field.folder / "backup.db");
  const auto record =
      dib.create("commendation", {"officer_id=811-04.K"}, chief_of_dib);
  field.sync(dib);
  ASSERT_EQ(not_held(dib), 0);
  dib.restart();

  there.become(field.folder / "backup.db");
  ASSERT_FALSE(there.replica().find(to_hex(record)));
  dib.create("commendation", {"officer_id=924-31.C"}, chief_of_dib);
  field.sync(dib);

  EXPECT_TRUE(there.replica().find(to_hex(record)));
  EXPECT_EQ(not_held(dib), 0);
}

// It is sent no news, but what it wrote by the newest tables can be judged only
// where they are known.
TEST(Copies, GiveBackATableThatHeadquartersForgot) {
  test::Field field;
  test::Node& there = field.headquarters();
  test::Node& dib = field.machine("DIB");
  dib.copy_to(field.folder / "copy.db");
  test::Node copy(field.folder / "copy.db");
  there.copy_to(field.folder / "backup.db");
  const std::string table =
      "code,label_fr,label_en,opens_on,closes_on,valid_to\n"
      "2026,Cycle 2026,Cycle 2026,2026-01-01,,\n"
      "2027,Cycle 2027,Cycle 2027,2027-01-01,,\n";
  ASSERT_TRUE(there.replica().transact(
      [&] { return there.headquarters().publish_table("cycle", table); }));
  field.sync(copy);
  there.become(field.folder / "backup.db");

  dib.create("commendation", {"officer_id=811-04.K"}, chief_of_dib);
  field.sync(dib);
  const auto record =
      copy.create("commendation", {"officer_id=924-31.C"}, chief_of_dib);
  for (test::Node* one : {&copy, &dib, &copy}) field.sync(*one);

  const auto state = there.replica().part(record, "main");
  ASSERT_TRUE(state);
  ASSERT_TRUE(*state);
  EXPECT_TRUE((*state)->waiting.empty());
  EXPECT_EQ((*state)->verdicts.size(), 1U);
}

}  // namespace
}  // namespace relais
