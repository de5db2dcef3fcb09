#include "tests/support/field.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/journal/file.h"
#include "sync/replica/desk.h"
#include "sync/replica/letters.h"
#include "sync/session/post_session.h"
#include "tests/support/published.h"

namespace relais::sync {
namespace {

using test::an_incident;
using test::chief_of_dib;
using test::controller;
using test::Field;
using test::Node;
using test::officer_of_dib;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Actor shell{"shell", "shell", proto::SIDE_HEADQUARTERS};
const std::vector<std::string> an_evaluation = {"cycle_id=2026",
                                                "officer_id=924-31.C"};

std::string text_of(const RecordView& view, const std::string& field) {
  return plain_text(RecordFacts(view.parts).value(field));
}

Held held(Node& machine, const RecordId& record) {
  return Reader(machine.replica()).held(record).value();
}

/// Two machines of one post that disagree on a rating, both synced.
struct Disagreement {
  Field field;
  Node& a = field.machine("DIB");
  Node& b = field.machine("DIB");
  RecordId record;

  Disagreement() {
    record = a.create("evaluation", an_evaluation, chief_of_dib);
    EXPECT_EQ(b.create("evaluation", an_evaluation, chief_of_dib), record);
    EXPECT_TRUE(a.edit(to_hex(record), {"n1_rating=4"}, chief_of_dib));
    EXPECT_TRUE(b.edit(to_hex(record), {"n1_rating=3"}, chief_of_dib));
    for (Node* machine : {&a, &b, &a}) field.sync(*machine);
  }
  std::vector<OpenConflict> open() {
    return Desk(field.headquarters().replica(), shell).conflicts().value();
  }
  Editor editor() { return Editor(field.headquarters().replica()); }
};

TEST(Field, SaysSavedThenSentThenHeldAndNeverMore) {
  Field field;
  Node& a = field.machine("DIB");
  const RecordId record =
      a.create("incident", an_incident(), officer_of_dib, true);

  EXPECT_EQ(held(a, record), Held::saved);
  EXPECT_EQ(field.sync(a), 1) << "something to say: still one round trip";
  EXPECT_EQ(held(a, record), Held::held);
}

TEST(Field, AskingWhatIsHeldCostsOneRoundTrip) {
  Field field;
  Node& a = field.machine("DIB");
  field.sync(a);

  EXPECT_EQ(field.sync(a), 1);
}

TEST(Field, KeepsEverythingOverARestart) {
  Field field;
  Node& a = field.machine("DIB");
  const RecordId record = a.create("evaluation", an_evaluation, chief_of_dib);
  a.restart();

  EXPECT_EQ(text_of(a.show(to_hex(record), chief_of_dib), "officer_id"),
            "924-31.C");
  EXPECT_THAT(a.replica().verify().value(), IsEmpty());
}

TEST(Field, ShowsADisagreementToBothAndDecidesByNoClock) {
  Disagreement two;

  ASSERT_THAT(two.open(), SizeIs(1));
  for (Node* machine : {&two.a, &two.b}) {
    two.field.sync(*machine);
    const RecordView view = machine->show(to_hex(two.record), chief_of_dib);
    EXPECT_EQ(text_of(view, "n1_rating"), "");
  }
}

TEST(Field, BringsTheDecisionBackWithItsReason) {
  Disagreement two;
  const OpenConflict conflict = two.open().front();

  ASSERT_TRUE(two.editor().decide(conflict.conflict.id, Value(Code{"4"}),
                                  "vu au registre", shell));
  for (Node* machine : {&two.a, &two.b}) {
    two.field.sync(*machine);
    const RecordView view = machine->show(to_hex(two.record), chief_of_dib);
    EXPECT_EQ(text_of(view, "n1_rating"), "4");
    ASSERT_THAT(view.decisions, SizeIs(1));
    EXPECT_EQ(view.decisions.front().reason, "vu au registre");
    EXPECT_EQ(view.decisions.front().by, "shell");
  }
}

TEST(Field, BringsAnUndoneConflictBackUnderItsId) {
  Disagreement two;
  const ConflictId id = two.open().front().conflict.id;
  ASSERT_TRUE(two.editor().decide(id, Value(Code{"4"}), "vu", shell));
  ASSERT_THAT(two.open(), IsEmpty());

  ASSERT_TRUE(two.editor().undo(to_hex(id), "relu", shell));

  ASSERT_THAT(two.open(), SizeIs(1));
  EXPECT_EQ(two.open().front().conflict.id, id);
}

TEST(Field, RefusesADecisionOnAConflictThatIsSettled) {
  Disagreement two;
  const ConflictId id = two.open().front().conflict.id;
  ASSERT_TRUE(two.editor().decide(id, Value(Code{"4"}), "vu", shell));

  const auto again = two.editor().decide(id, Value(Code{"3"}), "vu", shell);

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::already);
}

TEST(Field, FoldsASharedPartToOneDigestEverywhere) {
  Disagreement two;
  const auto digest_at = [&](Node& node) {
    return digest(*node.replica().part(two.record, "superior").value());
  };

  EXPECT_EQ(digest_at(two.a), digest_at(two.b));
  EXPECT_EQ(digest_at(two.a), digest_at(two.field.headquarters()));
}

TEST(Field, HidesAReportFromEverybodyAtThePostOnceSubmitted) {
  Field field;
  Node& a = field.machine("DIB");
  const RecordId record =
      a.create("incident", an_incident(), officer_of_dib, true);
  field.sync(a);

  const RecordView own = a.show(to_hex(record), officer_of_dib);
  EXPECT_THAT(own.hidden, Contains("report"));
  EXPECT_EQ(text_of(own, "summary"), "");
  EXPECT_THAT(text_of(own, "status_word"), Not(IsEmpty()));
  EXPECT_FALSE(Reader(a.replica())
                   .show(to_hex(record), {chief_of_dib, {}, proto::SIDE_POST}));
  const RecordView there = field.headquarters().show(to_hex(record), controller,
                                                     proto::SIDE_HEADQUARTERS);
  EXPECT_THAT(text_of(there, "summary"), HasSubstr("barrière"));
}

TEST(Field, SaysNothingOfAViewOverAHiddenPart) {
  Field field;
  Node& a = field.machine("DIB");
  const RecordId record =
      a.create("incident", an_incident(), officer_of_dib, true);
  field.sync(a);

  EXPECT_THAT(a.show(to_hex(record), officer_of_dib).views, IsEmpty());
  EXPECT_THAT(field.headquarters()
                  .show(to_hex(record), controller, proto::SIDE_HEADQUARTERS)
                  .views,
              Not(IsEmpty()));
}

TEST(Field, KeepsADraftUnreadableOnTheDisk) {
  Field field;
  Node& a = field.machine("DIB");
  a.create("incident", {"summary=Nul ne doit lire ceci"}, officer_of_dib);

  EXPECT_THAT(a.disk(), Not(HasSubstr("Nul ne doit lire")));
}

TEST(Field, TakesFilesTwiceAndOutOfOrder) {
  Field field;
  Node& gog = field.machine("GOG");
  gog.create("incident", an_incident(), "0131-908.R", true);
  const Bytes first = field.file_of(gog);
  const RecordId late =
      gog.create("incident", an_incident(), "0131-908.R", true);
  const Bytes second = field.file_of(gog);

  for (const Bytes& file : {second, first, second, first}) {
    EXPECT_THAT(field.deliver(file), IsEmpty());
  }
  field.answer(gog);

  EXPECT_EQ(held(gog, late), Held::held);
  EXPECT_THAT(field.headquarters().replica().verify().value(), IsEmpty());
}

TEST(Field, NeverSaysHeldForAFileThatWasOnlyWritten) {
  Field field;
  Node& gog = field.machine("GOG");
  const RecordId record =
      gog.create("incident", an_incident(), "0131-908.R", true);

  field.file_of(gog);

  EXPECT_NE(held(gog, record), Held::held);
}

TEST(Field, KeepsTheWordHeldThroughAFileThatAnswersAnOldQuestion) {
  Field field;
  Node& gog = field.machine("GOG");
  gog.create("incident", an_incident(), "0131-908.R", true);
  field.deliver(field.file_of(gog));
  gog.restart();
  const RecordId late =
      gog.create("incident", an_incident(), "0131-908.R", true);
  field.sync(gog);
  ASSERT_EQ(held(gog, late), Held::held);

  field.headquarters().clock.wall += 1000;
  field.answer(gog);

  EXPECT_EQ(held(gog, late), Held::held);
}

/// Only the packets of a file: headquarters hears no greeting.
Bytes packets_of(const Bytes& file) {
  std::vector<proto::FileItem> packets = decode_file(file)->items;
  std::erase_if(packets, [](const auto& item) { return !item.has_packet(); });
  return encode_file(packets);
}

TEST(Field, SaysHeldOfAJournalThatCameBeforeTheOneItFollows) {
  Field field;
  Node& gog = field.machine("GOG");
  gog.create("incident", an_incident(), "0131-908.R", true);
  const Bytes first = packets_of(field.file_of(gog));
  gog.restart();
  const RecordId late =
      gog.create("incident", an_incident(), "0131-908.R", true);
  std::vector<proto::FileItem> all =
      decode_file(packets_of(field.file_of(gog)))->items;
  field.deliver(encode_file({all.back()}));
  field.deliver(first);

  field.answer(gog);

  EXPECT_EQ(held(gog, late), Held::held);
}

TEST(Field, KeepsAPacketThatCameTooEarlyUntilTheOnesBeforeItAreThere) {
  Field field;
  Node& gog = field.machine("GOG");
  gog.create("incident", an_incident(), "0131-908.R", true);
  const RecordId late =
      gog.create("incident", an_incident(), "0131-908.R", true);
  SessionBudget small;
  small.packet = 1;  // an entry each
  FrameReader reader;
  reader.feed(**PostSession(gog.post(), small, false).next());
  std::vector<proto::FileItem> items;
  for (auto bytes = reader.next(); *bytes; bytes = reader.next()) {
    const auto frame = decode_frame(**bytes);
    if (!frame->has_packet()) continue;
    *items.emplace_back().mutable_packet() = frame->packet();
  }
  ASSERT_GT(items.size(), 1u);

  field.deliver(encode_file({items.begin() + 1, items.end()}));
  field.deliver(encode_file({items.front()}));

  EXPECT_TRUE(field.headquarters().replica().find(to_hex(late)));
}

TEST(Field, ShowsAnEntryWithAnEmptiedCellAsTheJournalHasIt) {
  Field field;
  Node& a = field.machine("DIB");
  auto set = an_incident();
  set.push_back("narrative[+].text=Le chauffeur confirme.");
  set.push_back("narrative[+].language=");

  a.create("incident", set, officer_of_dib, true);

  EXPECT_THAT(a.replica().verify().value(), IsEmpty());
}

TEST(Field, HealsAHeadquartersThatWasRestored) {
  Disagreement two;
  const auto backup = two.field.folder / "backup.db";
  two.field.headquarters().copy_to(backup);
  const ConflictId id = two.open().front().conflict.id;
  ASSERT_TRUE(two.editor().decide(id, Value(Code{"4"}), "vu", shell));
  const RecordId late = two.a.create(
      "evaluation", {"cycle_id=2025", "officer_id=924-31.C"}, chief_of_dib);
  for (Node* machine : {&two.a, &two.b}) two.field.sync(*machine);

  two.field.headquarters().become(backup);
  ASSERT_THAT(two.open(), SizeIs(1)) << "the backup is older";
  for (int round = 0; round < 2; ++round) {
    for (Node* machine : {&two.a, &two.b}) two.field.sync(*machine);
  }

  EXPECT_THAT(two.open(), IsEmpty()) << "the decision came back";
  EXPECT_TRUE(two.field.headquarters().replica().find(to_hex(late)));
  EXPECT_EQ(held(two.a, late), Held::held);
}

TEST(Field, GivesBackADecisionThoughAFileCameFirst) {
  Disagreement two;
  const auto backup = two.field.folder / "backup.db";
  two.field.headquarters().copy_to(backup);
  const ConflictId id = two.open().front().conflict.id;
  ASSERT_TRUE(two.editor().decide(id, Value(Code{"4"}), "vu", shell));
  two.field.sync(two.a);
  Node& there = two.field.headquarters();
  there.become(backup);
  const std::string table =
      test::file_text(RELAIS_SOURCE_DIR "/proto/reference/sample/cycle.csv") +
      "2027,Campagne 2027,2027 cycle,,,2027-01-04,,2027-01-01,2027-12-31\n";
  ASSERT_TRUE(there.replica().transact(
      [&] { return there.headquarters().publish_table("cycle", table); }));

  two.field.answer(two.a);
  for (int round = 0; round < 2; ++round) two.field.sync(two.a);

  EXPECT_THAT(two.open(), IsEmpty()) << "only this machine still had it";
}

TEST(Field, KnowsAMachineThatWasAdmittedAfterTheBackup) {
  Field field;
  const auto backup = field.folder / "backup.db";
  field.headquarters().copy_to(backup);
  Node& gog = field.machine("GOG");
  const RecordId record =
      gog.create("incident", an_incident(), "0131-908.R", true);
  field.carry(gog);

  field.headquarters().become(backup);
  EXPECT_THAT(field.deliver(field.file_of(gog)), IsEmpty());
  field.answer(gog);
  field.carry(gog);

  EXPECT_TRUE(field.headquarters().replica().find(to_hex(record)));
  EXPECT_EQ(held(gog, record), Held::held);
}

TEST(Field, GivesNoForgottenLetterToAnotherMachine) {
  Field field;
  field.machine("GOG");
  const auto backup = field.folder / "backup.db";
  field.headquarters().copy_to(backup);
  Node& forgotten = field.machine("GOG");
  field.headquarters().become(backup);
  Node& there = field.headquarters();
  ASSERT_TRUE(there.replica().transact(
      [&] { return pass_over_letters(there.headquarters()); }));

  Node& newcomer = field.machine("GOG");
  EXPECT_THAT(field.deliver(field.file_of(forgotten)), IsEmpty());

  EXPECT_EQ(forgotten.post().enrolment()->letter, "B");
  EXPECT_NE(newcomer.post().enrolment()->letter, "B");
}

TEST(Field, KeepsBothBranchesOfACloneAndNamesIt) {
  Field field;
  Node& gog = field.machine("GOG");
  gog.create("incident", an_incident(), "0131-908.R", true);
  field.carry(gog);
  const auto disk = field.folder / "clone.db";
  gog.copy_to(disk);
  Node twin(disk);
  gog.restart();
  const RecordId one =
      gog.create("incident", an_incident(), "0131-908.R", true);
  const RecordId other =
      twin.create("incident", an_incident(), "0131-908.R", true);

  EXPECT_THAT(field.deliver(field.file_of(gog)), IsEmpty());
  EXPECT_THAT(field.deliver(field.file_of(twin)), IsEmpty());

  Node& there = field.headquarters();
  EXPECT_TRUE(there.replica().find(to_hex(one)));
  EXPECT_TRUE(there.replica().find(to_hex(other)));
  const auto line =
      there.headquarters().device(gog.replica().keys().device).value();
  EXPECT_TRUE(line->forked);
  field.sync(gog);
  EXPECT_EQ(gog.post().refusals()->size(), 1U);  // what `doctor` says
}

TEST(Field, SetsAsideWhatARetiredMachineStillBrings) {
  Field field;
  Node& gog = field.machine("GOG");
  field.carry(gog);
  Node& there = field.headquarters();
  ASSERT_TRUE(there.replica().transact([&] {
    return there.headquarters().retire(gog.replica().keys().device, "volée");
  }));
  const RecordId record =
      gog.create("incident", an_incident(), "0131-908.R", true);

  EXPECT_THAT(field.deliver(field.file_of(gog)), IsEmpty());

  const auto report = there.replica().part(record, "report").value();
  ASSERT_TRUE(report) << "not lost";
  EXPECT_THAT(report->set_aside, SizeIs(1)) << "but not in force";
}

TEST(Field, RefusesAnAlteredFileAndTakesTheWholeOne) {
  Field field;
  Node& gog = field.machine("GOG");
  gog.create("incident", an_incident(), "0131-908.R", true);
  const Bytes whole = field.file_of(gog);
  Bytes altered = whole;
  altered[altered.size() - 40] ^= 1;

  EXPECT_THAT(field.deliver(altered), Not(IsEmpty()));
  EXPECT_THAT(field.deliver(whole), IsEmpty());
}

TEST(Field, AWrongClockNeverChangesWhoWins) {
  Field field;
  Node& a = field.machine("DIB");
  Node& b = field.machine("DIB");
  b.clock.wall = 0;
  const RecordId record = a.create("evaluation", an_evaluation, chief_of_dib);
  field.sync(a);
  field.sync(b);

  ASSERT_TRUE(b.edit(to_hex(record), {"interview_place=Diboli"}, chief_of_dib));
  field.sync(b);
  field.sync(a);

  EXPECT_EQ(text_of(a.show(to_hex(record), chief_of_dib), "interview_place"),
            "Diboli");
}

TEST(Field, NumbersACaseOnceAndTellsTheAuthor) {
  Field field;
  Node& a = field.machine("DIB");
  const RecordId record =
      a.create("incident", an_incident(), officer_of_dib, true);
  field.sync(a);

  const RecordView view = a.show(to_hex(record), officer_of_dib);

  EXPECT_EQ(text_of(view, "case_number").substr(0, 5), "BACI/");
  EXPECT_EQ(view.state, "submitted") << "the case itself stays there";
}

TEST(Field, RefusesADraftThatCouldNeverBeSubmitted) {
  Field field;
  Node& a = field.machine("DIB");
  std::vector<std::string> set;
  for (int i = 0; i < 22; ++i) {
    set.push_back("narrative[+].text=" + std::string(3000, 'a'));
  }

  EXPECT_ANY_THROW(a.create("incident", set, officer_of_dib));

  EXPECT_TRUE(
      Reader(a.replica())
          .list("", nullptr, 0, {officer_of_dib, {}, proto::SIDE_POST}));
}

TEST(Field, WritesNothingOfARefusedRecord) {
  Field field;
  Node& a = field.machine("DIB");
  auto set = an_incident();
  set.push_back("reporter_mode=anonymous");

  EXPECT_ANY_THROW(a.create("incident", set, officer_of_dib, true));
  EXPECT_ANY_THROW(
      a.create("incident", {"reporter_mode=confidential"}, officer_of_dib));

  EXPECT_THAT(Reader(a.replica())
                  .list("", nullptr, 0, {officer_of_dib, {}, proto::SIDE_POST})
                  .value(),
              IsEmpty());
}

}  // namespace
}  // namespace relais::sync
