#include "server-stub/admin/command_line.h"

#include <gtest/gtest.h>

namespace relais::admin {
namespace {

Asked parsed(const std::vector<std::string>& words) {
  static const auto verbs = all_verbs();
  return parse({words, sync::Language::en, false}, verbs);
}

TEST(CommandLine, TakesGlobalsBeforeOrAfterTheVerb) {
  const Asked before = parsed({"--home", "h", "--as", "x", "post", "list"});
  const Asked after = parsed({"post", "list", "--home", "h", "--as", "x"});

  for (const Asked& one : {before, after}) {
    ASSERT_NE(one.verb, nullptr) << one.text;
    EXPECT_EQ(one.verb->words, (std::vector<std::string>{"post", "list"}));
    EXPECT_EQ(one.globals.home, "h");
    EXPECT_EQ(one.globals.as, "x");
    EXPECT_EQ(one.globals.format, sync::Format::json);
  }
}

TEST(CommandLine, GivesARepeatedOptionOneValueEachTime) {
  const Asked asked = parsed({"edit", "--set", "a=1,2", "INC-1", "--set",
                              "b[x].c=[y]", "--reason", "why"});

  ASSERT_NE(asked.verb, nullptr) << asked.text;
  EXPECT_EQ(asked.invocation.argument, (std::vector<std::string>{"INC-1"}));
  EXPECT_EQ(asked.invocation.option.at("set"),
            (std::vector<std::string>{"a=1,2", "b[x].c=[y]"}));
}

TEST(CommandLine, CallsWrongUseWhatIsWrong) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {},
           {"frobnicate"},
           {"frobnicate", "--help"},
           {"post", "frobnicate", "--help"},
           {"post"},
           {"post", "add", "TST"},
           {"conflicts", "decide", "1", "--value", "x"},
           {"packet", "import"},
           {"edit", "INC-1", "--set", "summary=caf\xE9"},
           {"post", "list", "--format", "xml"},
           {"show", "a", "b"}}) {
    const Asked asked = parsed(words);
    EXPECT_EQ(asked.verb, nullptr);
    EXPECT_EQ(asked.exit_code, 2) << testing::PrintToString(words);
    EXPECT_FALSE(asked.text.empty());
  }
}

TEST(CommandLine, TakesManyPathsAndAMissingForm) {
  EXPECT_EQ(parsed({"packet", "import", "a", "b"}).invocation.argument,
            (std::vector<std::string>{"a", "b"}));
  EXPECT_NE(parsed({"list"}).verb, nullptr);
}

TEST(CommandLine, HelpsEveryVerb) {
  EXPECT_EQ(parsed({"--help"}).exit_code, 0);
  for (const Verb& verb : all_verbs()) {
    std::vector<std::string> words = verb.words;
    words.emplace_back("--help");
    const Asked asked = parsed(words);
    EXPECT_EQ(asked.exit_code, 0) << verb.words.back();
    EXPECT_NE(asked.text.find(verb.words.back()), std::string::npos);
  }
}

}  // namespace
}  // namespace relais::admin
