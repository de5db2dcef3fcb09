#include "sync/unicode.h"

#include <gtest/gtest.h>

namespace relais::sync {
namespace {

std::string cleaned(std::string_view text, bool one_line = false) {
  auto clean = clean_text(text, one_line);
  return clean ? *clean : "refused";
}

TEST(CleanText, ComposesAccentsAndKeepsTheLettersOfMali) {
  EXPECT_EQ(cleaned("De\xCC\x81"
                    "me\xCC\x81"
                    "le\xCC\x81"),
            "Démélé");
  EXPECT_EQ(cleaned("Nɛnɛ « ɔ ŋ ɲ » l’œuvre"), "Nɛnɛ « ɔ ŋ ɲ » l’œuvre");
  EXPECT_EQ(cleaned(""), "");
}

// No letter below the first combining mark is changed, so that text of these
// alone is taken as it stands; the mark itself combines.
TEST(CleanText, ComposesNothingBelowTheFirstCombiningMark) {
  for (char lead = '\xC3'; lead <= '\xCB'; ++lead) {
    for (char tail = '\x80'; tail <= '\xBF'; ++tail) {
      const std::string letter = {'e', lead, tail};
      EXPECT_EQ(cleaned(letter), letter);
      EXPECT_EQ(cleaned(letter + "e\xCC\x80"), letter + "\xC3\xA8");
    }
  }
}

TEST(CleanText, EndsLinesOneWay) {
  EXPECT_EQ(cleaned("a\r\nb\rc\nd"), "a\nb\nc\nd");
  EXPECT_EQ(cleaned("a\r\nb\tc", true), "a b c");
  EXPECT_EQ(cleaned("a\xE2\x80\xA8"
                    "b"),
            "a\nb");
}

TEST(CleanText, RefusesControlsAndWhatIsNotUtf8) {
  EXPECT_EQ(cleaned(std::string_view("a\0b", 3)), "refused");
  EXPECT_EQ(cleaned("a\x1B[2J"), "refused");
  EXPECT_EQ(cleaned("a\x7F"), "refused");
  EXPECT_EQ(cleaned("a\xC2\x9B"), "refused") << "a C1 control";
  EXPECT_EQ(cleaned("\xC3"), "refused");
  EXPECT_EQ(cleaned("\xED\xA0\x80"), "refused") << "half a surrogate pair";
  EXPECT_EQ(cleaned("\xC0\xAF"), "refused") << "an overlong slash";
  const auto refused = clean_text("\x1B", false);
  EXPECT_EQ(refused.error().code, Errc::invalid);
  EXPECT_EQ(refused.error().what.arguments.at(0), "U+001B");
}

TEST(CleanText, DropsBidirectionalOverrides) {
  EXPECT_EQ(cleaned("a\xE2\x80\xAE"
                    "b\xE2\x81\xA6"
                    "c"),
            "abc");
  EXPECT_EQ(cleaned("a\xE2\x80\x8F"
                    "b"),
            "a\xE2\x80\x8F"
            "b")
      << "the mark of plain Arabic text stays";
}

TEST(CleanText, LeavesCleanTextAsItIs) {
  for (const char* text : {"", "é\nè", "2026", "e\xCC\x81", "a\r\nb", "\x01"}) {
    const auto clean = clean_text(text, false);
    EXPECT_EQ(is_clean_text(text), clean && *clean == text) << text;
    EXPECT_TRUE(!clean || is_clean_text(*clean)) << text;
  }
}

TEST(SearchKey, FoldsCaseAndAccentsAway) {
  EXPECT_EQ(search_key("DEMBÉLÉ"), search_key("dembele"));
  EXPECT_EQ(search_key("MAÏGA"), search_key("Mai\xCC\x88ga"));
  EXPECT_NE(search_key("Nɛnɛ"), search_key("nene")) << "ɛ is a letter, not é";
  EXPECT_EQ(search_key("\xff"), "\xff");
}

TEST(Width, CountsCharactersAndColumns) {
  EXPECT_EQ(count_characters("Nɛnɛ"), 4U);
  EXPECT_EQ(count_characters(""), 0U);
  EXPECT_EQ(display_width("Nɛnɛ"), 4U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
  EXPECT_EQ(display_width("\xE6\xB5\xB7"), 2U);
  EXPECT_EQ(display_width("a\xff"
                          "b"),
            3U);
}

}  // namespace
}  // namespace relais::sync
