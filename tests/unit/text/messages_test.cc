#include "sync/text/messages.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>

namespace relais::sync {
namespace {

std::string english(std::string id, std::vector<std::string> arguments = {}) {
  return say({std::move(id), std::move(arguments)}, Language::en);
}

/// The catalogue is built beside the programs, and only with them.
bool catalogue_is_here() {
  const std::string folder = share_folder() + "/locale";
  struct stat found {};
  const std::string file = folder + "/fr/LC_MESSAGES/relais.mo";
  if (stat(file.c_str(), &found) != 0) return false;
  open_catalogue(folder);
  return true;
}

TEST(Say, FillsPlaceholdersInAnyOrder) {
  EXPECT_EQ(english("{1} then {0}, {1}", {"a", "b"}), "b then a, b");
}

TEST(Say, LeavesAPlaceholderWithoutArgumentAsItIs) {
  EXPECT_EQ(english("{0} {1} {12} {} {x} {", {"a"}), "a {1} {12} {} {x} {");
  EXPECT_EQ(english("{99999999999999999999}", {"a"}), "{99999999999999999999}");
}

TEST(Say, DoesNotReadArgumentsAgain) {
  EXPECT_EQ(english("{0}{1}", {"{1}", "%s %n {0}"}), "{1}%s %n {0}");
}

TEST(Say, LetsNoEscapeOfAnArgumentReachATerminal) {
  const std::string said = english("name: {0}", {"\x1b[31mred\x07\r\n\x7f"});

  EXPECT_EQ(said, "name: \\x1B[31mred\\x07\\x0D\\x0A\\x7F");
}

TEST(Say, LetsNoEscapeOfAForeignTemplateReachATerminal) {
  EXPECT_EQ(english("\x1b]0;title\x07{0}", {"a"}), "\\x1B]0;title\\x07a");
}

TEST(Say, GivesTheReadersHalfOfAnArgumentInBothLanguages) {
  const Sentence sentence{"{0}", {"poids\x1fweight"}};

  EXPECT_EQ(say(sentence, Language::en), "weight");
  EXPECT_EQ(say(sentence, Language::fr), "poids");
}

TEST(Say, SpeaksTheLanguageOfEachReader) {
  if (!catalogue_is_here()) GTEST_SKIP() << "no catalogue in this build";
  const Sentence sentence{"held by headquarters", {}};

  EXPECT_EQ(say(sentence, Language::fr), "détenu par la direction générale");
  EXPECT_EQ(say(sentence, Language::en), "held by headquarters");
  EXPECT_EQ(say(sentence, Language::fr), "détenu par la direction générale");
}

TEST(Say, KeepsTheEnglishOfWhatTheCatalogueDoesNotHave) {
  if (!catalogue_is_here()) GTEST_SKIP() << "no catalogue in this build";

  EXPECT_EQ(say({"no such sentence {0}", {"x"}}, Language::fr),
            "no such sentence x");
  EXPECT_EQ(say({"", {}}, Language::fr), "");
}

TEST(Printable, KeepsLettersOfEveryLanguage) {
  EXPECT_EQ(printable("Traoré ɛɔŋ «oui» 😀"), "Traoré ɛɔŋ «oui» 😀");
}

TEST(Printable, EscapesSecondSetOfControlsAndOverrides) {
  EXPECT_EQ(printable("a\xC2\x9B"
                      "31m"),
            "a\\x9B31m");
  EXPECT_EQ(printable("a\u202Eb\u2066c"), "a\\u202Eb\\u2066c");
}

TEST(Printable, EscapesWhatIsNotUtf8) {
  EXPECT_EQ(printable("a\x9B"
                      "b\xFF\xC3"),
            "a\\x9Bb\\xFF\\xC3");
  EXPECT_EQ(printable("\xC3("), "\\xC3(");
}

TEST(Printable, KeepsNewlinesOnlyWhereAsked) {
  EXPECT_EQ(printable("a\nb"), "a\\x0Ab");
  EXPECT_EQ(printable("a\nb", true), "a\nb");
}

struct Wish {
  const char* option;
  std::map<std::string, std::string> environment;
  Language language;
};

TEST(ChosenLanguage, IsTheOptionThenTheEnvironmentThenFrench) {
  const Wish wishes[] = {
      {"en", {{"LANG", "fr_FR.UTF-8"}}, Language::en},
      {"", {{"LANG", "en_US.UTF-8"}}, Language::en},
      {"", {{"LC_ALL", "C.UTF-8"}, {"LANG", "en_GB.UTF-8"}}, Language::en},
      {"", {{"LC_ALL", "fr_ML"}, {"LANG", "en_GB.UTF-8"}}, Language::fr},
      {"", {{"LANG", "C"}}, Language::fr},
      {"", {}, Language::fr}};
  for (const Wish& wish : wishes) {
    const auto chosen = choose_language(wish.option, [&](const char* name) {
      const auto found = wish.environment.find(name);
      return found == wish.environment.end() ? "" : found->second;
    });
    ASSERT_TRUE(chosen);
    EXPECT_EQ(*chosen, wish.language);
  }
}

TEST(ChosenLanguage, RefusesOneThatNobodyTranslated) {
  const auto chosen =
      choose_language("de", [](const char*) { return std::string(); });

  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, Errc::usage);
}

}  // namespace
}  // namespace relais::sync
