#include "client/tui/grid.h"

#include <gtest/gtest.h>

namespace relais::tui {
namespace {

TEST(Grid, CutsAtItsEdgeAndKeepsTheRest) {
  Grid grid(2, 6);
  EXPECT_EQ(grid.put({0, 1}, "abcdefgh"), 5);
  EXPECT_EQ(grid.put({1, 0}, "abcdef", Style::plain, 3), 3);
  EXPECT_EQ(grid.put({7, 0}, "nowhere"), 0);
  EXPECT_EQ(grid.text(), " abcde\nabc\n");
}

TEST(Grid, WideCharactersTakeTwoCellsAndAreNeverHalved) {
  Grid grid(1, 5);
  EXPECT_EQ(grid.put({0, 0}, "日本語"), 4);
  EXPECT_EQ(grid.at(0, 1).text, "");
  EXPECT_EQ(grid.at(0, 4).text, " ");
}

TEST(Grid, MarksStayWithTheirLetter) {
  Grid grid(1, 5);
  EXPECT_EQ(grid.put({0, 0}, "e\u0301ɛŋ"), 3);
  EXPECT_EQ(grid.at(0, 0).text, "e\u0301");
  EXPECT_EQ(grid.at(0, 1).text, "ɛ");
}

TEST(Grid, NoEscapeOfTheDataReachesTheTerminal) {
  Grid grid(2, 80);
  grid.put({0, 0}, "a\x1b[2Jb\u009b31mc\nd\u202Ee\xFF");
  const std::string text = grid.text();
  for (const char one : {'\x1b', '\xFF'}) {
    EXPECT_EQ(text.find(one), std::string::npos);
  }
  EXPECT_EQ(text.find("\u009b"), std::string::npos);
  EXPECT_EQ(text.find("\u202E"), std::string::npos);
  EXPECT_EQ(text.substr(0, 2), "a\\");
}

TEST(Grid, CutTextSaysThatItIsCut) {
  EXPECT_EQ(cut_to("Diboli", 6), "Diboli");
  EXPECT_EQ(cut_to("Diboli", 5), "Dibo…");
  EXPECT_EQ(cut_to("日本語", 4), "日…");
  EXPECT_EQ(cut_to("x", 0), "");
}

}  // namespace
}  // namespace relais::tui
