#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sync/journal/file.h"
#include "sync/replica/desk.h"
#include "sync/replica/kept_packets.h"
#include "sync/session/post_session.h"
#include "sync/store/audit.h"
#include "tests/support/field.h"
#include "tests/support/published.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* moved_officer = "924-31.C";
constexpr const char* chief_of_gog = "835-62.D";
constexpr const char* canary =
    "Canari bleu no 8112, vu au registre de la barrière";

/// A commendation of an officer of DIB, entered at GOG: DIB holds it as long
/// as he is there.
class Scope : public testing::Test {
 protected:
  Scope()
      : gog(field.machine("GOG")),
        dib(field.machine("DIB")),
        kay(field.machine("KAY")),
        record(to_hex(gog.create(
            "commendation",
            {"officer_id=924-31.C", std::string("reasons=") + canary},
            chief_of_gog))) {
    sync_all();
  }

  void sync_all() {
    for (Node* machine : {&gog, &dib, &kay}) field.sync(*machine);
  }
  /// The table of officers, with this one at another post.
  void move_officer(const std::string& post) {
    std::string table = test::file_text(RELAIS_SOURCE_DIR
                                        "/proto/reference/sample/officer.csv");
    const std::size_t line = table.find(moved_officer);
    const std::size_t at = table.find(",DIB,", line);
    table.replace(at + 1, 3, post);
    Node& there = field.headquarters();
    ASSERT_TRUE(there.replica().transact(
        [&] { return there.headquarters().publish_table("officer", table); }));
  }
  bool shows(Node& machine) {
    bool listed = false;
    EXPECT_TRUE(machine.replica().store().each_record(
        "commendation", [&](const StoredRecord& line) {
          listed = listed || to_hex(line.record) == record;
          return true;
        }));
    EXPECT_EQ(machine.replica().find(record).has_value(), listed);
    return listed;
  }

  /// Bodies of others that lie in the packets kept to heal headquarters.
  static int kept_bodies(Node& machine) {
    int bodies = 0;
    EXPECT_TRUE(machine.replica().store().scan(
        kept_feed, {}, [&](auto, std::string_view bytes) {
          const auto packet = open_signed(bytes, machine.post());
          EXPECT_TRUE(packet);
          for (const auto& one : packet->attachments) {
            bodies += one.salt().empty() ? 0 : 1;
          }
          return true;
        }));
    return bodies;
  }
  static void expect_sound(Node& node) {
    EXPECT_THAT(*node.replica().verify(), IsEmpty());
    auto& store = dynamic_cast<SqliteStore&>(node.replica().store());
    EXPECT_THAT(*audit(store.database()), IsEmpty());
  }

  Field field;
  Node& gog;
  Node& dib;
  Node& kay;
  std::string record;
};

TEST_F(Scope, FollowsAnOfficerToHisNewPost) {
  ASSERT_TRUE(shows(dib));
  ASSERT_FALSE(shows(kay));

  move_officer("KAY");
  sync_all();

  EXPECT_FALSE(shows(dib));
  EXPECT_TRUE(shows(kay));
  EXPECT_TRUE(shows(gog)) << "entered there";
}

/// The officer came to DIB, headquarters started anew, he went again. Of the
/// file that tells both, the first page was lost: what comes after it must not
/// be read before it.
TEST_F(Scope, IsReadInItsOrderFromAFileThatLostAPage) {
  move_officer("KAY");
  sync_all();
  field.deliver(field.file_of(dib));
  move_officer("DIB");
  field.headquarters().restart();
  move_officer("KAY");
  const Bytes whole = field.file_for(dib);
  auto torn = decode_file(whole)->items;
  const auto first_page =
      std::find_if(torn.begin(), torn.end(),
                   [](const auto& one) { return one.has_packet(); });
  ASSERT_GE(torn.end() - first_page, 2);
  torn.erase(first_page);

  for (const Bytes& file : {encode_file(torn), whole}) {
    ASSERT_TRUE(read_post_file(dib.post(), file));
  }
  for (int round = 0; round < 2; ++round) sync_all();

  EXPECT_FALSE(shows(dib));
  EXPECT_THAT(dib.disk(), Not(HasSubstr(canary)));
  EXPECT_TRUE(shows(kay));
}

TEST_F(Scope, WithdrawsAPartOnceAndTouchesNoOther) {
  move_officer("KAY");
  sync_all();
  const auto read = dib.post().feed_cursor()->position();

  ASSERT_TRUE(gog.edit(
      record, {"reasons=Résultats tenus malgré l'absence d'électricité."},
      chief_of_gog));
  sync_all();

  EXPECT_EQ(dib.post().feed_cursor()->position(), read);
  EXPECT_FALSE(shows(dib));
}

TEST_F(Scope, LosesNothingThatWasUnsentWhenThePartWasWithdrawn) {
  ASSERT_TRUE(dib.edit(
      record, {"reasons=Écrit à DIB avant que la fiche ne parte ailleurs."},
      chief_of_dib));
  move_officer("KAY");

  sync_all();
  sync_all();

  EXPECT_FALSE(shows(dib));
  const auto counts = dib.post().counts().value();
  for (const LaneCounts& lane : counts) {
    EXPECT_EQ(lane.saved + lane.sent, 0U);
  }
  for (Node* node : {&kay, &gog, &field.headquarters()}) {
    const auto state =
        node->replica().part(node->replica().find(record)->record, "main");
    EXPECT_EQ(PartFacts(**state).value("reasons"),
              Value(std::string(
                  "Écrit à DIB avant que la fiche ne parte ailleurs.")));
  }
  EXPECT_THAT(*dib.replica().verify(), IsEmpty());
}

