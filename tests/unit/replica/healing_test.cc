#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/session/headquarters_session.h"
#include "sync/session/post_session.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/field.h"
#include "tests/support/published.h"
#include "tests/support/raw_sqlite.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::FaultyVfs;
using test::Field;
using test::Node;
using testing::SizeIs;

/// Two machines of one post that hold one record, and a backup of that hour.
/// Afterwards headquarters publishes a table, and only the first machine hears
/// of it before the disk is lost; then the other one writes.
class HealedTwice : public testing::Test {
 protected:
  HealedTwice() {
    for (Node* machine : {&a, &b}) {
      record = machine->create(
          "evaluation", {"cycle_id=2026", "officer_id=924-31.C"}, chief_of_dib);
    }
    for (Node* machine : {&a, &b, &a}) field.sync(*machine);
    there.copy_to(backup);
    there.restart();  // what it says from now on is in another feed
    publish();
    field.sync(a);
    there.become(backup);
    EXPECT_FALSE(knows_the_table()) << "the backup is older";
    EXPECT_TRUE(
        b.edit(to_hex(record), {"interview_place=Diboli"}, chief_of_dib));
    field.sync(b);  // first news for the other machine since
  }

  void publish() {
    const std::string table =
        test::file_text(RELAIS_SOURCE_DIR "/proto/reference/sample/cycle.csv") +
        "2027,Campagne 2027,2027 cycle,,,2027-01-04,,2027-01-01,2027-12-31\n";
    EXPECT_TRUE(there.replica().transact(
        [&] { return there.headquarters().publish_table("cycle", table); }));
  }
  bool knows_the_table() {
    const auto tables = there.replica().publications().newest_tables();
    return tables->find("cycle")->find("2027") >= 0;
  }

  Field field;
  Node& there = field.headquarters();
  Node& a = field.machine("DIB");
  Node& b = field.machine("DIB");
  std::filesystem::path backup = field.folder / "backup.db";
  std::filesystem::path second = field.folder / "second.db";
  RecordId record;
};

TEST_F(HealedTwice, ReadsWhatARestoredHeadquartersSaidBeforeItStartedAgain) {
  there.restart();

  for (int round = 0; round < 2; ++round) field.sync(a);

  const RecordView view = a.show(to_hex(record), chief_of_dib);
  EXPECT_EQ(plain_text(RecordFacts(view.parts).value("interview_place")),
            "Diboli");
  EXPECT_TRUE(knows_the_table());
}

TEST_F(HealedTwice, GivesBackWhatABackupOfTheRestoredOneLacks) {
  there.copy_to(second);
  for (int round = 0; round < 2; ++round) field.sync(a);
  ASSERT_TRUE(knows_the_table());

  there.become(second);
  field.sync(a);

  EXPECT_TRUE(knows_the_table())
      << "it knows the feed that was read last, and lacks one before it";
}

TEST_F(HealedTwice, GivesItBackByFile) {
  there.copy_to(second);
  for (int round = 0; round < 2; ++round) field.sync(a);

  there.become(second);
  for (int round = 0; round < 2; ++round) field.carry(a);

  EXPECT_TRUE(knows_the_table());
}

TEST_F(HealedTwice, JudgesWhatNamesATableThatOnlyComesBackAfterIt) {
  const RecordId incident =
      a.create("incident", test::an_incident(), "0112-447.T", true);

  field.sync(a);

  EXPECT_TRUE(knows_the_table());
  const auto report = there.replica().part(incident, "report").value();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->waiting, testing::IsEmpty());
  EXPECT_THAT(there.replica().verify().value(), testing::IsEmpty());
}

TEST_F(HealedTwice, KeepsTheTableThatItPublishedSinceUnderThatNumber) {
  const std::string file = test::file_text(
      RELAIS_SOURCE_DIR "/proto/reference/sample/hierarchy.csv");
  const std::string line =
      file.substr(0, file.rfind('\n', file.size() - 2) + 1);
  ASSERT_TRUE(there.replica().transact(
      [&] { return there.headquarters().publish_table("hierarchy", line); }));
  const auto published = there.replica().publications().newest_tables();

  field.sync(a);

  EXPECT_FALSE(knows_the_table());
  EXPECT_EQ(there.replica().publications().newest_tables()->version.hash,
            published->version.hash);
  EXPECT_THAT(there.replica().verify().value(), testing::IsEmpty());
}

