#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/replica/purge_desk.h"
#include "sync/store/audit.h"
#include "tests/support/field.h"
#include "tests/support/published.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;
using test::officer_of_dib;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* chief_of_gog = "835-62.D";
/// As long as the form demands.
constexpr const char* secret =
    "Canari jaune no 4711, vu au registre de la barrière";
const Actor first{"k.diarra", "shell", proto::SIDE_HEADQUARTERS};
const Actor second{"o.keita", "shell", proto::SIDE_HEADQUARTERS};
const Actor reader{"r.toure", "shell", proto::SIDE_HEADQUARTERS};

PurgeProposal on_basis(const std::string& basis) {
  PurgeProposal asked;
  asked.basis = basis;
  asked.reason = "Demande de la personne";
  return asked;
}

/// A commendation of an officer of DIB, entered at GOG, with one text that is
/// to be forgotten. Two persons at headquarters may purge, a third may not.
class Purge : public testing::Test {
 protected:
  Purge()
      : there((publish_users(), field.headquarters())),
        gog(field.machine("GOG")),
        dib(field.machine("DIB")),
        record(to_hex(gog.create(
            "commendation",
            {"officer_id=924-31.C", std::string("reasons=") + secret},
            chief_of_gog))) {
    sync_all();
  }

  void publish_users() {
    Node& headquarters = field.headquarters();
    EXPECT_TRUE(headquarters.replica().transact([&] {
      return headquarters.headquarters().publish_table(
          "headquarters_user",
          "code,label_fr,label_en,valid_from,valid_to,role\n"
          "k.diarra,K,K,,,hr_manager ia_head\n"
          "o.keita,O,O,,,hr_manager ia_head\n"
          "r.toure,R,R,,,sync_resolver_hr\n"
          "a.sow,S,S,,,ia_intake\n");
    }));
  }
  void sync_all() {
    for (Node* machine : {&gog, &dib, &gog, &dib}) field.sync(*machine);
  }
  PurgeDesk desk() { return PurgeDesk(field.headquarters().headquarters()); }
  void purge(const std::string& name) {
    ASSERT_TRUE(desk().propose(name, on_basis("décision 12/2026"), first));
    const auto done = desk().confirm(name, second);
    ASSERT_TRUE(done) << done.error().what.id;
  }
  PartState state(Node& node, const std::string& part = "main") {
    const auto line = node.replica().find(record);
    EXPECT_TRUE(line);
    return *node.replica().part(line->record, part).value();
  }
  static void expect_sound(Node& node) {
    EXPECT_THAT(*node.replica().verify(), IsEmpty());
    auto& store = dynamic_cast<SqliteStore&>(node.replica().store());
    const auto faults = audit(store.database());
    ASSERT_TRUE(faults);
    EXPECT_THAT(*faults, IsEmpty());
  }
  void expect_forgotten(Node& node, const std::string& text = secret) {
    EXPECT_THAT(node.disk(), Not(HasSubstr(text)));
    expect_sound(node);
  }

  Field field;
  Node& there;
  Node& gog;
  Node& dib;
  std::string record;
};

TEST_F(Purge, TakesABasisAndTwoPersonsWithTheRight) {
  EXPECT_EQ(desk().propose(record, on_basis(""), first).error().code,
            Errc::invalid);
  EXPECT_EQ(desk().propose(record, on_basis("x"), reader).error().code,
            Errc::denied);
  const Actor nobody{"shell", "shell", proto::SIDE_HEADQUARTERS};
  EXPECT_EQ(desk().propose(record, on_basis("x"), nobody).error().code,
            Errc::denied);
  EXPECT_EQ(desk().confirm(record, second).error().code, Errc::not_found);

  ASSERT_TRUE(desk().propose(record, on_basis("décision 12/2026"), first));

  EXPECT_THAT(*desk().proposals(second), SizeIs(1));
  EXPECT_EQ(desk().propose(record, on_basis("y"), second).error().code,
            Errc::already);
  EXPECT_EQ(desk().confirm(record, first).error().code, Errc::denied);
  EXPECT_EQ(desk().confirm(record, reader).error().code, Errc::denied);
  EXPECT_THAT(state(there).erased, IsEmpty());
  const auto done = desk().confirm(record, second);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->changes, 1U);
  EXPECT_THAT(*desk().proposals(second), IsEmpty());
  EXPECT_EQ(desk().confirm(record, second).error().code, Errc::not_found);
}