TEST_F(Scope, BringsAWithdrawnPartBackWhole) {
  ASSERT_TRUE(dib.edit(
      record, {"reasons=Écrit à DIB avant que la fiche ne parte ailleurs."},
      chief_of_dib));
  sync_all();
  move_officer("KAY");
  sync_all();
  ASSERT_FALSE(shows(dib));

  move_officer("DIB");
  sync_all();

  ASSERT_TRUE(shows(dib));
  const RecordId id = dib.replica().find(record)->record;
  EXPECT_EQ(digest(**dib.replica().part(id, "main")),
            digest(**field.headquarters().replica().part(id, "main")));
  EXPECT_FALSE(shows(kay));
}

TEST_F(Scope, LeavesNothingOfOthersWhereAPartWasWithdrawn) {
  ASSERT_TRUE(dib.edit(record,
                       {"reasons=Canari gris no 2, au registre de la barrière"},
                       chief_of_dib));
  sync_all();
  ASSERT_THAT(dib.disk(), HasSubstr(canary)) << "or the test sees nothing";
  ASSERT_GT(kept_bodies(dib), 0);

  move_officer("KAY");
  sync_all();

  EXPECT_THAT(dib.disk(), Not(HasSubstr(canary)));
  EXPECT_EQ(kept_bodies(dib), 0);
  EXPECT_THAT(dib.disk(), HasSubstr("Canari gris")) << "its own it keeps";
  EXPECT_THAT(gog.disk(), HasSubstr(canary));
  EXPECT_THAT(kay.disk(), HasSubstr(canary));
  for (Node* node : {&gog, &dib, &kay}) expect_sound(*node);

  move_officer("DIB");
  sync_all();

  EXPECT_THAT(dib.disk(), HasSubstr(canary));
  EXPECT_GT(kept_bodies(dib), 0);
  EXPECT_THAT(kay.disk(), Not(HasSubstr(canary)));
  for (Node* node : {&gog, &dib, &kay}) expect_sound(*node);
}

/// Who gave the part up gives back what it read of it without the bodies; the
/// machine that wrote them brings them, and whoever heard of stubs hears again.
TEST_F(Scope, BringsBodiesToWhoWasFedWithoutThem) {
  Node& late = field.machine("GOG");
  field.sync(late);
  const auto backup = field.folder / "backup.db";
  field.headquarters().copy_to(backup);
  ASSERT_TRUE(gog.edit(record,
                       {"reasons=Canari noir no 7, au registre de la barrière"},
                       chief_of_gog));
  sync_all();
  move_officer("KAY");
  field.sync(dib);
  field.headquarters().become(backup);

  for (Node* machine : {&dib, &late}) field.sync(*machine);
  const RecordId id = late.replica().find(record)->record;
  ASSERT_EQ((**late.replica().part(id, "main")).verdicts.size(), 2U)
      << "the second without its text so far";
  EXPECT_THAT(late.disk(), Not(HasSubstr("Canari noir")));
  for (Node* machine : {&gog, &late}) field.sync(*machine);

  EXPECT_THAT(late.disk(), HasSubstr("Canari noir"));
  EXPECT_EQ(digest(**late.replica().part(id, "main")),
            digest(**field.headquarters().replica().part(id, "main")));
  for (Node* node : {&gog, &dib, &late}) expect_sound(*node);
}

TEST_F(Scope, IsKnownAgainToARestoredHeadquarters) {
  const auto backup = field.folder / "backup.db";
  field.headquarters().copy_to(backup);
  move_officer("KAY");
  sync_all();

  field.headquarters().become(backup);
  sync_all();
  sync_all();

  EXPECT_FALSE(shows(dib));
  EXPECT_TRUE(shows(kay));
}

// KAY read all that there was, and gives it back; meanwhile the restored one
// took a change that KAY never saw.
TEST_F(Scope, IsFedWholeWhereARestoredHeadquartersKnowsItInPart) {
  const auto backup = field.folder / "backup.db";
  field.headquarters().copy_to(backup);
  ASSERT_TRUE(gog.edit(record, {"officer_id=702-15.B"}, chief_of_gog));
  for (Node* machine : {&gog, &kay}) field.sync(*machine);
  ASSERT_TRUE(shows(kay)) << "the officer is one of its own now";

  field.headquarters().become(backup);
  const auto written = dib.edit(
      record, {"reasons=Écrit à DIB avant que KAY ne revienne la rendre."},
      chief_of_dib);
  ASSERT_TRUE(written) << written.error().what.id;
  field.sync(dib);
  for (int round = 0; round < 2; ++round) field.sync(kay);

  const RecordId id = kay.replica().find(record)->record;
  EXPECT_EQ(digest(**kay.replica().part(id, "main")),
            digest(**field.headquarters().replica().part(id, "main")));
}

}  // namespace
}  // namespace relais::sync
