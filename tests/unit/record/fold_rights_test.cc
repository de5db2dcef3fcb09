#include <gtest/gtest.h>

#include "tests/support/part_story.h"

namespace relais {
namespace {

using test::PartStory;
using test::text;
using test::write;

// The author of a case; the evaluated officer and those above him; trainers
// listed in a table; the investigator in charge.
constexpr const char* form_file = R"(
  id: "case" version: 1
  part { id: "main" } part { id: "self" }
  root_part: "main" lifecycle_part: "main"
  resolver: "H"
  role { id: "A" side: SIDE_POST } role { id: "H" side: SIDE_HEADQUARTERS }
  role { id: "AUTHOR" } role { id: "EV" } role { id: "N1" } role { id: "TR" }
  relation { role: "AUTHOR" source { root_author: true } }
  relation { role: "EV" source { field: "officer" }
             source { field: "officer" table: "officer" match: "code"
                      value: "code" } }
  relation { role: "N1" source { field: "above" }
             source { field: "officer" table: "hierarchy" match: "officer"
                      value: "n1" } }
  relation { role: "TR" source { field: "trainers" column: "person" }
             source { field: "trainers" } }
  field { id: "officer" type: TYPE_CODE policy: POLICY_LWW
          write: "A" write: "EV" }
  field { id: "above" type: TYPE_CODE policy: POLICY_LWW write: "A" }
  field { id: "note" type: TYPE_LINE policy: POLICY_LWW
          write: "A" write: "H" write: "AUTHOR" write: "EV" write: "N1"
          write: "TR" }
  field { id: "own" part: "self" type: TYPE_LINE policy: POLICY_OWN
          write: "EV" write: "N1" }
  field { id: "trainers" type: TYPE_TABLE policy: POLICY_ADD write: "A"
          column { id: "person" type: TYPE_CODE policy: POLICY_LWW } }
  lifecycle { initial: "open" state { id: "open" kind: STATE_KIND_OPEN } }
)";

constexpr const char* hierarchy = "code,officer,n1\r\n1,b,c\r\n2,c,h\r\n";

class Rights : public ::testing::Test {
 protected:
  Rights() : story_(form_file) {
    story_.published.add_table("hierarchy", hierarchy);
    story_.tell("a", {write("officer", sync::Value(sync::Code{"b"}))});
  }

  /// What becomes of a note by this person in this role.
  std::string note(const std::string& person, const std::string& role) {
    story_.tell("a", {write("note", text("n"))});
    story_.history.changes.back().author = person;
    story_.history.changes.back().role = role;
    const std::string verdict = story_.verdict();
    story_.history.changes.pop_back();
    return verdict;
  }

