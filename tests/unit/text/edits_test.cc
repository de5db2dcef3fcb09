#include "sync/text/edits.h"

#include <gtest/gtest.h>

#include "tests/support/published.h"

namespace relais::sync {
namespace {

const Form& incident() {
  static const auto form = test::published_form("incident");
  return *form;
}

const Form& attendance() {
  static const auto form = test::published_form("attendance");
  return *form;
}

const Tables& tables() {
  static const Tables all = test::published_tables();
  return all;
}

/// "address=value" of each edit, "+N" for a new row.
std::vector<std::string> told(const Result<std::vector<Edit>>& edits) {
  std::vector<std::string> lines;
  if (!edits) return {"refused: " + edits.error().what.id};
  for (const Edit& edit : *edits) {
    std::string line = edit.address.field;
    if (edit.new_row > 0) line += "+" + std::to_string(edit.new_row);
    if (!edit.address.row.empty()) line += "[" + edit.address.row + "]";
    if (!edit.address.column.empty()) line += "." + edit.address.column;
    if (!edit.value.empty()) line += "=" + plain_text(edit.value);
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

Lines set(const std::vector<std::string>& settings,
          const Form& form = incident()) {
  return told(edits_from_set(form, tables(), settings));
}

Lines json(std::string_view text, const Form& form = incident()) {
  return told(edits_from_json(form, tables(), text));
}

TEST(EditsFromSet, ReadValuesByTheFormsTypes) {
  EXPECT_EQ(set({"category_primary=EXT", "amount_demanded=25 000",
                 "summary=a = b", "ongoing=oui"}),
            (Lines{"category_primary=EXT", "amount_demanded=25000",
                   "summary=a = b", "ongoing=true"}));
}

TEST(EditsFromSet, ClearWithNothingAfterTheEqualsSign) {
  EXPECT_EQ(set({"summary="}), (Lines{"summary"}));
}

TEST(EditsFromSet, PutOneNewRowTogetherAndBeginTheNextAtARepeatedColumn) {
  EXPECT_EQ(set({"subjects[+].kind=auxiliaire", "subjects[+].description=grand",
                 "subjects[+].kind=inconnu", "witnesses[+].name=A",
                 "subjects[+].description=petit"}),
            (Lines{"subjects+1.kind=auxiliaire", "subjects+1.description=grand",
                   "subjects+2.kind=inconnu", "witnesses+3.name=A",
                   "subjects+4.description=petit"}));
}

TEST(EditsFromSet, TakeCodesOfAMultipleChoiceInEachWay) {
  EXPECT_EQ(set({"category_other=EXT, BRB", "category_other[+]=EXT",
                 "category_other[BRB]"}),
            (Lines{"category_other[EXT]", "category_other[BRB]",
                   "category_other[EXT]", "category_other[BRB]"}));
}

TEST(EditsFromSet, NameRowsOfAUnitTableByTheirKey) {
  EXPECT_EQ(
      set({"marks[2026-05-12/AM].status=X", "marks[2026-05-12/AM].minutes=90"},
          attendance()),
      (Lines{"marks[2026-05-12/AM].status=X",
             "marks[2026-05-12/AM].minutes=90"}));
}

TEST(EditsFromSet, TellEveryFaultAtOnce) {
  const auto edits = edits_from_set(
      incident(), tables(),
      {"nothing=1", "amount_demanded=beaucoup", "summary", "subjects=x",
       "summary[a]=x", "narrative[a].text=x", "subjects[a].nothing=1", "A B",
       "subjects[a]=", "category_other=", "ongoing=1 2 3"});

  ASSERT_FALSE(edits);
  EXPECT_EQ(edits.error().code, Errc::invalid);
  EXPECT_EQ(edits.error().more.size(), 10U);
  EXPECT_EQ(edits.error().what.arguments.front(), "nothing");
}

TEST(EditsFromSet, CallWhatIsNoSettingWrongUse) {
  for (const char* setting : {"summary", "A B=1", "subjects[=x", "=x"}) {
    const auto edits = edits_from_set(incident(), tables(), {setting});
    ASSERT_FALSE(edits) << setting;
    EXPECT_EQ(edits.error().code, Errc::usage) << setting;
  }
}

TEST(EditsFromSet, NameTheTableOfAWrongCell) {
  const auto edits =
      edits_from_set(incident(), tables(), {"subjects[+].kind=dragon"});

  ASSERT_FALSE(edits);
  EXPECT_EQ(edits.error().what.arguments.front(), "subjects[+].kind");
}

TEST(EditsFromSet, RefuseANewRowWhereRowsHaveNames) {
  EXPECT_EQ(set({"marks[+].status=P"}, attendance()).front(),
            "refused: The rows of {0} have names: write {0}[ROW], not {0}[+].");
}

TEST(EditsFromSet, LeaveAReferenceOfARecordToTheEditor) {
  EXPECT_EQ(set({"duplicate_of=INC-DIB-A-26-001"}),
            (Lines{"duplicate_of=INC-DIB-A-26-001"}));
}

TEST(EditsFromJson, TakeTheRecordOrItsFieldsAlone) {
  const Lines expected{"category_primary=EXT", "amount_demanded=25000",
                       "summary"};
  const std::string fields =
      R"({"category_primary": "EXT", "amount_demanded": 25000,
          "summary": null})";

  EXPECT_EQ(json(fields), expected);
  EXPECT_EQ(json(R"({"record": "00", "form": "incident", "state": "draft",
                     "fields": )" +
                 fields + "}"),
            expected);
}

TEST(EditsFromJson, MakeRowsWithoutANameNewAndKeepTheOthers) {
  EXPECT_EQ(
      json(R"({"subjects": [{"kind": "auxiliaire"},
                                  {"row": "00112233445566aa", "kind": null},
                                  {"kind": "inconnu"}, {}],
                     "category_other": ["EXT", "BRB"]})"),
      (Lines{"subjects+1.kind=auxiliaire", "subjects[00112233445566aa].kind",
             "subjects+2.kind=inconnu", "subjects+3", "category_other[EXT]",
             "category_other[BRB]"}));
}