TEST_F(Purge, IsDroppedAgain) {
  ASSERT_TRUE(desk().propose(record, on_basis("x"), first));
  ASSERT_TRUE(desk().drop(record, first));

  EXPECT_EQ(desk().confirm(record, second).error().code, Errc::not_found);
  EXPECT_EQ(desk().drop(record, first).error().code, Errc::not_found);
}

TEST_F(Purge, LeavesTheTextOnNoDisk) {
  for (Node* node : {&there, &gog, &dib}) {
    ASSERT_THAT(node->disk(), HasSubstr(secret)) << "or the test sees nothing";
  }

  purge(record);
  sync_all();

  for (Node* node : {&there, &gog, &dib}) {
    expect_forgotten(*node);
    const PartState now = state(*node);
    ASSERT_THAT(now.erased, SizeIs(1));
    const Erasure& erasure = now.erased.begin()->second;
    EXPECT_EQ(erasure.by, "k.diarra");
    EXPECT_EQ(erasure.second, "o.keita");
    EXPECT_EQ(erasure.basis, "décision 12/2026");
    EXPECT_EQ(digest(now), digest(state(there)));
    EXPECT_THAT(now.waiting, IsEmpty());
  }
}

TEST_F(Purge, TakesAlsoWhatWasQuotedInListAndIndex) {
  purge(record);
  sync_all();

  for (Node* node : {&there, &gog, &dib}) {
    const StoredRecord line = *node->replica().find(record);
    EXPECT_EQ(line.author, "");
    EXPECT_EQ(line.title, "");
  }
}

TEST_F(Purge, LeavesWhatWasWrittenSinceAndGoesOn) {
  const Dot root = state(there).heads.front();
  ASSERT_TRUE(dib.edit(record,
                       {"reasons=Rectifié, d'après le registre de la barrière"},
                       chief_of_dib));
  sync_all();
  PurgeProposal only_root = on_basis("x");
  only_root.dots = {root};
  ASSERT_TRUE(desk().propose(record, only_root, first));
  ASSERT_TRUE(desk().confirm(record, second));
  ASSERT_TRUE(gog.edit(
      record,
      {"reasons=Écrit sans le savoir, d'après le registre de la barrière"},
      chief_of_gog));

  sync_all();

  for (Node* node : {&there, &gog, &dib}) {
    expect_forgotten(*node);
    EXPECT_EQ(PartFacts(state(*node)).value("reasons"),
              Value(std::string(
                  "Écrit sans le savoir, d'après le registre de la barrière")));
    EXPECT_EQ(digest(state(*node)), digest(state(there)));
  }
}

TEST_F(Purge, ClosesTheJournalAndSendsTheRestWithItsSalts) {
  const JournalId journal = state(there).heads.front().journal;
  ASSERT_TRUE(gog.edit(
      record, {"reasons=Pas encore envoyé, d'après le registre de la barrière"},
      chief_of_gog));
  ASSERT_EQ(gog.replica().store().journal(journal).value()->last, 2U);
  purge(record);

  field.sync(gog);
  EXPECT_EQ(gog.replica().store().journal(journal).value()->seed, "");
  ASSERT_TRUE(gog.edit(
      record,
      {"reasons=Au journal suivant, d'après le registre de la barrière"},
      chief_of_gog));
  EXPECT_EQ(gog.replica().store().journal(journal).value()->last, 2U);
  sync_all();

  const auto counts = gog.post().counts().value();
  for (const LaneCounts& lane : counts) {
    EXPECT_EQ(lane.saved + lane.sent, 0U);
  }
  for (Node* node : {&there, &gog, &dib}) {
    expect_forgotten(*node);
    EXPECT_EQ(PartFacts(state(*node)).value("reasons"),
              Value(std::string(
                  "Au journal suivant, d'après le registre de la barrière")));
  }
}

