#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/command/caller.h"

namespace relais::sync {
namespace {

using test::Asked;
using test::chief_of_dib;
using test::Field;
using test::Node;
using test::officer_of_dib;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class VerbsOfAPost : public testing::Test {
 protected:
  Asked asks(const std::string& verb,
             const std::vector<std::string>& arguments = {},
             const Asked::Options& options = {},
             std::vector<std::string> lines = {}) {
    return Asked(dib, chief_of_dib, verb, arguments, options, std::move(lines));
  }
  std::string evaluated(Node& machine, const std::string& rating) {
    const auto id = machine.create(
        "evaluation", {"cycle_id=2026", "officer_id=924-31.C"}, chief_of_dib);
    EXPECT_TRUE(
        machine.edit(to_hex(id), {"n1_rating=" + rating}, chief_of_dib));
    return to_hex(id);
  }

  Field field;
  Node& dib = field.machine("DIB");
};

constexpr const char* good_line =
    R"({"officer_id": "0112-447.T", "deed_on": "2026-05-12"})";

TEST_F(VerbsOfAPost, ImportTakesEachGoodLineOnceAndGivesBackTheOthers) {
  const std::vector<std::string> lines = {good_line, "no JSON",
                                          R"({"nowhere": 1})", "cut..."};
  const Asked::Options file = {{"file", "mai.jsonl"}, {"submit", "true"}};
  const Asked first = asks("import", {"commendation"}, file, lines);
  EXPECT_EQ(first.end.exit_code(), 1U);
  EXPECT_THAT(first.refused_lines, ElementsAre(2, 3, 4));
  EXPECT_EQ(first.rows.back()["saved"], 1);
  EXPECT_THAT(first.said, HasSubstr("1 saved, already there: 0, refused: 3"));

  const Asked again = asks("import", {"commendation"}, file, {good_line});
  EXPECT_EQ(again.end.exit_code(), 0U) << again.said;
  EXPECT_EQ(again.rows.back()["already"], 1);
  EXPECT_THAT(again.notes, SizeIs(1));
  EXPECT_THAT(asks("list", {"commendation"}).rows, SizeIs(1));
}

TEST_F(VerbsOfAPost, ImportOfATableReadsItsFirstLineAsNames) {
  const Asked::Options csv = {{"kind", "csv"}, {"file", "mai.csv"}};
  const Asked done = asks(
      "import", {"incident"}, csv,
      {"summary,place_post", "Vu au pont,DIB", "one,two\nthree,4", "\"open"});
  EXPECT_THAT(done.refused_lines, ElementsAre(3, 4));
  EXPECT_EQ(done.rows.back()["drafts"], 1);
  EXPECT_THAT(done.notes, SizeIs(1)) << "drafts, on this machine only";
  EXPECT_THAT(done.said, HasSubstr("Drafts: 1, already there: 0, refused: 2"));
  EXPECT_EQ(asks("import", {"incident"}, csv, {"\"open"}).end.exit_code(), 1U);
}

TEST_F(VerbsOfAPost, FormsNamesEveryFieldOfAFormForMachinesAndForPeople) {
  const auto all = asks("forms").rows;
  EXPECT_GE(all.size(), 8U);
  const auto fields = asks("forms", {"attendance"}).rows;
  const auto words = asks("forms", {"attendance"}, {{"format", "table"}}).rows;
  ASSERT_EQ(fields.size(), words.size());
  std::map<std::string, std::size_t> at;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    at[fields[i]["address"]] = i;
  }
  ASSERT_TRUE(at.contains("marks[].status"));
  const auto& status = fields[at["marks[].status"]];
  EXPECT_EQ(status["type"], "code");
  EXPECT_EQ(status["choices"][0]["code"], "P");
  EXPECT_EQ(words[at["marks[].status"]]["values"], "P, R, X, E, A");
  EXPECT_EQ(words[at["marks[].minutes"]]["required"], "if status = 'X'");
  EXPECT_EQ(words[at["session_id"]]["required"], "yes");
  EXPECT_EQ(fields[at["session_id"]]["policy"], "imm");
}

TEST_F(VerbsOfAPost, ReferenceNamesTheTablesAndTheirRows) {
  EXPECT_FALSE(asks("reference").rows.empty());
  const auto rows = asks("reference", {"post"}).rows;
  ASSERT_FALSE(rows.empty());
  EXPECT_TRUE(rows.front().contains("code"));
  EXPECT_EQ(asks("reference", {"nothing"}).end.exit_code(), 3U);
}

TEST_F(VerbsOfAPost, ListTakesAConditionOnWhatAFormHasAndNothingElse) {
  evaluated(dib, "4");
  const auto where = [&](const std::string& text,
                         const std::vector<std::string>& form) {
    return asks("list", form, {{"where", text}});
  };
  EXPECT_THAT(where("n1_rating = '4'", {"evaluation"}).rows, SizeIs(1));
  EXPECT_THAT(where("n1_rating = '3'", {"evaluation"}).rows, IsEmpty());
  EXPECT_THAT(where("state = 'draft' or n1_rating = '4'", {}).rows, SizeIs(1));
  const Asked counted = where("count(objective_results) = 0", {"evaluation"});
  EXPECT_EQ(counted.end.exit_code(), 0U) << counted.said;
  EXPECT_THAT(where("nowhere = 1", {"evaluation"}).said,
              HasSubstr("evaluation has no field nowhere"));
  EXPECT_THAT(where("nowhere = 1", {}).said, HasSubstr("no form has a field"));
  EXPECT_EQ(where("((", {}).end.exit_code(), 2U);
  EXPECT_EQ(asks("list", {}, {{"limit", "some"}}).end.exit_code(), 2U);
  EXPECT_EQ(asks("list", {}, {{"sort", "colour"}}).end.exit_code(), 2U);
  EXPECT_THAT(asks("list", {}, {{"sort", "reference"}, {"limit", "5"}}).rows,
              SizeIs(1));
}

TEST_F(VerbsOfAPost, ShowTellsTheHistoryWhereAsked) {
  const auto id = evaluated(dib, "4");
  const Asked plain = asks("show", {id}, {{"history", "true"}});
  EXPECT_EQ(plain.rows.front()["history"].size(), 2U);
  const Asked words =
      asks("show", {id},
           {{"history", "true"}, {"format", "table"}, {"columns", "100"}});
  EXPECT_THAT(words.text, HasSubstr("History\n"));
  EXPECT_THAT(words.text, HasSubstr("by the machine's clock"));
}

TEST_F(VerbsOfAPost, ConflictsTellsWhatIsOpenThenWhatWasDecided) {
  Node& second = field.machine("DIB");
  const auto id = evaluated(dib, "4");
  ASSERT_EQ(evaluated(second, "3"), id);
  for (Node* machine : {&dib, &second, &dib}) field.sync(*machine);

  const Asked open = asks("conflicts");
  ASSERT_THAT(open.rows, SizeIs(1));
  EXPECT_THAT(open.rows[0]["said"][0], HasSubstr("headquarters will decide"));
  EXPECT_THAT(asks("conflicts", {}, {{"format", "table"}}).text,
              HasSubstr("Data conflict on"));

  const Actor shell{"shell", "shell", proto::SIDE_HEADQUARTERS};
  auto& there = field.headquarters().replica();
  const std::string name = open.rows[0]["conflicts"][0]["id"];
  ASSERT_TRUE(Editor(there).decide(*ConflictId::from_bytes(*from_hex(name)),
                                   Value(Code{"4"}), "vu", shell));
  field.sync(dib);
  EXPECT_THAT(asks("conflicts").rows[0]["said"][0], HasSubstr("is kept: vu"));
  EXPECT_THAT(asks("conflicts", {}, {{"format", "table"}}).text,
              HasSubstr("Reason: vu"));

  ASSERT_TRUE(Editor(there).undo(name, "relu", shell));
  field.sync(dib);
  const Asked undone = asks("show", {id});
  ASSERT_THAT(undone.rows[0]["decisions"], SizeIs(1));
  EXPECT_EQ(undone.rows[0]["decisions"][0]["undone"], true);
}

TEST_F(VerbsOfAPost, ExportGivesARowARecordWithTablesInTheirCell) {
  const auto id = evaluated(dib, "4");
  const auto csv = asks("export", {"evaluation"}, {{"format", "csv"}}).rows;
  ASSERT_THAT(csv, SizeIs(1));
  EXPECT_EQ(csv[0]["record"], id);
  EXPECT_EQ(csv[0]["n1_rating"], "4");
  EXPECT_EQ(csv[0]["n2_rating"], "");
  EXPECT_EQ(asks("export", {"evaluation"}).rows[0]["fields"]["n1_rating"], "4");
}

TEST_F(VerbsOfAPost, ToPeopleWhatLacksHasItsLabel) {
  const std::string id = asks("new", {"incident"}).rows.front()["record"];
  EXPECT_THAT(asks("submit", {id}, {{"format", "table"}}).said,
              HasSubstr("Channel (report_channel): is required"));
  EXPECT_THAT(asks("submit", {id}).said,
              testing::StartsWith("report_channel: is required"));
}

TEST_F(VerbsOfAPost, WhatIsNotThereIsSaidByName) {
  EXPECT_THAT(asks("fly").said, HasSubstr("There is no command fly here"));
  EXPECT_THAT(asks("list", {"kite"}).said,
              HasSubstr("There is no form kite; there are attendance,"));
  EXPECT_THAT(asks("sealing", {"evaluation"}).said, HasSubstr("never sealed"));
  Field other;
  Node bare(other.folder / "bare");
  EXPECT_THAT(Asked(bare, "service", "list", {"incident"}).said,
              HasSubstr("There is no form here yet"));
}

}  // namespace
}  // namespace relais::sync
