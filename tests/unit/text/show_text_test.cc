#include "sync/text/show_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/text/page.h"
#include "sync/unicode.h"
#include "tests/unit/text/sample_record.h"

namespace relais::sync {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Reading english{Language::en, 80};
constexpr Reading wide{Language::en, 300};

TEST(ShownRecord, SaysWhatDiffersInPlainWords) {
  EXPECT_THAT(show_text(test::sample_view(), wide),
              HasSubstr("Data conflict on “Amount demanded (FCFA)”: 25,000 "
                        "FCFA according to SISSOKO Makan (924-31.C), Field "
                        "officer; 250,000 FCFA according to a shell command, "
                        "Post chief."));
}

TEST(ShownRecord, SaysWhatWasDecidedByWhomAndWhy) {
  const std::string text = show_text(test::sample_view(), wide);

  EXPECT_THAT(text,
              HasSubstr("Kept for “Amount paid (FCFA)”: 1,500,000 FCFA, by a "
                        "shell command, Conflict resolver"));
  EXPECT_THAT(text, HasSubstr("Reason: le reçu fait foi"));
}

TEST(ShownRecord, UsesTheLabelsOfFormAndTables) {
  const std::string text = show_text(test::sample_view(), wide);

  EXPECT_THAT(text, HasSubstr("INC-DIB-A-26-0042"));
  EXPECT_THAT(text, HasSubstr("State: Submitted\n"));
  EXPECT_THAT(text, HasSubstr("Where it is: sent\n"));
  EXPECT_THAT(text, HasSubstr("Primary category: Extortion (EXT)\n"));
  EXPECT_THAT(text, HasSubstr("Amount demanded (FCFA): (undecided)\n"));
  EXPECT_THAT(text, HasSubstr("because its author did not have the role"));
}

TEST(ShownRecord, FitsEightyColumnsAndKeepsLinesOfAText) {
  const std::string text = show_text(test::sample_view(), english);

  EXPECT_THAT(text, HasSubstr("Première ligne.\n"));
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    EXPECT_LE(display_width(rest.substr(0, end)), 80U) << rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
}

TEST(ShownRecord, LetsNoEscapeOfTheDataReachATerminal) {
  const std::string text = show_text(test::sample_view(), english);

  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("Au pont \\x1B[31m rouge"));
}

TEST(ShownRecord, SaysThatAConflictOnTheStateBlocksEveryStep) {
  RecordView view = test::sample_view();
  Conflict& conflict = view.parts.front().conflicts.front();
  conflict.address = {state_field, "", ""};
  conflict.blocking = true;
  conflict.values.front().state = "closed";

  EXPECT_THAT(conflict_text(view, conflict, english),
              HasSubstr("No step can be taken until it is settled."));
}

TEST(ShownHistory, SaysThatTheClockIsTheMachines) {
  Change change;
  change.author = "924-31.C";
  change.entered_by = "shell";
  change.wall = 1'778'566'200'000;
  Act act;
  act.kind = proto::ACT_KIND_ANNUL_ROW;
  act.address = {"subjects", "00112233445566aa", ""};
  act.reason = "doublon";
  change.acts = {act};

  const std::string text = history_text(test::sample_view(), {change}, wide);

  EXPECT_THAT(text, HasSubstr("2026-05-12 06:10 by the machine's clock: "
                              "SISSOKO Makan (924-31.C), entered by a shell"));
  EXPECT_THAT(text, HasSubstr("row annulled. doublon"));
}

TEST(Page, PutsAWordLongerThanALineAloneOnIt) {
  Page page(10);

  page.line("a bbbbbbbbbbbbbbb c");

  EXPECT_EQ(page.take(), "a\n  bbbbbbbbbbbbbbb\n  c\n");
}

TEST(Page, PutsAValueOfSeveralLinesBelowItsLabel) {
  Page page(80);

  page.field("Label", "one\ntwo");

  EXPECT_EQ(page.take(), "Label:\n  one\n  two\n");
}

}  // namespace
}  // namespace relais::sync