TEST_F(Purge, IsObeyedByAMachineThatGaveThePartUp) {
  std::string table =
      test::file_text(RELAIS_SOURCE_DIR "/proto/reference/sample/officer.csv");
  const std::size_t line = table.find("924-31.C");
  table.replace(table.find(",DIB,", line) + 1, 3, "KAY");
  ASSERT_TRUE(there.replica().transact(
      [&] { return there.headquarters().publish_table("officer", table); }));
  sync_all();
  ASSERT_FALSE(dib.replica().find(record));

  purge(record);
  sync_all();

  expect_forgotten(dib);
  EXPECT_FALSE(dib.replica().find(record)) << "withdrawn it stays";
}

TEST_F(Purge, ComesToANewMachineAsWhatIsLeft) {
  purge(record);
  Node& late = field.machine("GOG");
  field.sync(late);

  EXPECT_EQ(digest(state(late)), digest(state(there)));
  expect_forgotten(late);
}

TEST_F(Purge, OfAReportReachesTheMachineThatHidesIt) {
  auto set = test::an_incident();
  set.push_back(std::string("narrative[+].text=") + "Canari rouge no 1213");
  const RecordId incident = gog.create("incident", set, "0131-908.R", true);
  sync_all();
  ASSERT_THAT(gog.disk(), HasSubstr("Canari rouge"));

  purge(to_hex(incident));
  sync_all();

  expect_forgotten(gog, "Canari rouge");
  expect_forgotten(there, "Canari rouge");
  EXPECT_THAT(dib.disk(), Not(HasSubstr("Canari rouge")));
}

TEST_F(Purge, IsRefusedUnderALegalHold) {
  const RecordId incident =
      gog.create("incident", test::an_incident(), "0131-908.R", true);
  sync_all();
  const std::string name = to_hex(incident);
  ASSERT_TRUE(desk().propose(name, on_basis("x"), first));
  Editor editor(there.replica());
  const auto view = there.show(name, "k.diarra", proto::SIDE_HEADQUARTERS);
  Edit hold;
  hold.address.field = "legal_hold";
  hold.value = Value(true);
  const auto held = editor.edit(name, {hold}, first);
  ASSERT_TRUE(held) << held.error().what.id;

  EXPECT_EQ(desk().confirm(name, second).error().code, Errc::denied);
  EXPECT_EQ(desk().propose(name, on_basis("y"), second).error().code,
            Errc::denied);
  EXPECT_THAT(there.disk(), HasSubstr("vingt-cinq mille"));
}

// -- what was purged does not come back

TEST_F(Purge, HoldsAgainstOldPacketsAndFiles) {
  const Bytes old = field.file_of(gog);
  gog.restart();
  ASSERT_TRUE(gog.edit(record, {std::string("reasons=") + secret + " bis"},
                       chief_of_gog));
  const Bytes older = field.file_of(gog);
  sync_all();
  purge(record);

  for (const Bytes& file : {older, old, older}) {
    EXPECT_THAT(field.deliver(file), IsEmpty());
  }
  sync_all();

  for (Node* node : {&there, &gog, &dib}) expect_forgotten(*node);
}