TEST(EditsFromJson, MakeNamedRowsNewInARecordToCome) {
  auto edits = edits_from_json(incident(), tables(),
                               R"({"subjects": [{"kind": "inconnu"},
                                   {"row": "7", "kind": "auxiliaire",
                                    "description": "grand"}],
                                   "category_other": ["EXT"]})");
  ASSERT_TRUE(edits);
  make_rows_new(incident(), *edits);

  EXPECT_EQ(told(edits),
            (Lines{"subjects+1.kind=inconnu", "subjects+2.kind=auxiliaire",
                   "subjects+2.description=grand", "category_other[EXT]"}));
}

TEST(EditsFromJson, LeaveEntriesOfALogThatAreThere) {
  EXPECT_EQ(json(R"({"narrative": [{"row": "00.1", "text": "old"},
                                   {"text": "new"}]})"),
            (Lines{"narrative+1.text=new"}));
}

TEST(EditsFromJson, NameAnUnknownField) {
  const auto edits =
      edits_from_json(incident(), tables(), R"({"colour": "red", "x": 1})");

  ASSERT_FALSE(edits);
  EXPECT_EQ(edits.error().what.arguments.front(), "colour");
  EXPECT_EQ(edits.error().more.size(), 1U);
}

TEST(EditsFromJson, RefuseWhatHasAnotherShape) {
  for (const char* text :
       {"", "[]", "1", "{", R"({"summary": {}})", R"({"subjects": {}})",
        R"({"subjects": ["x"]})", R"({"subjects": null})",
        R"({"subjects": [{"row": 1}]})", R"({"category_other": "EXT"})",
        R"({"category_other": [1]})", R"({"form": "evaluation",
        "fields": {}})"}) {
    EXPECT_FALSE(edits_from_json(incident(), tables(), text)) << text;
  }
}

TEST(EditsFromJson, SurviveAThousandNestedBrackets) {
  EXPECT_FALSE(
      edits_from_json(incident(), tables(), std::string(100'000, '[')));
}

TEST(EditsFromCsv, ReadCellsUnderAddressesAndPassOverEmptyOnes) {
  const std::vector<std::string> header{"category_primary", "subjects[+].kind",
                                        "subjects[+].description",
                                        "subjects[+].kind", "summary"};

  EXPECT_EQ(told(edits_from_csv_line(incident(), tables(), header,
                                     {"EXT", "", "grand", "inconnu", "'=1+1"})),
            (Lines{"category_primary=EXT", "subjects+1.description=grand",
                   "subjects+2.kind=inconnu", "summary==1+1"}));
}

TEST(EditsFromCsv, TakeACorrectedFileOfRefusedLines) {
  EXPECT_EQ(
      told(edits_from_csv_line(incident(), tables(),
                               {"reject_line", "reject_reason", "summary"},
                               {"7", "too long", "short"})),
      (Lines{"summary=short"}));
}

TEST(EditsFromCsv, TakeACorrectedFileOfRefusedJson) {
  EXPECT_EQ(
      told(edits_from_csv_line(incident(), tables(),
                               {"reject_line", "reject_reason", "reject_line",
                                "reject_reason", "json"},
                               {"1", "?", "7", "!", R"({"summary":"a"})"})),
      (Lines{"summary=a"}));
}

TEST(EditsFromCsv, WantEachColumnOnceAndAsText) {
  EXPECT_TRUE(
      check_csv_header({"summary", "subjects[+].kind", "subjects[+].kind",
                        "reject_line", "reject_line", "", ""}));

  auto done = check_csv_header({"summary", "r\xE9sum\xE9", "summary"});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().what.arguments, (Lines{"2", "r\xE9sum\xE9"}));
  ASSERT_EQ(done.error().more.size(), 1U);
  EXPECT_EQ(done.error().more.front().arguments, (Lines{"summary"}));
}

TEST(EditsFromCsv, RefuseALineOfAnotherLengthThanItsHeader) {
  EXPECT_FALSE(
      edits_from_csv_line(incident(), tables(), {"summary"}, {"a", "b"}));
}

TEST(Annulment, NamesARowAndNeedsAReason) {
  const auto annul =
      annul_from_text(incident(), "subjects[00112233445566aa]", "doublon");

  ASSERT_TRUE(annul);
  EXPECT_EQ(annul->kind, Edit::Kind::annul_row);
  EXPECT_EQ(annul->address.row, "00112233445566aa");
  for (const char* address :
       {"summary", "subjects", "subjects[+]", "subjects[a].kind",
        "narrative[a]", "nothing[a]", "["}) {
    EXPECT_FALSE(annul_from_text(incident(), address, "x")) << address;
  }
  EXPECT_FALSE(annul_from_text(incident(), "subjects[a]", ""));
}

}  // namespace
}  // namespace relais::sync
