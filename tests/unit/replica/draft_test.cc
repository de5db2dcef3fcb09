#include "sync/replica/draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/replica/editor.h"
#include "sync/text/edits.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::an_incident;
using test::chief_of_dib;
using test::Field;
using test::Node;
using test::officer_of_dib;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Actor officer{officer_of_dib, {}, proto::SIDE_POST};
const Actor chief{chief_of_dib, {}, proto::SIDE_POST};

/// One machine with one draft on it.
struct Desk {
  Field field;
  Node& machine = field.machine("DIB");
  std::string draft = to_hex(
      machine.create("incident", {"summary=Barrière fermée"}, officer_of_dib));

  Editor editor() { return Editor(machine.replica()); }
  Reader reader() { return Reader(machine.replica()); }
  Errc code_of_edit(const std::string& setting) {
    auto done = machine.edit(draft, {setting}, officer_of_dib);
    return done ? Errc::already : done.error().code;
  }
};

TEST(AbandonedDraft, IsErasedAndSaysWhyForEver) {
  Desk desk;
  const std::string reference =
      desk.machine.show(desk.draft, officer_of_dib).reference;

  ASSERT_TRUE(desk.editor().transition(desk.draft, "abandon", "Saisi deux fois",
                                       officer));
  desk.machine.restart();

  auto shown = desk.reader().show(reference, officer);
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().code, Errc::not_found);
  EXPECT_THAT(shown.error().what.arguments,
              ElementsAre(reference, officer_of_dib, "Saisi deux fois"));
  EXPECT_TRUE(drafts(desk.machine.replica()).value().empty());
  EXPECT_THAT(desk.machine.disk(), Not(HasSubstr("Saisi deux fois")));
  auto next = desk.editor().create("incident", {}, officer, false);
  ASSERT_TRUE(next);
  EXPECT_NE(next->reference, reference);
}

TEST(AbandonedDraft, TakesAReason) {
  Desk desk;

  auto done = desk.editor().transition(desk.draft, "abandon", " ", officer);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::invalid);
  EXPECT_TRUE(desk.reader().show(desk.draft, officer));
}

TEST(AbandonedDraft, TellsNothingToSomebodyElse) {
  Desk desk;
  EXPECT_FALSE(desk.editor().transition(desk.draft, "abandon", "x", chief));
  ASSERT_TRUE(desk.editor().transition(desk.draft, "abandon", "x", officer));

  auto shown = desk.reader().show(desk.draft, chief);

  ASSERT_FALSE(shown);
  EXPECT_THAT(shown.error().what.id, HasSubstr("There is no record"));
}

TEST(Draft, IsListedByItsTitleTheNewestFirst) {
  Desk desk;
  desk.machine.create("incident", {"summary=Sacs de riz"}, officer_of_dib);

  auto lines = desk.reader().list("incident", nullptr, 0, officer);

  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ(lines->front().title, "Sacs de riz");
  EXPECT_EQ(lines->back().title, "Barrière fermée");
}

TEST(OneCommand, HasItsLastWordOnAPlace) {
  Desk desk;
  const std::vector<std::string> twice = {
      "summary=Sacs de mil", "amount_demanded=5", "summary=Sacs de riz",
      "amount_demanded="};
  const auto made =
      to_hex(desk.machine.create("incident", twice, officer_of_dib));
  ASSERT_TRUE(desk.machine.edit(desk.draft, twice, officer_of_dib));

  for (const std::string& record : {made, desk.draft}) {
    const RecordView view = desk.machine.show(record, officer_of_dib);
    const RecordFacts facts(view.parts);
    EXPECT_EQ(plain_text(facts.value("summary")), "Sacs de riz");
    EXPECT_TRUE(facts.value("amount_demanded").empty());
    for (const PartState& part : view.parts) {
      EXPECT_TRUE(part.conflicts.empty()) << part.part;
    }
  }
}

TEST(Rows, AreNotMadeByNamingOne) {
  Desk desk;
  EXPECT_EQ(desk.code_of_edit("subjects[5].kind=inconnu"), Errc::not_found);
  ASSERT_TRUE(desk.machine.edit(desk.draft, {"subjects[+].kind=inconnu"},
                                officer_of_dib));
  EXPECT_EQ(desk.code_of_edit("subjects[5].kind=inconnu"), Errc::not_found);

  const RecordView view = desk.machine.show(desk.draft, officer_of_dib);
  std::vector<std::string> rows;
  for (const PartState& part : view.parts) {
    const auto subjects = part.field.find("subjects");
    if (subjects == part.field.end()) continue;
    for (const auto& [name, row] : subjects->second.row) rows.push_back(name);
  }
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(desk.code_of_edit("subjects[" + rows[0] + "].kind=auxiliaire"),
            Errc::already);
}

TEST(Rows, AreNotAnnulledWhereThereIsNone) {
  Desk desk;
  for (const bool draft : {true, false}) {
    const std::string record =
        draft ? desk.draft
              : to_hex(desk.machine.create("incident", an_incident(),
                                           officer_of_dib, true));
    auto annul = annul_from_text(*desk.reader().show(record, officer)->form,
                                 "subjects[5]", "doublon");
    ASSERT_TRUE(annul);

    auto done = desk.editor().edit(record, {*annul}, officer);

    ASSERT_FALSE(done) << record;
    EXPECT_EQ(done.error().code, Errc::not_found);
  }
}

}  // namespace
}  // namespace relais::sync
