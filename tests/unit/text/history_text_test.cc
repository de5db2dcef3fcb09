#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/text/show_text.h"
#include "tests/unit/text/sample_record.h"

namespace relais::sync {
namespace {

using testing::HasSubstr;

constexpr Reading wide{Language::en, 300};

Act act(proto::ActKind kind, const std::string& field = "",
        Value value = Value()) {
  Act act;
  act.kind = kind;
  act.address.field = field;
  act.value = std::move(value);
  act.reason = "why";
  return act;
}

/// What the history says of one act.
std::string told(const Act& act) {
  Change change;
  change.author = "924-31.C";
  change.role = "field_officer";
  change.acts = {act};
  return history_text(test::sample_view(), {change}, wide);
}

TEST(ShownHistory, SaysWhatWasWritten) {
  EXPECT_THAT(
      told(act(proto::ACT_KIND_WRITE, "amount_paid", Value(std::int64_t{900}))),
      HasSubstr("Amount paid (FCFA): 900 FCFA\n"));
  EXPECT_THAT(told(act(proto::ACT_KIND_WRITE, "field_of_a_newer_form",
                       Value(std::string("one\ntwo")))),
              HasSubstr("field_of_a_newer_form: one two\n"));
  EXPECT_THAT(told(act(proto::ACT_KIND_WRITE, "summary", Value())),
              HasSubstr(": (empty)\n"));
  EXPECT_THAT(told(act(proto::ACT_KIND_APPEND, "narrative",
                       Value(Row{{"text", Value(std::string("Vu."))}}))),
              HasSubstr(", added: Statement: Vu.\n"));
}

TEST(ShownHistory, SaysWhatBecameOfRows) {
  Act row = act(proto::ACT_KIND_ADD_ROW, "subjects");
  row.address.row = "aa";
  EXPECT_THAT(told(row), HasSubstr(", aa: row added\n"));
  row.kind = proto::ACT_KIND_RESTORE_ROW;
  EXPECT_THAT(told(row), HasSubstr(", aa: row restored\n"));
}

TEST(ShownHistory, SaysWhichStepWasTakenOrProposed) {
  Act step = act(proto::ACT_KIND_TRANSITION);
  step.step = "receive";
  EXPECT_THAT(told(step), HasSubstr("  Step: Receive. why\n"));
  step.proposes = true;
  EXPECT_THAT(told(step), HasSubstr("  Proposed step: Receive. why\n"));
  step.step = "of_a_newer_form";
  EXPECT_THAT(told(step), HasSubstr("Proposed step: of_a_newer_form. why\n"));
}

TEST(ShownHistory, SaysWhatWasDecided) {
  EXPECT_THAT(told(act(proto::ACT_KIND_DECIDE, "amount_paid",
                       Value(std::int64_t{900}))),
              HasSubstr("decided: 900 FCFA. Reason: why\n"));
  Act state = act(proto::ACT_KIND_DECIDE, std::string(state_field));
  state.state = "submitted";
  EXPECT_THAT(told(state), HasSubstr("state, decided: Submitted. Reason: why"));
}

TEST(ShownHistory, SaysWhatWasDoneAboutOtherChanges) {
  const std::string first = to_text(test::sample_dot(2));
  const std::string second = to_text(test::sample_dot(3));
  const std::pair<proto::ActKind, const char*> kinds[] = {
      {proto::ACT_KIND_UNDO, "Decision {} undone. why\n"},
      {proto::ACT_KIND_ACCEPT, "Change {} accepted. why\n"},
      {proto::ACT_KIND_CHALLENGE, "Change {} challenged. why\n"}};
  for (const auto& [kind, expected] : kinds) {
    Act one = act(kind);
    one.dots = {test::sample_dot(2)};
    std::string line = expected;
    line.replace(line.find("{}"), 2, first);
    EXPECT_THAT(told(one), HasSubstr(line));
  }
  Act purge = act(proto::ACT_KIND_PURGE);
  purge.dots = {test::sample_dot(2), test::sample_dot(3)};
  purge.basis = "Art. 7";
  EXPECT_THAT(told(purge), HasSubstr("Erased: " + first + ", " + second +
                                     ". Basis: Art. 7. why\n"));
  Act lost = act(proto::ACT_KIND_LOST);
  lost.lost_from = test::sample_dot(3);
  EXPECT_THAT(told(lost),
              HasSubstr("Declared lost from " + second + " on. why\n"));
}

TEST(ShownHistory, SaysThatAChangeWasErased) {
  Change change;
  change.erased = true;
  EXPECT_THAT(history_text(test::sample_view(), {change}, wide),
              HasSubstr("nobody named\n"));
  EXPECT_THAT(history_text(test::sample_view(), {change}, wide),
              HasSubstr("  (erased)\n"));
}

}  // namespace
}  // namespace relais::sync
