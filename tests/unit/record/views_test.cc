#include "sync/record/views.h"

#include <gtest/gtest.h>

#include "tests/support/plain_facts.h"
#include "tests/support/published.h"

namespace relais::sync {
namespace {

using test::PlainFacts;

class Views : public testing::Test {
 protected:
  Value of(const char* form, const char* id) {
    const auto published = test::published_form(form);
    auto views = computed_views(*published, tables_, facts_);
    EXPECT_TRUE(views.contains(id)) << id;
    return views[id];
  }
  void mark(const char* status, std::int64_t planned_tenths,
            std::int64_t minutes = -1) {
    Row row = {{"status", Value(Code{status})},
               {"planned_hours", Value(Decimal{planned_tenths, 1})}};
    if (minutes >= 0) row["minutes"] = Value(minutes);
    facts_.row("marks", row);
  }
  void attempt(std::int64_t tenths) {
    facts_.row("post_attempts", {{"score", Value(Decimal{tenths, 1})}});
  }

  Tables tables_ = test::published_tables();
  PlainFacts facts_;
};

TEST_F(Views, CountHoursByTheMark) {
  mark("P", 30);
  mark("R", 30, 20);
  mark("R", 30, 45);
  mark("X", 30, 50);
  mark("E", 30);
  mark("A", 30);

  EXPECT_EQ(of("attendance", "hours_attended"), Value(Decimal{93, 1}))
      << "3 + 3 + 2.5 + 50 minutes";
}

TEST_F(Views, CountNothingForAMarkThatIsUndecided) {
  mark("P", 30);
  facts_.row("marks", {});

  EXPECT_EQ(of("attendance", "hours_attended"), Value(Decimal{30, 1}));
}

TEST_F(Views, TakeTheBestAttempt) {
  EXPECT_TRUE(of("attendance", "effective_score").empty());
  attempt(655);
  attempt(900);
  attempt(70);

  EXPECT_EQ(of("attendance", "effective_score"), Value(Decimal{900, 1}));
}

TEST_F(Views, PassWithTheModulesMarkAndFourFifthsOfTheHours) {
  mark("P", 50);
  attempt(700);
  EXPECT_TRUE(of("attendance", "passed").empty()) << "which module?";

  facts_.code("session_id.module_code", "INT-101");  // 6 hours, 70
  EXPECT_EQ(of("attendance", "passed"), Value(true));
  facts_.set("session_id.planned_hours", Value(Decimal{70, 1}));
  EXPECT_EQ(of("attendance", "passed"), Value(false)) << "5 hours of 7";
  mark("P", 20);
  EXPECT_EQ(of("attendance", "passed"), Value(true));
  facts_ = PlainFacts();
  facts_.code("session_id.module_code", "INT-101");
  mark("P", 60);
  attempt(699);
  EXPECT_EQ(of("attendance", "passed"), Value(false));
}

TEST_F(Views, NeedNoTestWhereTheModuleHasNone) {
  facts_.code("session_id.module_code", "SEC-100");
  mark("P", 60);

  EXPECT_EQ(of("attendance", "passed"), Value(true));
}

TEST_F(Views, SumWeightsAndSlots) {
  EXPECT_TRUE(of("evaluation", "weight_total").empty());
  facts_.row("objectives", {{"weight", Value(std::int64_t{60})}})
      .row("objectives", {{"weight", Value(std::int64_t{30})}})
      .row("slots", {{"planned_hours", Value(Decimal{35, 1})}})
      .row("slots", {{"planned_hours", Value(Decimal{30, 1})}});

  EXPECT_EQ(of("evaluation", "weight_total"), Value(std::int64_t{90}));
  EXPECT_EQ(of("training_session", "planned_hours"), Value(Decimal{65, 1}));
}

TEST_F(Views, LetTheLastWordRate) {
  EXPECT_TRUE(of("evaluation", "final_rating").empty());
  facts_.code("communicated_rating", "3");
  EXPECT_EQ(of("evaluation", "final_rating"), Value(Code{"3"}));
  EXPECT_EQ(of("evaluation", "statutory_mark"), Value(std::int64_t{14}));
  facts_.code("n2_rating", "4");
  EXPECT_EQ(of("evaluation", "final_rating"), Value(Code{"4"}));
  facts_.code("commission_rating", "5");
  EXPECT_EQ(of("evaluation", "statutory_mark"), Value(std::int64_t{20}));
  facts_.code("commission_rating", "none");
  EXPECT_TRUE(of("evaluation", "statutory_mark").empty());
}

TEST_F(Views, KeepACaseAsLongAsItsOutcomeAsks) {
  facts_.code("closure_reason", "not_substantiated")
      .set("closed_on", Value(*date_from_text("2026-05-12")));
  EXPECT_EQ(of("incident", "retention_until"),
            Value(*date_from_text("2029-05-12")));
  facts_.set("closed_on", Value(*date_from_text("2024-02-29")))
      .code("closure_reason", "unfounded");
  EXPECT_EQ(of("incident", "retention_until"),
            Value(*date_from_text("2025-02-28")));
  facts_.code("closure_reason", "substantiated_sanctioned")
      .code("sanction", "S-AV");
  EXPECT_EQ(of("incident", "retention_until"),
            Value(*date_from_text("2027-02-28")));
  facts_.set("legal_hold", Value(true));
  EXPECT_TRUE(of("incident", "retention_until").empty());
}

TEST_F(Views, CountGapsInEachItemsCustody) {
  const auto hands = [this](const char* item, const char* from,
                            const char* to) {
    facts_.row("custody", {{"evidence", Value(std::string(item))},
                           {"from", Value(std::string(from))},
                           {"to", Value(std::string(to))}});
  };
  hands("a1", "finder", "chief");
  hands("b2", "driver", "chief");
  hands("a1", "chief", "courier");
  EXPECT_EQ(of("incident", "custody_gaps"), Value(std::int64_t{0}));
  hands("a1", "chief", "BACI");
  hands("b2", "chief", "BACI");
  EXPECT_EQ(of("incident", "custody_gaps"), Value(std::int64_t{1}));
}

TEST_F(Views, AverageScoresAndAddDays) {
  facts_
      .row("reaction_scores",
           {{"q1", Value(std::int64_t{5})}, {"q2", Value(std::int64_t{4})}})
      .row("reaction_scores", {{"q1", Value(std::int64_t{4})}})
      .row("extensions", {{"days", Value(std::int64_t{30})}})
      .row("extensions", {{"days", Value(std::int64_t{15})}});

  EXPECT_EQ(of("training_session", "reaction_mean"), Value(Decimal{433, 2}));
  EXPECT_EQ(of("incident", "extended_days"), Value(std::int64_t{45}));
}

TEST_F(Views, AreBlankWhereTheProgramDoesNotKnowTheFunction) {
  proto::View view;
  view.set_function("of_a_later_version");
  view.add_argument("marks");
  const auto form = test::published_form("attendance");

  EXPECT_TRUE(computed_view(*form, tables_, view, facts_).empty());
  view.set_function("count_rows");
  mark("P", 30);
  EXPECT_EQ(computed_view(*form, tables_, view, facts_),
            Value(std::int64_t{1}));
}

}  // namespace
}  // namespace relais::sync
