#include <gtest/gtest.h>

#include "tests/unit/client/tui/real_link.h"

namespace relais::tui {
namespace {

using test::Field;
using test::Node;
using test::Officer;
using Name = Key::Name;

constexpr const char* rated = "924-31.C";

/// The head of examination of Diboli, rated by his chief.
class LevelsOf : public testing::Test {
 protected:
  LevelsOf()
      : dib(field.machine("DIB")),
        record(to_hex(
            dib.create("evaluation",
                       {"cycle_id=2026", std::string("officer_id=") + rated,
                        "period_number=1", "position_code=CVIS"},
                       test::chief_of_dib))) {}

  void open(Officer& officer) {
    officer.function(3);
    officer.enter();
    officer.function(4);
    officer.function(6);
  }
  std::string level(const std::string& table, const std::string& competency,
                    const std::string& column = "level") {
    const auto view = dib.show(record, test::chief_of_dib);
    const sync::RecordFacts facts(view.parts);
    const auto rows = facts.values(table + ".@row");
    const auto cells = facts.values(table + "." + column);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (plain_text(rows[i]) == competency) return plain_text(cells[i]);
    }
    return "-";
  }

  Field field;
  Node& dib;
  std::string record;
};

TEST_F(LevelsOf, AreRequiredSeenAndLackingInOneLine) {
  Officer officer(dib, rated);
  open(officer);
  EXPECT_TRUE(officer.sees("Required")) << officer.screen();
  officer.type("32");
  EXPECT_EQ(level("self_competency", "V01"), "3");
  EXPECT_EQ(level("self_competency", "V02"), "2");

  Officer chief(dib, test::chief_of_dib);
  open(chief);
  chief.press(Name::right);
  chief.type("2");
  EXPECT_EQ(level("n1_competency", "V01"), "2") << chief.screen();
  const std::string screen = chief.screen();
  const auto line = screen.find("Integrity");
  ASSERT_NE(line, std::string::npos) << screen;
  const std::string shown = screen.substr(line, screen.find('\n', line) - line);
  // Required 3, his own 3, seen 2: one is lacking where it is essential.
  EXPECT_NE(shown.find("3"), std::string::npos) << shown;
  EXPECT_NE(shown.find("-1 *"), std::string::npos) << shown;
}

TEST_F(LevelsOf, TheRatedOfficerSeesHisOwnAndNotHisChiefs) {
  ASSERT_TRUE(
      dib.edit(record, {"n1_competency[V01].level=1"}, test::chief_of_dib));
  Officer officer(dib, rated);
  open(officer);
  EXPECT_TRUE(officer.sees("Self ratings")) << officer.screen();
  EXPECT_FALSE(officer.sees("Observed level")) << officer.screen();
  EXPECT_FALSE(officer.sees("-2 *")) << officer.screen();
}

TEST_F(LevelsOf, AFactThatALevelWantsIsAskedFor) {
  Officer chief(dib, test::chief_of_dib);
  open(chief);
  chief.type("4");
  EXPECT_TRUE(chief.sees("Fact: is required")) << chief.screen();
  EXPECT_EQ(level("n1_competency", "V01"), "-");
  chief.press(Name::down);
  chief.type("A refusé un cadeau et en a rendu compte");
  chief.press(Name::tab);
  chief.function(5);
  EXPECT_EQ(level("n1_competency", "V01"), "4") << chief.screen();
  EXPECT_EQ(level("n1_competency", "V01", "fact"),
            "A refusé un cadeau et en a rendu compte");
}

TEST_F(LevelsOf, AFactThatIsMissingLaterIsPointedAt) {
  Officer chief(dib, test::chief_of_dib);
  open(chief);
  chief.type("3");
  chief.press(Name::up);
  chief.type("4");
  chief.press(Name::up);
  EXPECT_TRUE(chief.sees("4!")) << chief.screen();
  chief.pause();
  EXPECT_TRUE(chief.sees("Fact is missing")) << chief.screen();
}

TEST_F(LevelsOf, AGapLeadsToThePlan) {
  Officer chief(dib, test::chief_of_dib);
  open(chief);
  chief.function(4);
  EXPECT_TRUE(chief.sees("Growth plan")) << chief.screen();
  chief.enter();
  chief.type("mentoring");
  chief.enter();
  chief.function(5);
  const auto view = dib.show(record, test::chief_of_dib);
  const auto named =
      sync::RecordFacts(view.parts).values("growth_actions.competency");
  ASSERT_EQ(named.size(), 1U) << chief.screen();
  EXPECT_EQ(plain_text(named.front()), "V01");
}

}  // namespace
}  // namespace relais::tui