/// A machine's disk, copied to a file that fails when told to.
struct FailingMachine {
  FailingMachine(const std::filesystem::path& file, Clock& clock) {
    OpenOptions options;
    options.vfs = disk.name();
    store = std::move(SqliteStore::open(file, options).value());
    replica = std::make_unique<Replica>(
        Machine{store.get(), &clock, &random,
                open_machine_keys(*store, random).value()});
  }

  FaultyVfs disk;
  SystemRandom random;
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<Replica> replica;
};

/// A form that cannot be read is not a form that was never published.
TEST(Reading, FailsWhereTheDiskDoesAndLeavesNothingOut) {
  Field field;
  Node& post = field.machine("DIB");
  post.create("incident", {"summary=Un brouillon"}, chief_of_dib);
  post.create("evaluation", {"cycle_id=2026", "officer_id=924-31.C"},
              chief_of_dib);
  const auto file = field.folder / "copy.db";
  post.copy_to(file);
  int failures = 0;
  for (int n = 1;; ++n) {
    FailingMachine machine(file, post.clock);
    machine.disk.fail_read_at(n);
    const Actor chief{chief_of_dib, {}, proto::SIDE_POST};
    const auto lines = Reader(*machine.replica).list({}, nullptr, 0, chief);
    if (!machine.disk.fault_reached()) {
      ASSERT_TRUE(lines);
      EXPECT_THAT(*lines, SizeIs(2));
      break;
    }
    ++failures;
    EXPECT_TRUE(!lines || lines->size() == 2) << "read " << n << " failed";
  }
  EXPECT_GT(failures, 2);
}

/// A whole request of a machine, in one transaction.
Result<> hear(Headquarters& there, const DeviceId& from, const Bytes& request) {
  return there.replica().transact([&]() -> Result<> {
    HeadquartersSession session(there, from);
    FrameReader reader;
    reader.feed(request);
    for (auto frame = reader.next(); frame && *frame; frame = reader.next()) {
      if (auto heard = session.on_frame(**frame); !heard) return heard;
    }
    return {};
  });
}

/// The same inside a transaction: it is not committed.
TEST(Reading, LeavesNoRecordOutOfTheNewsOfAnotherMachine) {
  Field field;
  Node& a = field.machine("DIB");
  const DeviceId b = field.machine("DIB").replica().keys().device;
  const RecordId record = a.create(
      "evaluation", {"cycle_id=2026", "officer_id=924-31.C"}, chief_of_dib);
  PostSession session(a.post(), {}, false);
  const auto request = session.next();
  ASSERT_TRUE(request && *request);
  field.headquarters().copy_to(field.folder / "before.db");
  int failures = 0;
  for (int n = 1;; ++n) {
    const auto file = field.folder / ("hq-" + std::to_string(n)).c_str();
    std::filesystem::copy_file(field.folder / "before.db", file);
    FailingMachine machine(file, a.clock);
    Replica& replica = *machine.replica;
    Headquarters there(replica);
    machine.disk.fail_read_at(n);
    const auto taken = hear(there, a.replica().keys().device, **request);
    const bool reached = machine.disk.fault_reached();
    machine.disk.fail_read_at(-1);
    failures += !taken;
    if (replica.find(to_hex(record))) {
      EXPECT_THAT(there.feed(b, {}, 1 << 20)->packets, SizeIs(1))
          << "read " << n << " failed, and the record came in";
    }
    if (!reached) break;
  }
  EXPECT_GT(failures, 2);
}

/// SQLite reads a damaged row as it stands; its sum tells.
TEST(Reading, TakesNoRecordWhoseFormIsDamaged) {
  Field field;
  Node& a = field.machine("DIB");
  const RecordId record = a.create(
      "evaluation", {"cycle_id=2026", "officer_id=924-31.C"}, chief_of_dib);
  PostSession session(a.post(), {}, false);
  const auto request = session.next();
  ASSERT_TRUE(request && *request);
  const auto file = field.folder / "damaged.db";
  field.headquarters().copy_to(file);
  test::run_sql(file,
                "UPDATE document SET bytes=x'00' WHERE name='evaluation'");
  FailingMachine machine(file, a.clock);
  Headquarters there(*machine.replica);

  const auto taken = hear(there, a.replica().keys().device, **request);

  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::corrupt);
  EXPECT_FALSE(machine.replica->find(to_hex(record)));
}

}  // namespace
}  // namespace relais::sync
