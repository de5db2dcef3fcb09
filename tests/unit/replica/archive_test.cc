#include "sync/replica/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sync/journal/receipt.h"
#include "sync/limits.h"
#include "sync/replica/kept_packets.h"
#include "sync/store/audit.h"
#include "sync/store/backup.h"
#include "sync/store/home.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::Field;
using test::Node;
using testing::IsEmpty;
using testing::SizeIs;

namespace fs = std::filesystem;

constexpr const char* chief_of_gog = "835-62.D";
constexpr const char* officer_of_gog = "0131-908.R";
constexpr const char* text =
    "Canari ocre no 310, vu au registre de la barrière de Gogui";

/// GOG writes a commendation, which DIB holds as well, and an incident, which
/// nobody at a post may read.
class Archive : public testing::Test {
 protected:
  Archive()
      : there(field.headquarters()),
        gog(field.machine("GOG")),
        dib(field.machine("DIB")),
        commendation(commend()),
        incident(
            gog.create("incident", test::an_incident(), officer_of_gog, true)) {
    sync_all();
  }

  RecordId commend() {
    return gog.create("commendation",
                      {"officer_id=924-31.C", std::string("reasons=") + text},
                      chief_of_gog);
  }
  void sync_all() {
    for (Node* machine : {&gog, &dib, &gog, &dib}) field.sync(*machine);
  }
  fs::path back_up(const std::string& name) {
    const fs::path file = field.folder.path() / name;
    auto& store = dynamic_cast<SqliteStore&>(there.replica().store());
    EXPECT_TRUE(backup(store.database(), file, ++there.clock.wall));
    return file;
  }
  void pass_days(int days) { there.clock.wall += days * 24LL * 60 * 60 * 1000; }
  Result<> archive(const fs::path& one, const fs::path& other) {
    auto pair = open_pair(there.replica(), one, other);
    if (!pair) return fail(pair.error());
    for (const auto* backup : {&pair->older, &pair->newer}) {
      if (auto whole = backup->verify({}); !whole) return whole;
    }
    return there.replica().transact(
        [&] { return mark_archived(there.replica(), *pair); });
  }
  /// What was written up to now is archived, by two backups.
  void archive_now() {
    older = back_up("older.db");
    pass_days(30);
    const auto done = archive(older, back_up("newer.db"));
    ASSERT_TRUE(done) << done.error().what.id;
  }
  proto::Receipt receipt_for(Node& machine) {
    return *there.headquarters().receipt(machine.replica().keys().device, {},
                                         {});
  }
  static std::size_t kept(Node& machine) {
    std::size_t packets = 0;
    EXPECT_TRUE(machine.replica().store().scan(kept_feed, {}, [&](auto, auto) {
      ++packets;
      return true;
    }));
    return packets;
  }
  /// Of the incident's report, at the machine that wrote it.
  std::vector<StoredEntry> report() {
    return *gog.replica().store().entries_of(incident, "report");
  }
  bool lies_at_gog() {
    const auto entries = report();
    EXPECT_FALSE(entries.empty());
    return std::any_of(entries.begin(), entries.end(),
                       [](const auto& one) { return one.body.has_value(); });
  }
  static void expect_sound(Node& node) {
    EXPECT_THAT(*node.replica().verify(), IsEmpty());
    auto& store = dynamic_cast<SqliteStore&>(node.replica().store());
    EXPECT_THAT(*audit(store.database()), IsEmpty());
  }

  Field field;
  Node& there;
  Node& gog;
  Node& dib;
  RecordId commendation;
  RecordId incident;
  fs::path older;
};

