#include <gtest/gtest.h>

#include "tests/support/part_story.h"

// What no program of ours writes, and another may: it is kept, set aside, and
// the same everywhere.
namespace relais {
namespace {

using test::add_row;
using test::append;
using test::naming;
using test::PartStory;
using test::take;
using test::text;
using test::write;

constexpr const char* form_file = R"(
  id: "case" version: 1
  part { id: "main" } part { id: "side" }
  root_part: "main" lifecycle_part: "main"
  resolver: "H" accept: "H"
  role { id: "A" side: SIDE_POST } role { id: "B" side: SIDE_POST }
  role { id: "H" side: SIDE_HEADQUARTERS }
  field { id: "note" type: TYPE_LINE policy: POLICY_LWW write: "A" }
  field { id: "beside" part: "side" type: TYPE_LINE policy: POLICY_LWW
          write: "A" }
  field { id: "log" type: TYPE_TABLE policy: POLICY_LOG write: "A"
          column { id: "line" type: TYPE_LINE } }
  field { id: "rows" type: TYPE_TABLE policy: POLICY_ADD write: "A"
          column { id: "line" type: TYPE_LINE policy: POLICY_LWW } }
  lifecycle { initial: "open" head: "H"
    state { id: "open" kind: STATE_KIND_OPEN }
    state { id: "done" kind: STATE_KIND_OPEN }
    transition { id: "end" from: "open" to: "done" role: "A" } }
)";

class Shapes : public ::testing::Test {
 protected:
  Shapes() : story_(form_file) {
    story_.tell("a", {write("note", text("first"))});
  }
  std::string verdict(const std::vector<sync::Act>& acts,
                      const std::string& person = "a") {
    story_.tell(person, acts);
    const std::string verdict = story_.verdict();
    story_.history.changes.pop_back();
    return verdict;
  }
  sync::Dot first() const { return story_.history.changes.front().dot; }

  PartStory story_;
};

TEST_F(Shapes, OfNothingOrOfWhatANewerVersionWritesAreSetAside) {
  EXPECT_EQ(verdict({write("note", text("second"))}), "");
  EXPECT_EQ(verdict({}), "schema");
  EXPECT_EQ(verdict({sync::Act{}}), "schema");
  sync::Act newer = write("note", text("n"));
  newer.kind = static_cast<proto::ActKind>(99);
  EXPECT_EQ(verdict({newer}), "schema");
  EXPECT_EQ(verdict({write("nowhere", text("n"))}), "schema");
  EXPECT_EQ(verdict({write("beside", text("another part's"))}), "schema");
}

TEST_F(Shapes, OfControlStandAlone) {
  const auto accept = naming(proto::ACT_KIND_ACCEPT, first());
  EXPECT_EQ(verdict({accept, accept}, "h"), "schema");
  EXPECT_EQ(verdict({accept, write("note", text("n"))}, "h"), "schema");
  EXPECT_NE(verdict({accept}, "h"), "schema");
  EXPECT_EQ(verdict({accept}, "b"), "role");
}

TEST_F(Shapes, OfRowsAndEntriesFitTheirField) {
  EXPECT_EQ(verdict({add_row("rows", "r")}), "");
  EXPECT_EQ(verdict({add_row("rows", "")}), "schema");
  EXPECT_EQ(verdict({add_row("note", "r")}), "schema");
  EXPECT_EQ(verdict({append("log", {{"line", text("l")}})}), "");
  EXPECT_EQ(verdict({append("log", {{"nowhere", text("l")}})}), "schema");
  EXPECT_EQ(verdict({append("rows", {{"line", text("l")}})}), "schema");
}

TEST_F(Shapes, OfTheStateAreStepsAndDecisionsOnly) {
  EXPECT_EQ(verdict({take("end")}), "");
  EXPECT_EQ(verdict({write(std::string(sync::state_field), text("done"))}),
            "schema");
  sync::Act decide = write(std::string(sync::state_field), sync::Value());
  decide.kind = proto::ACT_KIND_DECIDE;
  decide.state = "nowhere";
  EXPECT_EQ(verdict({decide}, "h"), "schema");
  decide.state = "done";
  EXPECT_EQ(verdict({decide}, "h"), "no conflict");
  EXPECT_EQ(verdict({decide}, "b"), "role");
}

}  // namespace
}  // namespace relais