TEST_F(Purge, ComesBackToARestoredHeadquarters) {
  const auto backup = field.folder / "backup.db";
  there.copy_to(backup);
  purge(record);
  sync_all();

  there.become(backup);
  ASSERT_THAT(there.disk(), HasSubstr(secret));
  sync_all();

  for (Node* node : {&there, &gog, &dib}) {
    expect_forgotten(*node);
    EXPECT_EQ(digest(state(*node)), digest(state(there)));
  }
}

/// It was enrolled after the backup, so that nobody told it at first.
TEST_F(Purge, ReachesAnAuthorWhomARestoredHeadquartersHadForgotten) {
  const auto before = field.folder / "before.db";
  there.copy_to(before);
  Node& late = field.machine("DIB");
  const std::string text = "Canari gris no 5, vu au registre de la barrière";
  record = to_hex(late.create("commendation",
                              {"officer_id=924-31.C", "reasons=" + text},
                              chief_of_dib));
  for (Node* machine : {&late, &dib}) field.sync(*machine);
  purge(record);
  field.sync(dib);
  there.become(before);
  ASSERT_THAT(late.disk(), HasSubstr(text));

  field.sync(dib);
  const auto frames = late.post().introduction().value();
  ASSERT_TRUE(there.replica().transact([&]() -> Result<> {
    auto known = there.headquarters().readmit(frames.at(1).grant(),
                                              frames.at(0).join().keys());
    return known ? Result<>() : fail(known.error());
  }));
  for (int round = 0; round < 2; ++round) field.sync(late);

  for (Node* node : {&there, &late, &dib}) {
    EXPECT_EQ(node->disk().find(text), std::string::npos);
    expect_sound(*node);
  }
}

/// Both the change and its purge are newer than what headquarters was set back
/// to, and the only machine that knows of them is retired: by file.
TEST_F(Purge, ComesBackFromARetiredMachine) {
  const auto before = field.folder / "before.db";
  there.copy_to(before);
  record = to_hex(gog.create(
      "commendation",
      {"officer_id=924-31.C", std::string("reasons=") + secret + " bis"},
      chief_of_gog));
  field.sync(gog);
  purge(record);
  field.sync(gog);
  there.become(before);
  there.clock.wall += 1000;
  ASSERT_TRUE(there.replica().transact([&] {
    return there.headquarters().retire(gog.replica().keys().device, "volée");
  }));

  field.answer(gog);
  EXPECT_THAT(field.deliver(field.file_of(gog)), IsEmpty());

  ASSERT_TRUE(there.replica().find(record));
  EXPECT_THAT(state(there).erased, SizeIs(1));
  expect_sound(there);
}

/// What headquarters wrote into a report, which no post may hold, went with its
/// disk; the purge that names it came back from the author's machine.
TEST_F(Purge, WaitsForNothingThatIsWrittenOff) {
  const std::string text = "Canari rouge no 1213";
  auto set = test::an_incident();
  set.push_back(std::string("narrative[+].text=") + text);
  record = to_hex(gog.create("incident", set, "0131-908.R", true));
  sync_all();
  const auto before = field.folder / "before.db";
  there.copy_to(before);
  Edit place;
  place.address.field = "place_text";
  place.value = Value(std::string("Bureau de la barrière, côté sud"));
  ASSERT_TRUE(
      Editor(there.replica())
          .edit(record, {place}, {"a.sow", "shell", proto::SIDE_HEADQUARTERS}));
  there.restart();
  purge(record);
  sync_all();
  there.become(before);
  sync_all();
  const auto waiting = state(there, "report").waiting;
  ASSERT_THAT(waiting, SizeIs(1));
  ASSERT_THAT(waiting.begin()->second, SizeIs(1));

  const auto lost = [&] {
    return Editor(there.replica())
        .lost(waiting.begin()->second.front(), "disque perdu",
              {"shell", "shell", proto::SIDE_HEADQUARTERS});
  };
  ASSERT_TRUE(lost());

  const PartState now = state(there, "report");
  EXPECT_THAT(now.waiting, IsEmpty());
  EXPECT_EQ(now.erased.begin()->second.by, "k.diarra");
  EXPECT_EQ(lost().error().code, Errc::not_found) << "and once is enough";
  sync_all();
  for (Node* node : {&there, &gog, &dib}) expect_forgotten(*node, text);
}

