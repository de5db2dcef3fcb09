// What commit() confirmed is there after any fault of the disk; what it was
// busy with is there whole, or not at all; nothing else changes.
//
// Method: the n-th operation of the disk fails, for n = 1, 2, 3 ... until a
// run meets no fault. After each the power is cut, and of what was not synced
// the disk keeps nothing, everything, or some.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "sync/store/audit.h"
#include "sync/store/sqlite_store.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/random_seed.h"
#include "tests/support/sample_store.h"
#include "tests/support/temporary_folder.h"

namespace relais::test {
namespace {

using namespace sync;
using Fault = FaultyVfs::Fault;
using Keep = FaultyVfs::Keep;

constexpr int saves = 4;

/// One post's database on a faulty disk, and what it was told is saved.
class Post {
 public:
  explicit Post(std::uint64_t seed)
      : disk(seed), journal(1, proto::LANE_URGENT) {}

  Result<> start() {
    store.reset();
    OpenOptions options;
    options.vfs = disk.name();
    options.wal_bytes = 8 * 4096;  // so that checkpoints happen in the test
    auto opened = SqliteStore::open(folder / "relais.db", options);
    if (!opened) return fail(opened.error());
    store = std::move(*opened);
    return {};
  }

  /// Goes on after a failure, as a person would.
  void save_some(int count) {
    for (int i = 0; i < count && store != nullptr; ++i) {
      if (!save(*store, journal)) ++refused;
    }
  }

  void cut_power(Keep keep) {
    disk.fail_at(1, Fault::power);
    disk.next_operation();
    store.reset();
    disk.power_cycle(keep);
  }

  std::uint64_t confirmed() const { return journal.stored.last; }

