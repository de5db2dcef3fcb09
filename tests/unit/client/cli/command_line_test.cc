#include <gtest/gtest.h>

#include "client/cli/parse.h"

namespace relais::cli {
namespace {

std::vector<Verb> all_verbs() {
  std::vector<Verb> verbs = record_verbs();
  for (const auto& family : {exchange_verbs(), machine_verbs()}) {
    verbs.insert(verbs.end(), family.begin(), family.end());
  }
  return verbs;
}

/// The verbs outlive what is parsed.
std::variant<Asked, Answered> parsed(std::vector<std::string> arguments,
                                     bool watched = true) {
  static const std::vector<Verb> verbs = all_verbs();
  return parse({std::move(arguments), sync::Language::en, watched}, verbs);
}

Asked asked(std::vector<std::string> arguments) {
  auto found = parsed(std::move(arguments));
  if (const auto* answered = std::get_if<Answered>(&found)) {
    ADD_FAILURE() << answered->text;
    return {};
  }
  return std::get<Asked>(found);
}

using Words = std::vector<std::string>;

TEST(CommandLine, TakesGlobalOptionsBeforeAndAfterTheVerb) {
  for (const Words& line : {Words{"--home", "/h", "--as", "x", "show", "INC-1"},
                            Words{"show", "--home", "/h", "INC-1", "--as=x"},
                            Words{"show", "INC-1", "--as", "x", "--home=/h"}}) {
    const Asked found = asked(line);
    ASSERT_NE(found.verb, nullptr);
    EXPECT_EQ(found.verb->words, Words{"show"});
    EXPECT_EQ(found.invocation.argument, Words{"INC-1"});
    EXPECT_EQ(found.globals.home, "/h");
    EXPECT_EQ(found.globals.as, "x");
  }
}

TEST(CommandLine, KeepsRepeatedSettingsInOrderAndSwallowsNoArgument) {
  const Asked found = asked({"edit", "--set", "b=2", "--set", "a=-1", "INC-1",
                             "--set=c[+].d=x y", "--reason", "- why"});

  EXPECT_EQ(found.invocation.argument, Words{"INC-1"});
  EXPECT_EQ(found.invocation.option.at("set"),
            (Words{"b=2", "a=-1", "c[+].d=x y"}));
  EXPECT_EQ(found.invocation.text("reason"), "- why");
}

TEST(CommandLine, KnowsEveryVerbOfTheContract) {
  for (const Words& line :
       {Words{"new", "incident", "--from", "-", "--submit"},
        Words{"import", "incident", "a.csv", "--submit"},
        Words{"edit", "R", "--annul", "a[b]", "--reason", "x"},
        Words{"edit", "R", "--attach", "a=b"},
        Words{"submit", "R"},
        Words{"do", "R", "acknowledge", "--reason", "x"},
        Words{"list", "incident", "--where", "a > 1", "--limit", "3"},
        Words{"list"},
        Words{"show", "R", "--history"},
        Words{"status", "--watch"},
        Words{"sync", "--wait", "--dry-run", "--max-bytes", "9", "--lane",
              "urgent"},
        Words{"packet", "export", "p"},
        Words{"packet", "import", "p", "q"},
        Words{"conflicts"},
        Words{"verify"},
        Words{"doctor"},
        Words{"forms"},
        Words{"reference", "post"},
        Words{"whoami"},
        Words{"enrol", "--hq", "https://u", "--code", "c"},
        Words{"enrol", "--file", "f"}}) {
    EXPECT_NE(asked(line).verb, nullptr) << line.front();
  }
}

TEST(CommandLine, TellsWrongUseWithExitCodeTwo) {
  for (const Words& line :
       {Words{"nothing"}, Words{"packet"}, Words{"show"}, Words{"show", "--x"},
        Words{"show", "a", "b"}, Words{"do", "R"}, Words{"edit", "R"},
        Words{"edit", "R", "--annul", "a[b]"}, Words{"list", "--limit", "0"},
        Words{"list", "--limit", "x"}, Words{"list", "--where"},
        Words{"import", "incident", "a.txt"}, Words{"enrol"},
        Words{"enrol", "--hq", "u"}, Words{"packet", "import"},
        Words{"enrol", "--file", "f", "--code", "c"},
        Words{"list", "--where", "a", "--where", "b"},
        Words{"list", "--where", "title = 'caf\xE9'"},
        Words{"status", "--format", "xml"}}) {
    const auto found = parsed(line);
    const auto* answered = std::get_if<Answered>(&found);
    ASSERT_NE(answered, nullptr) << line.front();
    EXPECT_EQ(answered->exit_code, 2) << line.front();
    EXPECT_FALSE(answered->text.empty());
  }
}

TEST(CommandLine, TakesAFileOfAnyName) {
  EXPECT_EQ(
      asked({"new", "incident", "--from", "caf\xE9"}).invocation.text("from"),
      "caf\xE9");
  EXPECT_EQ(asked({"import", "incident", "caf\xE9.csv"}).invocation.argument[1],
            "caf\xE9.csv");
}

TEST(CommandLine, PrintsHelpWhenNothingIsAsked) {
  for (const Words& line : {Words{}, Words{"--help"}, Words{"--lang", "en"}}) {
    const auto found = parsed(line, false);
    const auto* answered = std::get_if<Answered>(&found);
    ASSERT_NE(answered, nullptr);
    EXPECT_EQ(answered->exit_code, 0);
    EXPECT_NE(answered->text.find("packet"), std::string::npos);
  }
}

TEST(CommandLine, NothingAskedAtATerminalIsTheScreen) {
  const auto found = parsed({"--home", "here", "--as", "924-31.C"}, true);
  const auto* asked = std::get_if<Asked>(&found);
  ASSERT_NE(asked, nullptr);
  EXPECT_EQ(asked->verb, nullptr);
  EXPECT_EQ(asked->globals.home, "here");
  EXPECT_EQ(asked->globals.as, "924-31.C");
}

TEST(CommandLine, PrintsATableOnATerminalOnly) {
  EXPECT_EQ(std::get<Asked>(parsed({"list"}, true)).globals.format,
            sync::Format::table);
  EXPECT_EQ(std::get<Asked>(parsed({"list"}, false)).globals.format,
            sync::Format::json);
  EXPECT_EQ(
      std::get<Asked>(parsed({"list", "--format", "csv"}, true)).globals.format,
      sync::Format::csv);
}

TEST(CommandLine, FindsTheLanguageWhereverItStands) {
  EXPECT_EQ(language_option({"list", "--lang", "en"}), "en");
  EXPECT_EQ(language_option({"--lang=fr", "list"}), "fr");
  EXPECT_EQ(language_option({"list", "--lang"}), "");
}

}  // namespace
}  // namespace relais::cli