/// DIB gave the part up before the purge that it heard of all the same. It
/// holds nothing of it, whatever a restored headquarters is told.
TEST_F(Purge, OfWhatAMachineGaveUpGivesItNothingBack) {
  const auto before = field.folder / "before.db";
  there.copy_to(before);
  std::string officers =
      test::file_text(RELAIS_SOURCE_DIR "/proto/reference/sample/officer.csv");
  officers.replace(officers.find(",DIB,", officers.find("924-31.C")) + 1, 3,
                   "KAY");
  ASSERT_TRUE(there.replica().transact(
      [&] { return there.headquarters().publish_table("officer", officers); }));
  sync_all();
  purge(record);
  sync_all();
  const auto held = [&] {
    const auto line = there.replica().find(record);
    return dib.replica().store().entries_of(line->record, "main")->size();
  };
  const std::size_t before_restore = held();
  there.become(before);
  sync_all();

  ASSERT_TRUE(gog.edit(
      record, {"reasons=Résultats tenus malgré l'absence d'électricité."},
      chief_of_gog));
  sync_all();

  EXPECT_EQ(held(), before_restore);
  for (Node* node : {&there, &gog, &dib}) expect_forgotten(*node);
}

/// Headquarters had judged the edit before it heard of the purge again.
TEST_F(Purge, ComesBackToWhatWasJudgedMeanwhile) {
  const char* reader_of_dib = "0112-447.T";
  Node& other = field.machine("DIB");
  const auto before = field.folder / "before.db";
  there.copy_to(before);
  record = to_hex(dib.create("policy_acknowledgement",
                             {std::string("officer_id=") + reader_of_dib,
                              "policy_text=gifts", "policy_version=2026.1"},
                             reader_of_dib));
  field.sync(dib);
  purge(record);
  field.sync(other);
  there.become(before);
  const auto edited = dib.edit(record, {"read_how=aloud"}, reader_of_dib);
  ASSERT_TRUE(edited) << edited.error().what.id;

  for (Node* machine : {&dib, &other, &dib, &other}) field.sync(*machine);

  for (Node* node : {&dib, &other}) {
    EXPECT_EQ(digest(state(*node)), digest(state(there)));
  }
}

/// The backup knows nothing of the record; what it was comes back without the
/// text, by its author's journal or by another machine's feed first.
TEST_F(Purge, HoldsWhateverComesBackFirst) {
  const auto before = field.folder / "before.db";
  there.copy_to(before);
  const std::string text = "Canari vert no 99, vu au registre de la barrière";
  record = to_hex(gog.create("commendation",
                             {"officer_id=924-31.C", "reasons=" + text},
                             chief_of_gog));
  sync_all();
  const auto full = field.folder / "full.db";
  gog.copy_to(full);
  purge(record);
  sync_all();
  const PartState as_it_was = state(dib);

  for (const bool author_first : {true, false}) {
    there.become(before);
    // Its author's disk is of before the purge: he sends the text again.
    gog.become(full);
    field.sync(author_first ? gog : dib);
    field.sync(author_first ? dib : gog);
    sync_all();

    for (Node* node : {&there, &gog, &dib}) {
      SCOPED_TRACE(author_first ? "author first" : "other first");
      SCOPED_TRACE(node == &there ? "there" : node == &gog ? "gog" : "dib");
      ASSERT_TRUE(node->replica().find(record));
      expect_forgotten(*node, text);
      EXPECT_EQ(digest(state(*node)), digest(as_it_was));
      EXPECT_THAT(state(*node).waiting, IsEmpty());
    }
  }
}

}  // namespace
}  // namespace relais::sync