  PartStory story_;
};

TEST_F(Rights, ComeFromAPosition) {
  EXPECT_EQ(note("a", "A"), "");
  EXPECT_EQ(note("b", "A"), "rights");
  EXPECT_EQ(note("nobody", "A"), "rights");
  EXPECT_EQ(note("", "A"), "rights");
}

TEST_F(Rights, AtHeadquartersComeFromTheListOfUsers) {
  EXPECT_EQ(note("u1", "H"), "rights");

  story_.published.add_table("headquarters_user", "code,role\r\nu1,H\r\n");
  EXPECT_EQ(note("u1", "H"), "");
  EXPECT_EQ(note("u1", "A"), "rights");
}

TEST_F(Rights, MayBeSeveralOfOneUserAndEndWithHisRow) {
  story_.published.add_table("headquarters_user",
                             "code,role,valid_to\r\nu1,X H,\r\n"
                             "u2,H,2026-01-01\r\n");
  EXPECT_EQ(note("u1", "H"), "");
  EXPECT_EQ(note("u2", "H"), "rights");
}

TEST_F(Rights, OfThePostsAccountAndTheShellAreOneRoleEach) {
  EXPECT_EQ(note("shell", "H"), "");
  EXPECT_EQ(note("shell", "A"), "rights");
  EXPECT_EQ(note("service", "field_officer"), "role");  // this form has none
  EXPECT_EQ(note("service", "A"), "rights");
}

TEST_F(Rights, TiedToARelationNeedMoreThanAPosition) {
  story_.published.add_table("position_role",
                             "code,position,role\r\n1,of-a,A\r\n"
                             "2,of-k,N1\r\n");
  EXPECT_EQ(note("k", "N1"), "rights");

  story_.tell("a", {write("above", sync::Value(sync::Code{"k"}))});
  EXPECT_EQ(note("k", "N1"), "");
}

TEST_F(Rights, OfHeadquartersItselfAreAllOfItsSideAndNoOther) {
  EXPECT_EQ(note("headquarters", "H"), "");
  EXPECT_EQ(note("headquarters", "A"), "rights");
}

TEST_F(Rights, OfTheAuthorAreHisWhoWroteTheRoot) {
  EXPECT_EQ(note("a", "AUTHOR"), "");
  EXPECT_EQ(note("b", "AUTHOR"), "rights");
}

TEST_F(Rights, FollowWhatStandsInTheRecord) {
  EXPECT_EQ(note("b", "EV"), "");
  EXPECT_EQ(note("c", "EV"), "rights");

  story_.tell("a", {write("officer", sync::Value(sync::Code{"c"}))});
  EXPECT_EQ(note("c", "EV"), "");
  EXPECT_EQ(note("b", "EV"), "rights");
}

TEST_F(Rights, SeeTheChangesOwnWrites) {
  story_.tell("k", {write("officer", sync::Value(sync::Code{"k"})),
                    write("note", text("mine now"))});
  story_.history.changes.back().role = "EV";

  EXPECT_EQ(story_.verdict(), "");
}

TEST_F(Rights, ComeFromTheFirstSourceThatNamesAnybody) {
  EXPECT_EQ(note("c", "N1"), "");
  EXPECT_EQ(note("h", "N1"), "rights");

  story_.tell("a", {write("above", sync::Value(sync::Code{"k"}))});
  EXPECT_EQ(note("k", "N1"), "");
  EXPECT_EQ(note("c", "N1"), "rights");
}

TEST_F(Rights, OfRowsFollowAColumnOrElseTheirKeys) {
  EXPECT_EQ(note("j", "TR"), "rights");
  story_.tell("a", {test::add_row("trainers", "j")});
  EXPECT_EQ(note("j", "TR"), "");

  story_.tell(
      "a", {write({"trainers", "j", "person"}, sync::Value(sync::Code{"k"}))});
  EXPECT_EQ(note("k", "TR"), "");
  EXPECT_EQ(note("j", "TR"), "rights");
}

TEST_F(Rights, OutsideTheRootPartAreJudgedByTheTablesAlone) {
  PartStory self(form_file, "self");
  self.published.add_table("hierarchy", hierarchy);
  const auto verdict = [&](const std::string& person, const char* role) {
    self.tell("a", {write("own", text("n"))});
    self.history.changes.back().author = person;
    self.history.changes.back().role = role;
    const std::string why = self.verdict();
    self.history.changes.pop_back();
    return why;
  };

  EXPECT_EQ(verdict("b", "EV"), "");  // any officer may be evaluated
  EXPECT_EQ(verdict("nobody", "EV"), "rights");
  EXPECT_EQ(verdict("c", "N1"), "");  // somebody's superior
  EXPECT_EQ(verdict("b", "N1"), "rights");
}

TEST_F(Rights, OfAFoldedRecordAreAskedOfItsFacts) {
  const sync::PartState state = story_.folded();
  const auto form = story_.published.form("case", 1);
  const auto tables = story_.published.tables(1);

  EXPECT_EQ(related(*form, *tables, "N1", "a", sync::PartFacts(state)),
            std::vector<std::string>{"c"});
  EXPECT_EQ(related(*form, *tables, "AUTHOR", "a", sync::PartFacts(state)),
            std::vector<std::string>{"a"});
  EXPECT_TRUE(
      related(*form, *tables, "H", "a", sync::PartFacts(state)).empty());
}

TEST_F(Rights, AreTheSameInPlaceAsInTheFullFold) {
  sync::PartState state = story_.folded();
  for (const char* role : {"EV", "N1", "AUTHOR", "TR", "A"}) {
    sync::Change& change = story_.tell("b", {write("note", text("n"))});
    change.role = role;
    ASSERT_TRUE(apply_in_place(state, change, std::nullopt, story_.published));
    EXPECT_EQ(state, story_.folded()) << role;
  }
}

}  // namespace
}  // namespace relais
