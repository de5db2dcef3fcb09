#include "client/tui/text_input.h"

#include <gtest/gtest.h>

namespace relais::tui {
namespace {

constexpr int width = 10;

Key key(Key::Name name) {
  return {name, {}, 0};
}

TEST(TextInput, WholeCharactersMoveAndGo) {
  TextInput input("Né à ɲ", false);
  EXPECT_TRUE(input.on_key(key(Key::Name::backspace), width));
  EXPECT_TRUE(input.on_key(key(Key::Name::left), width));
  EXPECT_TRUE(input.on_key(key(Key::Name::left), width));
  EXPECT_TRUE(input.on_key(character("ŋ"), width));
  EXPECT_TRUE(input.on_key(key(Key::Name::erase), width));
  EXPECT_EQ(input.text(), "Né ŋ ");
}

TEST(TextInput, OneLineTakesNoEnterAndNoTab) {
  TextInput input("a", false);
  EXPECT_FALSE(input.on_key(key(Key::Name::enter), width));
  EXPECT_FALSE(input.on_key(key(Key::Name::tab), width));
  EXPECT_FALSE(input.on_key(key(Key::Name::up), width));
  EXPECT_EQ(input.text(), "a");
}

TEST(TextInput, LinesBreakBetweenWordsAndNothingIsLost) {
  const TextInput input("un deux trois quatre\n\ncinq", true);
  std::string all;
  std::size_t before = 0;
  for (const auto& [begin, end] : input.wrapped(width)) {
    EXPECT_LE(end - begin, static_cast<std::size_t>(width));
    EXPECT_GE(begin, before);
    all += input.text().substr(begin, end - begin);
    before = end;
  }
  EXPECT_EQ(all, "un deux trois quatrecinq");
  EXPECT_EQ(input.wrapped(width).size(), 5U);
}

TEST(TextInput, AWordLongerThanTheLineIsBrokenInside) {
  const TextInput input(std::string(25, 'x'), true);
  EXPECT_EQ(input.wrapped(width).size(), 3U);
}

TEST(TextInput, TheCursorGoesUpAndDownTheLinesAsShown) {
  TextInput input("un deux trois quatre", true);
  EXPECT_EQ(input.cursor_at(width).first, 2);
  EXPECT_TRUE(input.on_key(key(Key::Name::up), width));
  EXPECT_TRUE(input.on_key(key(Key::Name::home), width));
  EXPECT_TRUE(input.on_key(character("X"), width));
  EXPECT_EQ(input.text(), "un deux Xtrois quatre");
}

}  // namespace
}  // namespace relais::tui
