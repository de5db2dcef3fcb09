#include <gtest/gtest.h>

#include "tests/unit/client/tui/real_link.h"

namespace relais::tui {
namespace {

using test::Field;
using test::Node;
using test::Officer;
using Name = Key::Name;

/// A session of two half-days, on the chief's screen.
class Marks : public testing::Test {
 protected:
  Marks()
      : dib(field.machine("DIB")),
        session(dib.create(
            "training_session",
            {"module_code=SEC-100", "slots[2026-05-12/AM].planned_hours=3.0",
             "slots[2026-05-12/PM].planned_hours=3.5"},
            test::chief_of_dib)),
        chief(dib, test::chief_of_dib) {
    chief.function(3);
    chief.enter();
    chief.function(5);
  }

  void add(const std::string& officer) {
    chief.function(2);
    chief.type(officer);
    chief.enter();
  }
  std::string mark(const std::string& reference, const std::string& slot,
                   const std::string& column = "status") {
    const auto view = dib.show(reference, test::chief_of_dib);
    const sync::RecordFacts facts(view.parts);
    const auto slots = facts.values("marks.@row");
    const auto marks = facts.values("marks." + column);
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (plain_text(slots[i]) == slot) return plain_text(marks[i]);
    }
    return "-";
  }

  Field field;
  Node& dib;
  sync::RecordId session;
  Officer chief;
};

TEST_F(Marks, OneKeyIsOneMarkAndGoesToTheNextPerson) {
  add("924-31.C");
  add("0112-447.T");
  chief.type("pr");
  EXPECT_TRUE(chief.sees("P1R1")) << chief.screen();
  EXPECT_EQ(mark("PRE-FOR-DIB-A-26-001-0112-447.T", "2026-05-12/AM"), "P");
  EXPECT_EQ(mark("PRE-FOR-DIB-A-26-001-924-31.C", "2026-05-12/AM"), "R");
  EXPECT_EQ(mark("PRE-FOR-DIB-A-26-001-924-31.C", "2026-05-12/PM"), "-");
  chief.pause();
  EXPECT_TRUE(chief.sees("3.0")) << chief.screen();
  // With the hours that the session plans for it.
  EXPECT_EQ(
      mark("PRE-FOR-DIB-A-26-001-924-31.C", "2026-05-12/AM", "planned_hours"),
      "3.0");
}

TEST_F(Marks, WhatAMarkWantsBesidesIsAskedFor) {
  add("924-31.C");
  chief.press(Name::right);
  chief.type("x");
  EXPECT_TRUE(chief.sees("minutes")) << chief.screen();
  chief.type("40");
  chief.enter();
  EXPECT_EQ(mark("PRE-FOR-DIB-A-26-001-924-31.C", "2026-05-12/PM"), "X");
  EXPECT_EQ(mark("PRE-FOR-DIB-A-26-001-924-31.C", "2026-05-12/PM", "minutes"),
            "40");
}

TEST_F(Marks, HomonymsWhoAreOnNoListStayTwo) {
  for (int i = 0; i < 2; ++i) {
    chief.function(3);
    chief.type("Traoré Moussa");
    chief.enter();
  }
  const std::string screen = chief.screen();
  const auto first = screen.find("Traoré Moussa");
  ASSERT_NE(first, std::string::npos) << screen;
  EXPECT_NE(screen.find("Traoré Moussa", first + 1), std::string::npos);
}

TEST_F(Marks, AHalfDayIsAddedToTheSession) {
  chief.function(4);
  chief.type("2026-05-13/AM");
  chief.enter();
  EXPECT_TRUE(chief.sees("2026-") || chief.sees("13")) << chief.screen();
  const auto view = dib.show(to_hex(session), test::chief_of_dib);
  EXPECT_EQ(sync::RecordFacts(view.parts).values("slots.@row").size(), 3U);
}

TEST_F(Marks, WhatIsNoMarkIsLeftAlone) {
  add("924-31.C");
  chief.type("zé1");
  EXPECT_EQ(mark("PRE-FOR-DIB-A-26-001-924-31.C", "2026-05-12/AM"), "-");
}

}  // namespace
}  // namespace relais::tui
