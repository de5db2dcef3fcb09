#include "sync/record/input.h"

#include <gtest/gtest.h>

#include "sync/limits.h"
#include "sync/record/facts.h"
#include "tests/support/plain_facts.h"

namespace relais::sync {
namespace {

constexpr const char* form_text = R"form(
  id: "report" version: 1 root_part: "main" lifecycle_part: "main"
  part { id: "main" } part { id: "case" }
  field { id: "summary" type: TYPE_LINE policy: POLICY_ASK required: true
          min_length: 5 max_length: 20 }
  field { id: "category" type: TYPE_CODE list: "category" policy: POLICY_ASK }
  field { id: "mode" type: TYPE_CODE policy: POLICY_LWW
          choice { code: "named" } choice { code: "anonymous" } }
  field { id: "name" type: TYPE_LINE policy: POLICY_LWW
          when: "mode = 'named'" required_when: "mode = 'named'" }
  field { id: "amount" type: TYPE_MONEY policy: POLICY_ASK max: 1000000 }
  field { id: "paid" type: TYPE_MONEY policy: POLICY_ASK
          check { expression: "empty(amount) or paid <= amount" warning: true
                  message { fr: "Trop versé." en: "Too much paid." } } }
  field { id: "hours" type: TYPE_DECIMAL scale: 1 policy: POLICY_ASK
          min: 5 max: 50 }
  field { id: "from" type: TYPE_DATE policy: POLICY_ASK }
  field { id: "to" type: TYPE_DATE policy: POLICY_ASK
          check { expression: "empty(from) or from <= to"
                  message { fr: "Fin avant début." en: "Ends too soon." } } }
  field { id: "at" type: TYPE_INSTANT policy: POLICY_ASK }
  field { id: "danger" type: TYPE_YES_NO policy: POLICY_OR }
  field { id: "session" type: TYPE_RECORD policy: POLICY_LWW }
  field { id: "hash" type: TYPE_HASH policy: POLICY_LWW }
  field { id: "story" type: TYPE_TEXT policy: POLICY_LWW }
  field { id: "plate" type: TYPE_LINE policy: POLICY_LWW
          pattern: "^[A-Z]{2} [0-9]{4}$" }
  field { id: "file" type: TYPE_BLOB policy: POLICY_LWW }
  field { id: "posts" type: TYPE_CODES list: "category" policy: POLICY_ADD
          max_rows: 1 }
  field { id: "people" type: TYPE_TABLE policy: POLICY_ADD min_rows: 1
          column { id: "kind" type: TYPE_LINE policy: POLICY_ASK
                   required: true }
          column { id: "matricule" type: TYPE_LINE policy: POLICY_ASK
                   when: "kind = 'agent'" required_when: "kind = 'agent'" } }
  field { id: "marks" type: TYPE_TABLE policy: POLICY_ADD unit: "status"
          row_key { type: TYPE_LINE pattern: "^[0-9]{4}/(AM|PM)$" }
          column { id: "status" type: TYPE_CODE choice { code: "P" }
                   choice { code: "X" } }
          column { id: "minutes" type: TYPE_INTEGER min: 0 max: 600
                   required_when: "status = 'X'" } }
  field { id: "log" type: TYPE_TABLE policy: POLICY_LOG
          column { id: "text" type: TYPE_TEXT required: true max_length: 10 } }
  field { id: "decision" part: "case" type: TYPE_LINE policy: POLICY_HQ
          required: true when: "mode = 'named'" }
  check { expression: "not (danger = true and mode = 'anonymous')" message {
fr:
  "Non." en : "No."
}
}
)form";

class Input : public testing::Test {
 protected:
  Input() {
    tables_.table["category"] = *Table::parse(
        "code,valid_from,valid_to\n"
        "EXT,,\nOLD,,2024-12-31\nNEW,2026-06-01,\n");
  }

  const proto::Field& spec(const char* id) { return *form_->field(id); }

