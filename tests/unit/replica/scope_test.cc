#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/replica/desk.h"
#include "tests/support/field.h"
#include "tests/support/published.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;
using testing::Contains;
using testing::IsEmpty;

constexpr const char* moved_officer = "924-31.C";
constexpr const char* chief_of_gog = "835-62.D";

/// A commendation of an officer of DIB, entered at GOG: DIB holds it as long
/// as he is there.
class Scope : public testing::Test {
 protected:
  Scope()
      : gog(field.machine("GOG")),
        dib(field.machine("DIB")),
        kay(field.machine("KAY")),
        record(to_hex(gog.create("commendation", {"officer_id=924-31.C"},
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

}  // namespace
}  // namespace relais::sync
