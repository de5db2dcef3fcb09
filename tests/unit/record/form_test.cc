#include "sync/record/form.h"

#include <gtest/gtest.h>

#include "sync/crypto.h"

namespace relais::sync {
namespace {

constexpr const char* form_file = R"(
  id: "incident" version: 3
  part { id: "report" } part { id: "case" }
  root_part: "report" lifecycle_part: "case"
  role { id: "PC" side: SIDE_POST }
  role { id: "IH" side: SIDE_HEADQUARTERS }
  field { id: "category" type: TYPE_CODE policy: POLICY_ASK resolve: "IH"
          choice { code: "theft" } choice { code: "bribe" }
          policy_from { state: "received" policy: POLICY_HQ }
          policy_from { state: "triage" policy: POLICY_OWN } }
  field { id: "office" part: "case" type: TYPE_CODE list: "post" }
  field { id: "amount" type: TYPE_DECIMAL scale: 2 policy: POLICY_MAX
          check { expression: "amount > 0" } }
  field { id: "goods" type: TYPE_TABLE policy: POLICY_ADD resolve: "PC"
          column { id: "bags" type: TYPE_INTEGER resolve: "IH" }
          column { id: "kind" type: TYPE_LINE when: "bags > 0" } }
  field { id: "marks" type: TYPE_TABLE policy: POLICY_ADD unit: "status"
          column { id: "status" type: TYPE_CODE choice { code: "late" } }
          column { id: "minutes" type: TYPE_INTEGER } }
  field { id: "said" type: TYPE_TABLE policy: POLICY_LOG
          column { id: "words" type: TYPE_TEXT } }
  lifecycle {
    initial: "new" head: "IH"
    state { id: "new" } state { id: "received" } state { id: "triage" }
    progress { lower: "new" higher: "received" }
    progress { lower: "received" higher: "triage" }
    transition { id: "receive" from: "new" to: "received"
                 guard: "category != 'none'" }
    transition { id: "triage" from: "received" to: "triage" }
  }
)";

std::shared_ptr<const Form> a_form() {
  return Form::parse(form_file).value();
}

TEST(Form, IsNamedByTheHashOfItsFile) {
  EXPECT_EQ(a_form()->version(), (Version{3, hash({form_file})}));
  EXPECT_EQ(a_form()->id(), "incident");
}

TEST(Form, ThatDoesNotParseNamesTheLine) {
  const auto fault = Form::parse("id: 'a'\nversoin: 3");

  ASSERT_FALSE(fault);
  EXPECT_EQ(fault.error().code, Errc::invalid);
  EXPECT_EQ(fault.error().what.arguments.at(0), "2");
}

TEST(Form, WithAnExpressionThatDoesNotParseNamesTheField) {
  const auto fault = Form::parse("id: 'f' field { id: 'a' when: 'and and' }");

  ASSERT_FALSE(fault);
  EXPECT_EQ(fault.error().code, Errc::invalid);
  EXPECT_EQ(fault.error().what.arguments.at(0), "a");
}

TEST(Form, KnowsWhatCanBeWrittenWhere) {
  const auto form = a_form();

  EXPECT_EQ(form->spec({"category", {}, {}}), form->field("category"));
  EXPECT_EQ(form->spec({"category", "r", {}}), nullptr);
  EXPECT_EQ(form->spec({"goods", {}, {}}), nullptr);
  EXPECT_EQ(form->spec({"goods", "r", {}}), nullptr);
  EXPECT_EQ(form->spec({"goods", "r", "bags"})->id(), "bags");
  EXPECT_EQ(form->spec({"goods", "r", "none"}), nullptr);
  EXPECT_EQ(form->spec({"marks", "r", {}}), form->field("marks"));
  EXPECT_EQ(form->spec({"marks", "r", "status"}), nullptr);
  EXPECT_EQ(form->spec({"none", {}, {}}), nullptr);
}

TEST(Form, PutsAFieldWithoutAPartIntoTheRootPart) {
  const auto form = a_form();

  EXPECT_EQ(form->part_of(*form->field("category")), "report");
  EXPECT_EQ(form->part_of(*form->field("office")), "case");
  EXPECT_TRUE(form->has_part("case"));
  EXPECT_FALSE(form->has_part("none"));
}

TEST(Form, OrdersStatesByTheClosureOfItsProgress) {
  const auto form = a_form();

  EXPECT_TRUE(form->above("triage", "new"));
  EXPECT_FALSE(form->above("new", "triage"));
  EXPECT_FALSE(form->above("new", "new"));
}

TEST(Form, TakesThePolicyOfTheHighestStateReached) {
  const auto form = a_form();
  const proto::Field& field = *form->field("category");

  EXPECT_EQ(form->policy(field, "new"), proto::POLICY_ASK);
  EXPECT_EQ(form->policy(field, "received"), proto::POLICY_HQ);
  EXPECT_EQ(form->policy(field, "triage"), proto::POLICY_OWN);
  EXPECT_EQ(form->policy(field, ""), proto::POLICY_ASK);
}

TEST(Form, NamesThoseWhoSettleAConflict) {
  using Roles = std::vector<std::string>;
  const auto form = a_form();

  EXPECT_EQ(form->resolvers({"category", {}, {}}), Roles{"IH"});
  EXPECT_EQ(form->resolvers({"goods", "r", "bags"}), Roles{"IH"});
  EXPECT_EQ(form->resolvers({"goods", "r", "kind"}), Roles{"PC"});
  EXPECT_EQ(form->resolvers({"state", {}, {}}), Roles{"IH"});
}

TEST(Form, OrdersChoicesByTheirPlaceAndNumbersByTheirSize) {
  const auto form = a_form();
  const proto::Field& choice = *form->field("category");
  const proto::Field& amount = *form->field("amount");

  EXPECT_TRUE(
      form->compare(choice, Value(Code{"theft"}), Value(Code{"bribe"})) < 0);
  EXPECT_TRUE(form->compare(choice, Value(), Value(Code{"theft"})) < 0);
  EXPECT_TRUE(form->compare(choice, Value(Erased{}), Value()) == 0);
  EXPECT_TRUE(
      form->compare(choice, Value(Code{"bribe"}), Value(Code{"unknown"})) < 0);
  EXPECT_TRUE(form->compare(amount, Value(Decimal{10, 1}),
                            Value(Decimal{100, 2})) == 0);
  EXPECT_TRUE(form->compare(amount, Value(Decimal{INT64_MAX, 0}),
                            Value(Decimal{1, 9})) > 0);
  EXPECT_TRUE(form->compare(amount, Value(Decimal{1, 9}),
                            Value(Decimal{INT64_MAX, 0})) < 0);
  EXPECT_TRUE(form->compare(amount, Value(false), Value(true)) < 0);
  EXPECT_TRUE(form->compare(amount, Value(std::int64_t{9}),
                            Value(std::int64_t{10})) < 0);
  EXPECT_TRUE(form->compare(amount, Value(Instant{9}), Value(Instant{8})) > 0);
  EXPECT_TRUE(form->compare(amount, Value(RecordId{}), Value(RecordId{})) == 0);
  EXPECT_EQ(form->compare(amount, Value(RecordId{}), Value(RecordId{{1}})),
            std::partial_ordering::unordered);
  EXPECT_EQ(form->compare(amount, Value(true), Value(Date{1})),
            std::partial_ordering::unordered);
}

TEST(Form, RefusesAValueOfAnotherType) {
  const auto form = a_form();
  const proto::Field& choice = *form->field("category");
  const proto::Field& list = *form->field("office");
  const proto::Field& amount = *form->field("amount");

  EXPECT_TRUE(form->fits(choice, Value(Code{"theft"})));
  EXPECT_FALSE(form->fits(choice, Value(Code{"murder"})));
  EXPECT_FALSE(form->fits(choice, Value(std::string("theft"))));
  EXPECT_TRUE(form->fits(list, Value(Code{"any of the list"})));
  EXPECT_TRUE(form->fits(amount, Value(Decimal{100, 2})));
  EXPECT_FALSE(form->fits(amount, Value(Decimal{100, 1})));
  EXPECT_TRUE(form->fits(amount, Value()));
}

TEST(Form, LooksIntoRowsThatAreWrittenWhole) {
  const auto form = a_form();
  const proto::Field& marks = *form->field("marks");
  const proto::Field& said = *form->field("said");

  EXPECT_TRUE(form->fits(marks, Value(Row{{"status", Value(Code{"late"})}})));
  EXPECT_FALSE(form->fits(marks, Value(Row{{"status", Value(Code{"off"})}})));
  EXPECT_FALSE(form->fits(marks, Value(Row{{"none", Value(true)}})));
  EXPECT_FALSE(form->fits(marks, Value(Code{"late"})));
  EXPECT_TRUE(
      form->fits(said, Value(Row{{"words", Value(std::string("no"))}})));
  EXPECT_FALSE(form->fits(said, Value(std::string("no"))));
}

TEST(Form, KeepsItsExpressionsParsed) {
  const auto form = a_form();

  EXPECT_NE(form->guard("receive"), nullptr);
  EXPECT_EQ(form->guard("triage"), nullptr);
  EXPECT_EQ(form->guard("none"), nullptr);
  EXPECT_NE(form->when(form->field("goods")->column(1)), nullptr);
  EXPECT_EQ(form->when(*form->field("category")), nullptr);
  EXPECT_EQ(form->required_when(*form->field("category")), nullptr);
  EXPECT_NE(form->check(form->field("amount")->check(0)), nullptr);
}

// A file of 16 MB may nest deeper than any stack.
TEST(Form, RefusesTablesWithinTablesWithoutEnd) {
  std::string file = "id: \"x\" field { ";
  for (int depth = 0; depth < 200'000; ++depth) file += "column { ";

  EXPECT_FALSE(Form::parse(file));
}

}  // namespace
}  // namespace relais::sync