  Value typed(const char* field, std::string_view text) {
    auto value = value_from_text(*form_, spec(field), text, tables_);
    EXPECT_TRUE(value) << field << " " << text;
    return value ? *value : Value();
  }
  std::string refused(const char* field, std::string_view text) {
    auto value = value_from_text(*form_, spec(field), text, tables_);
    if (value) return "accepted";
    EXPECT_EQ(value.error().what.arguments.at(0), field);
    return value.error().what.id;
  }
  std::vector<std::string> faults(const char* field, const Value& value,
                                  std::optional<Date> today = {}) {
    return ids(validate_value(*form_, spec(field), {field, {}, {}}, value,
                              tables_, today));
  }
  static std::vector<std::string> ids(const std::vector<Sentence>& sentences) {
    std::vector<std::string> all;
    for (const Sentence& one : sentences) {
      EXPECT_EQ(one.id.substr(0, 4), "{0}:") << one.id;
      all.push_back(one.arguments.at(0) +
                    one.id.substr(3, one.id.find_first_of(".,") - 3));
    }
    return all;
  }

  Act write(const char* field, std::string_view text) {
    Act act;
    act.kind = proto::ACT_KIND_WRITE;
    act.address.field = field;
    act.value = typed(field, text);
    return act;
  }
  static Act on_row(proto::ActKind kind, const char* field, const char* row,
                    const char* column = "", Value value = {}) {
    Act act;
    act.kind = kind;
    act.address = {field, row, column};
    act.value = std::move(value);
    return act;
  }
  Findings check(const std::vector<Act>& acts, Moment moment = Moment::edit,
                 std::set<std::string> unseen = {}) {
    const FactsOnTop after(before_, *form_, acts);
    return validate_change(
        {form_.get(), &tables_, &after, &acts, moment, std::move(unseen), {}});
  }