TEST_F(Archive, TakesTwoWholeBackupsOfThisHeadquartersOfWhichOneIsOld) {
  const fs::path old = back_up("old.db");
  const fs::path young = back_up("young.db");
  EXPECT_EQ(archive(old, young).error().code, Errc::invalid) << "both young";
  pass_days(30);
  EXPECT_EQ(archive(old, old).error().code, Errc::invalid);
  EXPECT_EQ(archive(old, field.folder / "none").error().code, Errc::not_found);
  fs::copy_file(old, field.folder / "twin.db");
  EXPECT_EQ(archive(old, field.folder / "twin.db").error().code, Errc::invalid);
  there.copy_to(field.folder / "undated.db");
  EXPECT_EQ(archive(old, field.folder / "undated.db").error().code,
            Errc::invalid);
  Field stranger;
  auto& store =
      dynamic_cast<SqliteStore&>(stranger.headquarters().replica().store());
  const fs::path foreign = field.folder / "foreign.db";
  ASSERT_TRUE(backup(store.database(), foreign, ++there.clock.wall));
  EXPECT_EQ(archive(old, foreign).error().code, Errc::invalid);
  Bytes bytes = read_file(young, 1 << 26).value();
  char& flipped = bytes[bytes.size() - 100];
  flipped = static_cast<char>(flipped ^ 1);
  ASSERT_TRUE(write_file_durably(field.folder / "bad.db", bytes, mode_private));
  EXPECT_EQ(archive(old, field.folder / "bad.db").error().code, Errc::corrupt);
  EXPECT_EQ(receipt_for(gog).archived_size(), 0);

  EXPECT_TRUE(archive(young, old)) << "in any order";
  EXPECT_GT(receipt_for(gog).archived_size(), 0);
}

TEST_F(Archive, IsWhatBothHoldAndNeverLess) {
  const fs::path first = back_up("first.db");
  const proto::Receipt then = receipt_for(gog);
  const auto feed = *gog.post().feed_cursor();
  commend();
  sync_all();
  const fs::path second = back_up("second.db");
  pass_days(30);
  const fs::path third = back_up("third.db");

  ASSERT_TRUE(archive(first, third));
  std::vector<proto::LaneLine> lines(then.held().begin(), then.held().end());
  lines.push_back(feed);
  const proto::Receipt told = receipt_for(gog);
  EXPECT_THAT(told.archived(), SizeIs(lines.size()));
  for (const proto::LaneLine& line : told.archived()) {
    EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [&](const auto& one) {
      return one.SerializeAsString() == line.SerializeAsString();
    }));
  }
  ASSERT_TRUE(archive(second, third));
  const auto more = receipt_for(gog).SerializeAsString();
  EXPECT_NE(more, told.SerializeAsString());

  ASSERT_TRUE(archive(first, third));
  EXPECT_EQ(receipt_for(gog).SerializeAsString(), more);
  EXPECT_EQ(archived_since(there.replica().store())->older_ms,
            *made_at(**SqliteStore::open(second, OpenMode::read_only)));
}

TEST_F(Archive, LetsPostsForgetWhatTheyKeptForHeadquartersAlone) {
  ASSERT_GT(kept(gog), 0U);
  ASSERT_TRUE(lies_at_gog());
  const auto digest_there = [&] {
    return digest(**there.replica().part(incident, "report"));
  };
  const Hash before = digest_there();

  archive_now();
  for (int round = 0; round < 4; ++round) sync_all();

  EXPECT_EQ(kept(gog), 0U);
  EXPECT_EQ(kept(dib), 0U);
  EXPECT_FALSE(lies_at_gog());
  for (const StoredEntry& entry : report()) {
    EXPECT_EQ(gog.replica().store().journal(entry.dot.journal).value()->seed,
              "");
  }
  for (Node* node : {&there, &gog, &dib}) {
    expect_sound(*node);
    EXPECT_EQ(PartFacts(**node->replica().part(commendation, "main"))
                  .value("reasons"),
              Value(std::string(text)))
        << "what somebody may read stays";
  }
  EXPECT_EQ(digest_there(), before);
}

