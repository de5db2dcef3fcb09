#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/replica/purge_desk.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;
using test::officer_of_dib;

const Actor first{"k.diarra", "shell", proto::SIDE_HEADQUARTERS};
const Actor second{"o.keita", "shell", proto::SIDE_HEADQUARTERS};

/// Two machines of one post; headquarters is restored to before a change of
/// one of them and before the purge of all of it.
TEST(RestoredPurge, ReachesWhoHeldThePartWithoutWhatWasPurgedLast) {
  Field field;
  Node& there = field.headquarters();
  ASSERT_TRUE(there.replica().transact([&] {
    return there.headquarters().publish_table(
        "headquarters_user",
        "code,label_fr,label_en,valid_from,valid_to,role\n"
        "k.diarra,K,K,,,hr_manager ia_head\n"
        "o.keita,O,O,,,hr_manager ia_head\n");
  }));
  Node& a = field.machine("DIB");
  Node& b = field.machine("DIB");
  const auto id = b.create("policy_acknowledgement",
                           {std::string("officer_id=") + officer_of_dib,
                            "policy_text=gifts", "policy_version=2026.3"},
                           officer_of_dib);
  const std::string record = to_hex(id);
  for (Node* one : {&b, &a}) field.sync(*one);
  there.copy_to(field.folder / "backup.db");
  ASSERT_TRUE(b.edit(record, {"questions[+].text=Question"}, officer_of_dib));
  field.sync(b);
  there.restart();
  PurgeDesk desk(there.headquarters());
  PurgeProposal asked;
  asked.basis = "décision 12/2026";
  asked.reason = "Demande";
  ASSERT_TRUE(desk.propose(record, asked, first));
  ASSERT_TRUE(desk.confirm(record, second));
  field.sync(b);

  there.become(field.folder / "backup.db");
  ASSERT_TRUE(there.replica().transact(
      [&] { return there.headquarters().new_epoch(); }));
  for (Node* one : {&a, &b, &a, &b, &a, &b}) field.sync(*one);

  const auto kept = *there.replica().part(id, "main").value();
  EXPECT_FALSE(kept.erased.empty());
  for (Node* one : {&a, &b}) {
    EXPECT_EQ(digest(*one->replica().part(id, "main").value()), digest(kept));
  }
}

}  // namespace
}  // namespace relais::sync