  std::shared_ptr<const Form> form_ = *Form::parse(form_text);
  Tables tables_;
  test::PlainFacts before_;
};

TEST_F(Input, ReadsNumbersAsPeopleWriteThem) {
  EXPECT_EQ(typed("amount", "25000"), Value(std::int64_t{25000}));
  EXPECT_EQ(typed("amount", " 25 000 "), Value(std::int64_t{25000}));
  EXPECT_EQ(typed("amount",
                  "1\xE2\x80\xAF"
                  "250\xC2\xA0"
                  "000"),
            Value(std::int64_t{1250000}));
  EXPECT_EQ(typed("hours", "3,5"), Value(Decimal{35, 1}));
  EXPECT_EQ(typed("hours", "3.5"), Value(Decimal{35, 1}));
  EXPECT_EQ(typed("hours", "-4"), Value(Decimal{-40, 1}));
  EXPECT_TRUE(typed("amount", "  ").empty());
  for (const char* text :
       {"2 5", "25 00", "2500 000", "1,5", "1e3", "+", "-", "12 ",
        "9999999999999999999", "0x10", "1 000.", "１２"}) {
    if (std::string_view(text) != "12 ") {
      EXPECT_NE(refused("amount", text), "accepted") << text;
    }
  }
  EXPECT_NE(refused("hours", "3.55"), "accepted");
  EXPECT_NE(refused("hours", "999999999999999999"), "accepted");
}

TEST_F(Input, ReadsDatesAndTimesOfBothLanguages) {
  const Date day = *date_from_text("2026-05-12");
  EXPECT_EQ(typed("from", "2026-05-12"), Value(day));
  EXPECT_EQ(typed("from", "12/05/2026"), Value(day));
  EXPECT_EQ(typed("from", "2/5/2026"), Value(*date_from_text("2026-05-02")));
  const Value at(*instant_from_text("2026-05-12T06:10:00Z"));
  for (const char* text :
       {"2026-05-12T06:10:00Z", "2026-05-12 06:10", "12/05/2026 6h10",
        "2026-05-12T06:10", "12/05/2026 06:10:00"}) {
    EXPECT_EQ(typed("at", text), at) << text;
  }
  EXPECT_EQ(typed("at", "12/05/2026"),
            Value(*instant_from_text("2026-05-12T00:00:00Z")));
  for (const char* text : {"31/02/2026", "2026-13-01", "12/05/26", "05/2026",
                           "1/2/3/4", "hier", "2026-05-12T06:10:00Z"}) {
    EXPECT_NE(refused("from", text), "accepted") << text;
  }
  for (const char* text : {"2026-05-12 25:00", "2026-05-12 6", "06:10"}) {
    EXPECT_NE(refused("at", text), "accepted") << text;
  }
}

TEST_F(Input, ReadsYesAndNoCodesRecordsAndText) {
  for (const char* yes : {"true", "oui", "Oui", "vrai", "yes"}) {
    EXPECT_EQ(typed("danger", yes), Value(true));
  }
  for (const char* no : {"false", "non", "faux", "no"}) {
    EXPECT_EQ(typed("danger", no), Value(false));
  }
  EXPECT_NE(refused("danger", "1"), "accepted");
  EXPECT_EQ(typed("mode", "named"), Value(Code{"named"}));
  EXPECT_NE(refused("mode", "Named"), "accepted");
  EXPECT_EQ(typed("category", "EXT"), Value(Code{"EXT"}));
  EXPECT_NE(refused("category", "XXX"), "accepted");
  EXPECT_EQ(typed("session", "00112233445566778899AABBCCDDEEFF"),
            Value(*RecordId::from_bytes(
                *from_hex("00112233445566778899aabbccddeeff"))));
  EXPECT_NE(refused("session", "0011"), "accepted");
  EXPECT_NE(refused("hash", "0011"), "accepted");
  EXPECT_EQ(typed("summary", "e\xCC\x81t\xC3\xA9\n"),
            Value(std::string("été")));
  EXPECT_EQ(typed("story", "a\r\nb\n"), Value(std::string("a\nb\n")));
  EXPECT_NE(refused("story", "\x1b[2J"), "accepted");
  EXPECT_NE(refused("people", "x"), "accepted");
  EXPECT_NE(refused("file", "x"), "accepted");
}

TEST_F(Input, WritesBackWhatItReads) {
  const std::vector<std::pair<const char*, const char*>> pairs = {
      {"amount", "25000"},
      {"hours", "3.5"},
      {"from", "2026-05-12"},
      {"mode", "anonymous"},
      {"danger", "true"},
      {"at", "2026-05-12T06:10:00Z"},
      {"session", "00112233445566778899aabbccddeeff"},
      {"summary", "Nɛnɛ, « été »"}};
  for (const auto& [field, text] : pairs) {
    EXPECT_EQ(text_of(*form_, spec(field), typed(field, text)), text);
  }
  EXPECT_EQ(text_of(*form_, spec("marks"),
                    Value(Row{{"minutes", Value(std::int64_t{90})},
                              {"status", Value(Code{"X"})}})),
            "status=X; minutes=90");
}

TEST_F(Input, RefusesValuesThatBreakTheFieldsBounds) {
  EXPECT_TRUE(faults("summary", Value(std::string("A barrier"))).empty());
  EXPECT_EQ(faults("summary", Value(std::string("abcd"))).size(), 1U);
  EXPECT_EQ(faults("summary", Value(std::string(21, 'x'))).size(), 1U);
  EXPECT_TRUE(
      faults("summary", Value(std::string("é") + std::string(19, 'x'))).empty())
      << "characters, not bytes";
  EXPECT_EQ(faults("summary", Value(std::string("two\nlines"))).size(), 1U);
  EXPECT_EQ(faults("story", Value(std::string(limits::text_chars_max + 1, 'x')))
                .size(),
            1U);
  EXPECT_EQ(faults("story", Value(std::string("\x07"))).size(), 1U);
  EXPECT_EQ(faults("plate", Value(std::string("BA 12345"))).size(), 1U);
  EXPECT_TRUE(faults("plate", Value(std::string("BA 1234"))).empty());
  EXPECT_EQ(faults("amount", Value(std::int64_t{-1})).size(), 1U);
  EXPECT_EQ(faults("amount", Value(std::int64_t{1000001})).size(), 1U);
  EXPECT_EQ(faults("hours", Value(Decimal{4, 1})).size(), 1U);
  EXPECT_EQ(faults("hours", Value(Decimal{350, 2})).size(), 1U)
      << "the form fixes the scale";
  EXPECT_EQ(faults("amount", Value(std::string("5"))).size(), 1U);
  EXPECT_EQ(faults("amount", Value(Erased{})).size(), 1U);
  EXPECT_TRUE(faults("amount", Value()).empty());
}

TEST_F(Input, RefusesCodesThatAreUnknownOrNoLongerOffered) {
  EXPECT_TRUE(faults("category", Value(Code{"EXT"})).empty());
  EXPECT_EQ(faults("category", Value(Code{"XXX"})).size(), 1U);
  EXPECT_EQ(faults("category", Value(Code{"OLD"})).size(), 1U);
  EXPECT_EQ(faults("mode", Value(Code{"secret"})).size(), 1U);
  const Date early = *date_from_text("2024-01-01");
  const Date late = *date_from_text("2026-07-01");
  EXPECT_TRUE(faults("category", Value(Code{"OLD"}), early).empty());
  EXPECT_EQ(faults("category", Value(Code{"OLD"}), late).size(), 1U);
  EXPECT_EQ(faults("category", Value(Code{"NEW"}), early).size(), 1U);
  EXPECT_TRUE(faults("category", Value(Code{"NEW"}), late).empty());
}

TEST_F(Input, NamesNewRowsByTheFormsRule) {
  EXPECT_TRUE(row_key_from_text(spec("marks"), "0512/AM", tables_));
  EXPECT_FALSE(row_key_from_text(spec("marks"), "0512", tables_));
  EXPECT_TRUE(row_key_from_text(spec("posts"), "EXT", tables_));
  EXPECT_FALSE(row_key_from_text(spec("posts"), "XXX", tables_));
  EXPECT_FALSE(row_key_from_text(spec("posts"), "OLD", tables_));
  EXPECT_TRUE(row_key_from_text(spec("people"), "0123456789abcdef", tables_));
  EXPECT_FALSE(row_key_from_text(spec("people"), "../../etc", tables_));
  EXPECT_FALSE(row_key_from_text(spec("people"), "", tables_));
  EXPECT_FALSE(row_key_from_text(
      spec("marks"), std::string(limits::row_key_bytes_max + 1, '1'), tables_));
}

TEST_F(Input, AsksForEverythingRequiredAtSubmit) {
  before_.row("people", {{"kind", Value(std::string("driver"))}}, "a1");
  const auto found = check({write("mode", "named")}, Moment::submit);

  EXPECT_EQ(
      ids(found.refusals),
      (std::vector<std::string>{"summary: is required", "name: is required",
                                "decision: is required"}));
}

TEST_F(Input, AsksAtTheRootChangeForTheRootPartAlone) {
  const auto found = check({write("mode", "named")}, Moment::root);

  EXPECT_EQ(
      ids(found.refusals),
      (std::vector<std::string>{"summary: is required", "name: is required"}));
}

TEST_F(Input, AsksLaterOnlyForWhatTheChangeTouches) {
  EXPECT_TRUE(check({write("amount", "5")}).refusals.empty());
  before_.set("summary", "Something").set("mode", Value(Code{"anonymous"}));
  EXPECT_EQ(ids(check({write("summary", "")}).refusals),
            (std::vector<std::string>{"summary: is required"}));
  const auto found = check({write("mode", "named")});
  EXPECT_TRUE(found.refusals.empty());
  EXPECT_EQ(ids(found.warnings),
            (std::vector<std::string>{"name: is required"}));
}

TEST_F(Input, RefusesAValueWhereTheFieldDoesNotApply) {
  const auto found =
      check({write("mode", "anonymous"), write("name", "Makan Sissoko")});

  EXPECT_EQ(ids(found.refusals),
            (std::vector<std::string>{"name: does not apply here"}));
}

TEST_F(Input, LeavesToHeadquartersWhatTheAuthorMayNotRead) {
  EXPECT_EQ(check({write("decision", "go on")}).refusals.size(), 1U);
  EXPECT_TRUE(check({write("decision", "go on")}, Moment::edit, {"main"})
                  .refusals.empty());
}

TEST_F(Input, TellsWarningsFromRefusalsAndSaysThemInBothLanguages) {
  const auto paid = check({write("amount", "5"), write("paid", "6")});
  EXPECT_TRUE(paid.refusals.empty());
  ASSERT_EQ(paid.warnings.size(), 1U);
  EXPECT_EQ(
      paid.warnings[0].arguments,
      (std::vector<std::string>{"paid", "Trop versé.\x1FToo much paid."}));

  before_.set("to", Value(*date_from_text("2026-05-01")));
  const auto dates = check({write("from", "2026-05-02")});
  EXPECT_EQ(ids(dates.refusals), (std::vector<std::string>{"to: {1}"}));
  EXPECT_EQ(check({write("danger", "oui"), write("mode", "anonymous")})
                .refusals.at(0)
                .arguments.at(0),
            "report");
}

TEST_F(Input, JudgesANewRowWholeAndAnOldOneWhereItIsTouched) {
  const auto add =
      on_row(proto::ACT_KIND_ADD_ROW, "people", "00000000000000aa");
  EXPECT_EQ(
      ids(check({add}).refusals),
      (std::vector<std::string>{"people[00000000000000aa].kind: is required"}));
  const auto kind = on_row(proto::ACT_KIND_WRITE, "people", "00000000000000aa",
                           "kind", Value(std::string("agent")));
  EXPECT_EQ(ids(check({add, kind}).refusals),
            (std::vector<std::string>{
                "people[00000000000000aa].matricule: is required"}));
  const auto matricule =
      on_row(proto::ACT_KIND_WRITE, "people", "00000000000000aa", "matricule",
             Value(std::string("924-31.C")));
  EXPECT_TRUE(check({add, kind, matricule}).refusals.empty());
  const auto passer =
      on_row(proto::ACT_KIND_WRITE, "people", "00000000000000aa", "kind",
             Value(std::string("passer-by")));
  EXPECT_EQ(ids(check({add, passer, matricule}).refusals),
            (std::vector<std::string>{
                "people[00000000000000aa].matricule: does not apply here"}));
}

TEST_F(Input, JudgesUnitsAndEntriesColumnByColumn) {
  const auto mark = [](Row row) {
    return std::vector<Act>{
        on_row(proto::ACT_KIND_ADD_ROW, "marks", "0512/AM"),
        on_row(proto::ACT_KIND_WRITE, "marks", "0512/AM", "", Value(row))};
  };
  EXPECT_TRUE(check(mark({{"status", Value(Code{"P"})}})).refusals.empty());
  EXPECT_EQ(ids(check(mark({{"status", Value(Code{"X"})}})).refusals),
            (std::vector<std::string>{"marks[0512/AM].minutes: is required"}));
  EXPECT_EQ(ids(check(mark({{"status", Value(Code{"Q"})},
                            {"minutes", Value(std::int64_t{601})},
                            {"other", Value(true)}}))
                    .refusals)
                .size(),
            3U);
  const auto append = [](Row row) {
    return std::vector<Act>{
        on_row(proto::ACT_KIND_APPEND, "log", "", "", Value(row))};
  };
  EXPECT_TRUE(
      check(append({{"text", Value(std::string("seen"))}})).refusals.empty());
  EXPECT_EQ(ids(check(append({})).refusals),
            (std::vector<std::string>{"log[+].text: is required"}));
  EXPECT_EQ(
      check(append({{"text", Value(std::string(11, 'x'))}})).refusals.size(),
      1U);
}

TEST_F(Input, CountsRows) {
  const auto add = [](const char* row) {
    return on_row(proto::ACT_KIND_ADD_ROW, "posts", row);
  };
  EXPECT_TRUE(check({add("EXT")}).refusals.empty());
  before_.row("posts", {}, "OLD");
  EXPECT_EQ(ids(check({add("EXT")}).refusals),
            (std::vector<std::string>{
                "posts: {2} rows where at most {1} may stand"}));
  before_.row("people", {}, "00000000000000aa");
  auto annul = on_row(proto::ACT_KIND_ANNUL_ROW, "people", "00000000000000aa");
  EXPECT_EQ(check({annul}).refusals.size(), 2U) << "no reason, no row left";
}

TEST_F(Input, RefusesPlacesThatTheFormDoesNotHave) {
  for (const Act& act :
       {on_row(proto::ACT_KIND_WRITE, "nothing", "", "", Value(true)),
        on_row(proto::ACT_KIND_WRITE, "summary", "x", "", Value(true)),
        on_row(proto::ACT_KIND_WRITE, "people", "00000000000000aa", "x"),
        on_row(proto::ACT_KIND_WRITE, "log", "", "", Value(Row{})),
        on_row(proto::ACT_KIND_WRITE, "posts", "EXT", "", Value(true)),
        on_row(proto::ACT_KIND_ADD_ROW, "summary", "x"),
        on_row(proto::ACT_KIND_APPEND, "people", "", "", Value(Row{}))}) {
    const auto found = check({act});
    ASSERT_FALSE(found.refusals.empty());
    EXPECT_EQ(found.refusals[0].id.substr(5, 21), "the form has no such ");
  }
}

TEST_F(Input, NamesWhatAStepStillNeeds) {
  proto::Transition step;
  step.add_needs("summary");
  step.add_needs("people");
  before_.set("summary", "x");

  EXPECT_EQ(missing_for(step, before_), (std::vector<std::string>{"people"}));
}

}  // namespace
}  // namespace relais::sync
