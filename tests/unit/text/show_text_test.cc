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

TEST(ShownRecord, SaysWhatWasErasedWhyAndByWhom) {
  RecordView view = test::sample_view();
  Erasure erasure{"shell", "924-31.C", "Art. 7", "demande\nreçue",
                  test::sample_dot(7)};
  view.erasures = {{"report", {test::sample_dot(2)}, erasure, 0}};

  const std::string text = show_text(view, wide);

  EXPECT_THAT(text, HasSubstr("Report, changes erased: 1. Legal basis: Art. 7. "
                              "On 1970-01-01, by a shell command and SISSOKO "
                              "Makan (924-31.C)."));
  EXPECT_THAT(text, HasSubstr("Why: demande reçue\n"));
}

TEST(ShownRecord, SaysWhatWaitsAndWhatAnotherVersionWrote) {
  RecordView view = test::sample_view();
  PartState& part = view.parts.front();
  part.suspended = "submitted";
  part.needs_update = true;
  part.proposals = {
      {false, "receive", test::sample_dot(5), ProposalWhy::proposed},
      {false, "closed", test::sample_dot(6), ProposalWhy::closing}};

  const std::string text = show_text(view, wide);

  EXPECT_THAT(text, HasSubstr("Suspended: Submitted\n"));
  EXPECT_THAT(text, HasSubstr("written by a newer version"));
  EXPECT_THAT(text, HasSubstr("Proposed: Receive (a second person is needed)"));
  EXPECT_THAT(text, HasSubstr("(something new arrived while"));
}

TEST(ShownRecord, ShowsWhatElseWasEnteredAndWhatWasAnnulled) {
  RecordView view = test::sample_view();
  CellState& cell = view.parts.front().field["amount_paid"].cell;
  cell.also = {test::sample_value(5, Value(std::int64_t{7}), "924-31.C",
                                  "field_officer"),
               test::sample_value(6, cell.value, "shell", "post_chief")};
  auto& subjects = view.parts.front().field["subjects"].row;
  subjects["00aa"].status = RowStatus::annulled;

  const std::string text = show_text(view, wide);

  EXPECT_THAT(text, HasSubstr("Also entered: 7 FCFA, by SISSOKO Makan "
                              "(924-31.C), Field officer.\n"));
  EXPECT_THAT(text, Not(HasSubstr("Also entered: 1,500,000")));
  EXPECT_THAT(text, HasSubstr("- 00aa (annulled)\n"));
}

TEST(ShownRecord, ShowsARowThatIsOneValueAsOne) {
  RecordView view = test::sample_view();
  view.form = test::published_form("attendance");
  const proto::Field* marks = nullptr;
  for (const auto& field : view.form->definition().field()) {
    if (!field.unit().empty()) marks = &field;
  }
  ASSERT_NE(marks, nullptr);
  auto& rows = view.parts.front().field[marks->id()].row;
  rows["2026-05-12/AM"].status = RowStatus::live;
  rows["2026-05-12/AM"].unit.value = Value(Row{{"status", Value(Code{"R"})}});
  rows["2026-05-12/PM"].status = RowStatus::live;
  rows["2026-05-12/PM"].unit.open = test::sample_conflict().id;

  const std::string text = show_text(view, wide);

  EXPECT_THAT(text, HasSubstr("- 2026-05-12/AM\n    Status: Late (R)\n"));
  EXPECT_THAT(text, HasSubstr("- 2026-05-12/PM\n    (undecided)\n"));
}

TEST(ShownDecision, SaysThatItWasUndone) {
  const RecordView view = test::sample_view();
  Decision decision = view.decisions.front();
  decision.undone = true;

  const std::string text = decision_text(view, decision, wide);

  EXPECT_THAT(text, HasSubstr("Kept for “Amount paid (FCFA)”: 1,500,000"));
  EXPECT_THAT(text, HasSubstr("This decision was undone.\n"));
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
