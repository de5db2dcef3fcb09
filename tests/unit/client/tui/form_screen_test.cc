#include <gtest/gtest.h>

#include <algorithm>

#include "sync/replica/draft.h"
#include "sync/replica/typed.h"
#include "tests/unit/client/tui/real_link.h"

namespace relais::tui {
namespace {

using test::Field;
using test::Node;
using test::Officer;
using Name = Key::Name;

/// What the form of an incident demands, typed as an officer would.
void fill_in(Officer& officer) {
  officer.begin("incident");
  officer.enter();
  officer.type("agent");
  officer.enter();
  officer.type("12/05/2026");
  officer.enter();
  for (const char* choice : {"named", "agent", "medium", "EXT"}) {
    officer.enter();
    officer.type(choice);
    officer.enter();
  }
  officer.press(Name::down);
  officer.type("e");
  officer.type("scorte");
  officer.enter();
  officer.type("12/05/2026 07:30");
  officer.enter();
  officer.press(Name::down, 2);
  officer.type("DIB");
  officer.enter();
  officer.press(Name::down);
  officer.type("Paiement exigé à la barrière");
  officer.enter();
  officer.enter();  // the narrative: an entry
  officer.type("Vingt-cinq mille francs, ɛ ɔ ŋ ɲ");
  officer.press(Name::tab);
  officer.function(5);
  officer.function(8);
  for (int i = 0; i < 3; ++i) officer.type("n");
  officer.function(8);
  officer.enter();  // a subject
  officer.type("auxiliaire");
  officer.enter();
  officer.function(5);
  officer.function(8);
  officer.type("S3");
  officer.enter();
  officer.function(8);
  officer.type("C2");
  officer.enter();
}

TEST(FormScreen, AnIncidentIsTypedReadBackAndSubmitted) {
  Field field;
  Node& dib = field.machine("DIB");
  Officer officer(dib, test::officer_of_dib);
  fill_in(officer);
  EXPECT_TRUE(officer.sees("INC-DIB-A-26-0001")) << officer.screen();

  officer.function(5);
  EXPECT_TRUE(officer.sees("Read back")) << officer.screen();
  // Not before all of it was shown.
  officer.function(5);
  EXPECT_TRUE(officer.sees("read to the end first")) << officer.screen();
  officer.function(5);

  EXPECT_TRUE(officer.sees("INC-DIB-A-26-0001 is saved on this machine"))
      << officer.screen();
  EXPECT_TRUE(sync::drafts(dib.replica())->empty());
  field.sync(dib);
  const auto view = field.headquarters().show(
      "INC-DIB-A-26-0001", test::controller, proto::SIDE_HEADQUARTERS);
  const sync::RecordFacts facts(view.parts);
  EXPECT_EQ(plain_text(facts.value("summary")), "Paiement exigé à la barrière");
  EXPECT_EQ(plain_text(facts.values("narrative.text").at(0)),
            "Vingt-cinq mille francs, ɛ ɔ ŋ ɲ");
}

TEST(FormScreen, WhatIsMissingIsShownWhenItIsToBeSent) {
  Field field;
  Officer officer(field.machine("DIB"), test::officer_of_dib);
  officer.begin("incident");
  EXPECT_FALSE(officer.sees("! is required"));
  officer.function(5);
  EXPECT_TRUE(officer.sees("! is required")) << officer.screen();
  EXPECT_TRUE(officer.sees("F8 goes to each"));
}

TEST(FormScreen, WhatIsNoValueStaysTypedAndSaysWhy) {
  Field field;
  Node& dib = field.machine("DIB");
  Officer officer(dib, test::officer_of_dib);
  officer.begin("incident");
  officer.press(Name::down);
  officer.type("le 12 mai");
  officer.enter();
  EXPECT_TRUE(officer.sees("le 12 mai")) << officer.screen();
  EXPECT_TRUE(officer.sees("    ! ")) << officer.screen();
  // It outlives the program.
  Officer again(dib, test::officer_of_dib);
  EXPECT_TRUE(again.sees("Not saved yet")) << again.screen();
  again.enter();
  EXPECT_TRUE(again.sees("le 12 mai")) << again.screen();
}

TEST(FormScreen, APowerCutTakesAFewWordsAtMost) {
  Field field;
  Node& dib = field.machine("DIB");
  dib.create("evaluation", {"cycle_id=2026", "officer_id=924-31.C"},
             test::chief_of_dib);
  {
    Officer chief(dib, test::chief_of_dib);
    chief.function(3);
    chief.enter();
    ASSERT_TRUE(chief.sees("F7 History")) << chief.screen();
    chief.function(4);
    ASSERT_TRUE(chief.go_to("  Justification")) << chief.screen();
    chief.type("Les objectifs sont tenus");
    chief.pause();
  }  // here the power goes
  dib.restart();
  Officer chief(dib, test::chief_of_dib);
  ASSERT_TRUE(chief.sees("Not saved yet")) << chief.screen();
  chief.enter();
  EXPECT_TRUE(chief.sees("Les objectifs sont tenus")) << chief.screen();
  EXPECT_TRUE(chief.sees("What was being typed is back"));
}

TEST(FormScreen, WhatOnePersonTypesNobodyElseIsOffered) {
  Field field;
  Node& dib = field.machine("DIB");
  Officer officer(dib, test::officer_of_dib);
  officer.begin("incident");
  officer.press(Name::down);
  officer.type("le 12");
  officer.pause();
  EXPECT_EQ(sync::typed_by(dib.replica(), test::officer_of_dib)->size(), 1U);
  Officer chief(dib, test::chief_of_dib);
  EXPECT_FALSE(chief.sees("Not saved yet")) << chief.screen();
  EXPECT_EQ(dib.disk().find("le 12"), std::string::npos);
}

/// A draft, and words typed on top of it that are not saved.
sync::RecordId leave_typing(Node& machine, const std::string& words) {
  const auto draft =
      machine.create("incident", {"summary=Un début là"}, test::officer_of_dib);
  Officer officer(machine, test::officer_of_dib);
  officer.enter();
  EXPECT_TRUE(officer.go_to(" *Summary")) << officer.screen();
  officer.type(words);
  officer.pause();
  return draft;
}

TEST(FormScreen, WhatWasTypedForARecordThatIsNoMoreCanBeRead) {
  Field field;
  Node& dib = field.machine("DIB");
  const sync::RecordId draft = leave_typing(dib, "Canari jaune");
  ASSERT_TRUE(sync::Editor(dib.replica())
                  .transition(to_hex(draft), "abandon", "doublon",
                              {test::officer_of_dib, "", proto::SIDE_POST}));
  Officer again(dib, test::officer_of_dib);
  ASSERT_TRUE(again.sees("Not saved yet")) << again.screen();
  again.enter();
  EXPECT_TRUE(again.sees("Canari jaune")) << again.screen();
  again.function(9);
  EXPECT_FALSE(again.sees("Not saved yet")) << again.screen();
}

TEST(FormScreen, NoStrayKeyReplacesAnAnswer) {
  Field field;
  Officer officer(field.machine("DIB"), test::officer_of_dib);
  officer.begin("incident");
  ASSERT_TRUE(officer.go_to(" *Summary")) << officer.screen();
  officer.type("Paiement exigé");
  officer.enter();
  officer.press(Name::up);
  officer.type("Z");
  EXPECT_TRUE(officer.sees("Paiement exigéZ")) << officer.screen();
  officer.press(Name::escape);
  EXPECT_FALSE(officer.sees("exigéZ")) << officer.screen();
  EXPECT_TRUE(officer.sees("Paiement exigé"));
  ASSERT_TRUE(officer.go_to(" *Danger to life")) << officer.screen();
  officer.type("n");
  officer.press(Name::up);
  officer.enter();
  EXPECT_TRUE(officer.sees("*Danger to life                  no"))
      << officer.screen();
}

TEST(FormScreen, ADateIsTypedAnewOrMended) {
  Field field;
  Officer officer(field.machine("DIB"), test::officer_of_dib);
  officer.begin("incident");
  officer.press(Name::down);
  officer.type("32/13/2026");
  officer.enter();
  officer.type("12/05/2026");
  EXPECT_FALSE(officer.sees("202612/05")) << officer.screen();
  officer.press(Name::escape);
  EXPECT_TRUE(officer.sees("32/13/2026")) << officer.screen();
  officer.press(Name::backspace, 2);
  officer.type("25");
  EXPECT_TRUE(officer.sees("32/13/2025")) << officer.screen();
  // Wrong still: it is not gone past but by who wants to.
  officer.press(Name::tab);
  officer.type("12/05/2026");
  officer.enter();
  EXPECT_FALSE(officer.sees("32/13")) << officer.screen();
  EXPECT_FALSE(officer.sees("    ! ")) << officer.screen();
}

TEST(FormScreen, WhatIsTypedAndNotSavedHasItsNameAtTheStart) {
  Field field;
  Node& dib = field.machine("DIB");
  const sync::RecordId draft = leave_typing(dib, " et la suite");
  Officer again(dib, test::officer_of_dib);
  EXPECT_FALSE(again.sees(to_hex(draft))) << again.screen();
  EXPECT_TRUE(again.sees("INC-DIB-A-26-0001")) << again.screen();
  EXPECT_FALSE(again.sees("My drafts")) << "it stands once";
}

TEST(FormScreen, APasteStaysInItsField) {
  Field field;
  Officer officer(field.machine("DIB"), test::officer_of_dib);
  officer.begin("incident");
  ASSERT_TRUE(officer.go_to(" *Summary")) << officer.screen();
  officer.desk.on_key({Name::paste, "une ligne\nune autre", 0});
  officer.link.settle();
  officer.enter();
  EXPECT_TRUE(officer.sees("une ligne une autre")) << officer.screen();
}

TEST(FormScreen, KeysTypedAheadGoToTheScreenTheyWereMeantFor) {
  Field field;
  Node& dib = field.machine("DIB");
  Officer officer(dib, test::officer_of_dib);
  // Nothing is answered in between.
  officer.desk.on_key(function_key(2));
  for (const char one : std::string("incident")) {
    officer.desk.on_key(character(std::string(1, one)));
  }
  for (const char* key : {"", "n", "a", "m", "e", "d", "",  // the mode
                          "a", "g", "e", "n", "t", ""}) {
    officer.desk.on_key(*key == '\0' ? Key{Name::enter, {}, 0}
                                     : character(key));
  }
  officer.desk.on_key({Name::enter, {}, 0});
  officer.link.settle();
  EXPECT_TRUE(officer.sees("(agent)")) << officer.screen();
}

TEST(FormScreen, AnEntryOfADraftIsTakenOutByItsNumber) {
  Field field;
  Node& dib = field.machine("DIB");
  Officer officer(dib, test::officer_of_dib);
  officer.begin("incident");
  ASSERT_TRUE(officer.go_to(" *Narrative")) << officer.screen();
  for (const char* text : {"premier", "second"}) {
    officer.enter();
    officer.type(text);
    officer.press(Name::tab);
    officer.function(5);
  }
  ASSERT_TRUE(officer.sees("premier") && officer.sees("second"))
      << officer.screen();
  officer.press(Name::down);
  officer.function(9);
  EXPECT_TRUE(officer.sees("premier") && officer.sees("F9 again"))
      << officer.screen();
  officer.function(9);
  EXPECT_FALSE(officer.sees("premier")) << officer.screen();
  EXPECT_TRUE(officer.sees("second"));
}

TEST(FormScreen, AnEntryOfADraftIsCorrected) {
  Field field;
  Node& dib = field.machine("DIB");
  Officer officer(dib, test::officer_of_dib);
  officer.begin("incident");
  ASSERT_TRUE(officer.go_to(" *Narrative")) << officer.screen();
  officer.enter();
  officer.type("Vint cinq");
  officer.press(Name::tab);
  officer.function(5);
  officer.press(Name::down);
  officer.enter();
  officer.enter();
  officer.press(Name::home);
  officer.type("Le ");
  officer.press(Name::tab);
  officer.function(5);
  EXPECT_TRUE(officer.sees("Le Vint cinq")) << officer.screen();
  const auto drafts = sync::drafts(dib.replica());
  ASSERT_EQ(drafts->size(), 1U);
  const auto entries = std::count_if(
      drafts->front().acts.begin(), drafts->front().acts.end(),
      [](const sync::Act& act) { return act.kind == proto::ACT_KIND_APPEND; });
  EXPECT_EQ(entries, 1) << officer.screen();
}

TEST(FormScreen, ARowThatHasANameComesBackAfterAPowerCutAndIsWritten) {
  Field field;
  Node& dib = field.machine("DIB");
  dib.create("training_session", {"module_code=SEC-100"}, test::chief_of_dib);
  {
    Officer chief(dib, test::chief_of_dib);
    chief.function(3);
    chief.enter();
    chief.function(4);
    ASSERT_TRUE(chief.go_to("  Half-day")) << chief.screen();
    chief.enter();
    chief.type("2026-05-12/AM");
    chief.enter();
    chief.type("3.5");
    chief.pause();
  }
  Officer chief(dib, test::chief_of_dib);
  chief.enter();
  ASSERT_TRUE(chief.sees("3.5")) << chief.screen();
  chief.function(5);
  const auto view = dib.show("FOR-DIB-A-26-001", test::chief_of_dib);
  const auto hours =
      sync::RecordFacts(view.parts).values("slots.planned_hours");
  ASSERT_EQ(hours.size(), 1U) << chief.screen();
  EXPECT_EQ(plain_text(hours.front()), "3.5");
}

TEST(FormScreen, FitsAnyTerminal) {
  Field field;
  Officer officer(field.machine("DIB"), test::officer_of_dib);
  officer.begin("incident");
  for (const int columns : {20, 40, 80, 200}) {
    for (const int rows : {4, 24, 60}) {
      EXPECT_NE(officer.screen(rows, columns).find("Incident"),
                std::string::npos)
          << rows << " x " << columns;
    }
  }
}

}  // namespace
}  // namespace relais::tui