TEST_F(Archive, LeavesItsAuthorWhatHeSawAndMayDo) {
  const std::string name = to_hex(incident);
  const Actor author{officer_of_gog, {}, proto::SIDE_POST};
  const auto list = [&] {
    return Reader(gog.replica()).list("incident", nullptr, 0, author).value();
  };
  const auto before = list();
  ASSERT_THAT(before, SizeIs(1));
  const auto hidden = gog.show(name, officer_of_gog).hidden;
  archive_now();
  sync_all();
  sync_all();
  ASSERT_FALSE(lies_at_gog());

  const auto after = list();
  ASSERT_THAT(after, SizeIs(1));
  EXPECT_EQ(after[0].reference, before[0].reference);
  EXPECT_EQ(after[0].state, before[0].state);
  EXPECT_EQ(after[0].held, before[0].held);
  EXPECT_EQ(gog.show(name, officer_of_gog).hidden, hidden);
  const auto added =
      gog.edit(name, {"narrative[+].text=Un témoin de plus, le lendemain."},
               officer_of_gog);
  ASSERT_TRUE(added) << added.error().what.id;
  sync_all();

  const auto state = **there.replica().part(incident, "report");
  EXPECT_THAT(state.set_aside, IsEmpty());
  EXPECT_THAT(state.waiting, IsEmpty());
  for (Node* node : {&there, &gog}) expect_sound(*node);
}

/// Promise 2: any of the two backups will do.
TEST_F(Archive, IsAllThereAfterARestoreOfTheOlderBackup) {
  archive_now();
  const RecordId later = commend();
  for (int round = 0; round < 4; ++round) sync_all();
  ASSERT_FALSE(lies_at_gog());
  const auto all = [&] {
    std::vector<Hash> digests;
    for (const RecordId& record : {commendation, incident, later}) {
      const auto parts = there.replica().parts(record).value();
      for (const PartState& part : parts) digests.push_back(digest(part));
    }
    return digests;
  };
  const auto before = all();

  there.become(older);
  ASSERT_TRUE(there.replica().transact(
      [&] { return there.headquarters().new_epoch(); }));
  for (Node* machine : {&gog, &dib, &gog, &dib}) {
    EXPECT_LE(field.sync(*machine), 4) << "the session ends";
  }

  EXPECT_EQ(all(), before);
  for (Node* node : {&there, &gog, &dib}) expect_sound(*node);
  EXPECT_EQ(*fact(gog.replica().store(), "alarm.receipt"), "");
  // What was written since is kept until it is archived itself.
  EXPECT_GT(kept(dib), 0U);
}

TEST_F(Archive, LetsNothingGoByAReceiptThatGoesBack) {
  archive_now();
  const proto::Receipt receipt = receipt_for(gog);
  const Bytes signed_receipt =
      sign_receipt(receipt, there.replica().keys().sign);
  ASSERT_TRUE(gog.replica().transact([&]() -> Result<> {
    auto taken = gog.post().take_receipt(signed_receipt, {});
    return taken ? Result<>() : fail(taken.error());
  }));
  there.become(older);  // by hand: the epoch stays
  there.clock.wall += 1;

  sync_all();

  EXPECT_EQ(*fact(gog.replica().store(), "alarm.receipt"), "1");
  EXPECT_TRUE(lies_at_gog());
  EXPECT_GT(kept(gog), 0U);
}

/// Bytes of another journal than ours are no reason to let ours go.
TEST_F(Archive, CountsOnlyWhereItIsWhatThePostHolds) {
  archive_now();
  proto::Receipt receipt = receipt_for(gog);
  for (auto& line : *receipt.mutable_archived()) {
    line.set_head(Bytes(32, 'x'));
  }
  const Bytes signed_receipt =
      sign_receipt(receipt, there.replica().keys().sign);
  ASSERT_TRUE(gog.replica().transact([&]() -> Result<> {
    auto taken = gog.post().take_receipt(signed_receipt, {});
    return taken ? gog.post().prune() : fail(taken.error());
  }));

  EXPECT_TRUE(lies_at_gog());
  EXPECT_GT(kept(gog), 0U);
}

}  // namespace
}  // namespace relais::sync