  FaultyVfs disk;
  TemporaryFolder folder;
  SampleJournal journal;
  std::unique_ptr<SqliteStore> store;
  int refused = 0;
};

/// The dump of a store to which `count` saves were made and nothing else.
std::string dump_after(std::uint64_t count) {
  static std::map<std::uint64_t, std::string> known;
  auto found = known.find(count);
  if (found != known.end()) return found->second;
  Post post(0);
  EXPECT_TRUE(post.start());
  post.save_some(static_cast<int>(count));
  return known.emplace(count, dump(*post.store)).first->second;
}

void expect_whole(Post& post) {
  auto faults = audit(post.store->database());
  ASSERT_TRUE(faults) << faults.error().what.id;
  for (const auto& fault : *faults) {
    ADD_FAILURE() << testing::PrintToString(fault.id) << " "
                  << testing::PrintToString(fault.arguments);
  }
  const auto found =
      post.store->journal(post.journal.stored.header.journal).value();
  const std::uint64_t kept = found ? found->last : 0;
  EXPECT_GE(kept, post.confirmed());
  EXPECT_LE(kept, post.confirmed() + 1);
  EXPECT_EQ(dump(*post.store), dump_after(kept));
}

/// False when the n-th operation was past the end.
bool survives(int n, Fault fault, Keep keep, std::uint64_t seed) {
  Post post(seed + static_cast<std::uint64_t>(n));
  post.disk.fail_at(n, fault);
  if (post.start()) post.save_some(saves);
  const bool reached = post.disk.fault_reached();
  if (reached) {
    EXPECT_LT(post.confirmed(), saves + 1u);
  } else {
    EXPECT_EQ(post.confirmed(), static_cast<std::uint64_t>(saves));
  }
  post.cut_power(keep);
  auto started = post.start();
  EXPECT_TRUE(started) << started.error().what.id;
  if (started) expect_whole(post);
  return reached;
}

class Durability : public testing::TestWithParam<Fault> {};

TEST_P(Durability, NeverLosesWhatItConfirmedWhenTheDiskFailsAtAnyStep) {
  const auto seed = random_seed("Durability");
  for (int n = 1;; ++n) {
    // One in turn; the seed says which turn, so that other runs take others.
    const auto keep =
        static_cast<Keep>((static_cast<std::uint64_t>(n) + seed) % 3);
    const bool reached = survives(n, GetParam(), keep, seed);
    ASSERT_FALSE(HasFailure()) << n << ", kept " << static_cast<int>(keep);
    if (reached) continue;
    EXPECT_GT(n, 40) << "so few operations cannot have saved anything";
    break;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryFault, Durability,
                         testing::Values(Fault::io_error, Fault::disk_full,
                                         Fault::torn, Fault::power));

// The second crash comes while the first one is being repaired.
TEST(DurabilityOfRecovery, SurvivesAFaultAtAnyStepOfTheRepair) {
  const auto seed = random_seed("DurabilityOfRecovery");
  for (int first = 1 + static_cast<int>(seed % 15); first < 60; first += 15) {
    for (int second = 1;; ++second) {
      Post post(seed + static_cast<std::uint64_t>(first * 1000 + second));
      post.disk.fail_at(first, Fault::power);
      if (post.start()) post.save_some(saves);
      post.cut_power(Keep::some);
      post.disk.fail_at(second, Fault::power);
      if (post.start()) post.save_some(1);
      const bool reached = post.disk.fault_reached();
      post.cut_power(Keep::some);
      ASSERT_TRUE(post.start());
      expect_whole(post);
      ASSERT_FALSE(HasFailure()) << first << ", then " << second;
      if (!reached) break;
    }
  }
}

/// A save on a full disk was refused, and the next run shows it all the same:
/// then it has to last.
TEST(DiskFull, WhatComesBackAfterARefusalIsThereAfterAPowerCutToo) {
  int shown = 0;
  for (int n = 1;; ++n) {
    SCOPED_TRACE(n);
    Post post(0);
    ASSERT_TRUE(post.start());
    post.save_some(2);
    post.disk.fail_at(n, Fault::disk_full);
    const auto saved = save(*post.store, post.journal);
    if (!post.disk.fault_reached()) break;
    post.store.reset();
    post.disk.free_space();
    ASSERT_TRUE(post.start());
    const std::string before = dump(*post.store);
    shown += !saved && before == dump_after(post.confirmed() + 1);

    post.cut_power(Keep::none);

    ASSERT_TRUE(post.start());
    EXPECT_EQ(dump(*post.store), before);
  }
  EXPECT_GT(shown, 0) << "no refused save came back: nothing was tried";
}

TEST(DiskFull, IsRefusedAndTheStoreLivesOn) {
  for (int n = 1;; ++n) {
    SCOPED_TRACE(n);
    Post post(0);
    ASSERT_TRUE(post.start());
    post.save_some(2);
    post.disk.fail_at(n, Fault::disk_full);
    SampleJournal before = post.journal;
    Result<> last;
    for (int i = 0; i < 5 && last; ++i) last = save(*post.store, post.journal);
    if (!post.disk.fault_reached()) break;
    if (!last) {
      EXPECT_EQ(last.error().code, Errc::disk_full);
    }
    EXPECT_EQ(dump(*post.store), dump_after(post.confirmed()));

    post.disk.free_space();

    auto again = save(*post.store, post.journal);
    ASSERT_TRUE(again) << again.error().what.id;
    EXPECT_EQ(dump(*post.store), dump_after(post.confirmed()));
  }
}

TEST(FailedDisk, IsWrittenToNoMoreUntilTheStoreIsOpenedAgain) {
  for (int n = 1;; ++n) {
    SCOPED_TRACE(n);
    Post post(0);
    ASSERT_TRUE(post.start());
    post.save_some(2);
    post.disk.fail_at(n, Fault::io_error);
    auto failed = save(*post.store, post.journal);
    if (!post.disk.fault_reached()) break;
    if (failed) continue;  // in a checkpoint after the commit: done again

    auto again = save(*post.store, post.journal);

    EXPECT_EQ(failed.error().code, Errc::corrupt);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::corrupt);
    ASSERT_TRUE(post.start());
    expect_whole(post);
    EXPECT_TRUE(save(*post.store, post.journal));
  }
}

TEST(FailedRead, IsAnErrorAndNeverAnInventedValue) {
  const std::string whole = dump_after(saves);
  for (int n = 1;; ++n) {
    Post post(0);
    ASSERT_TRUE(post.start());
    post.save_some(saves);
    post.disk.fail_read_at(n);

    auto started = post.start();

    if (started) {
      const std::string found = dump(*post.store);
      EXPECT_TRUE(found == whole || found.rfind("error", 0) == 0) << n;
    } else {
      EXPECT_EQ(started.error().code, Errc::corrupt) << n;
    }
    if (!post.disk.fault_reached()) break;
  }
}

// A single commit after a refused write would keep half of a save.
TEST(FailedWrite, MakesTheWholeTransactionFail) {
  Post post(0);
  ASSERT_TRUE(post.start());
  post.save_some(1);
  const std::string before = dump(*post.store);
  ASSERT_TRUE(post.store->begin());
  ASSERT_TRUE(post.store->put("shelf", "small", "value"));
  ASSERT_FALSE(post.store->put("shelf", "large", std::string(40 << 20, 'x')));

  auto committed = post.store->commit();

  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, Errc::over_limit);
  EXPECT_EQ(dump(*post.store), before);
  EXPECT_FALSE(post.store->get("shelf", "small").value());
  EXPECT_TRUE(save(*post.store, post.journal));
}

}  // namespace
}  // namespace relais::test
