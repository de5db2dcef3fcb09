#include "sync/sealed/ring.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "sync/sealed/envelope.h"
#include "sync/store/home.h"
#include "tests/support/temporary_folder.h"

namespace relais::sync {
namespace {

const Bytes machine_key(32, 'k');

/// A disk that loses its power: of the n-th write a part arrives, and nothing
/// after it.
struct Disk {
  Bytes bytes;
  int operations = 0;
  int cut_at = 0;  ///< 0: never
  std::size_t torn_bytes = 0;
  bool unsynced = false;
  bool both_at_risk = false;  ///< a second copy begun before the first is safe

  bool on() const { return cut_at == 0 || operations < cut_at; }
};

class CutFile final : public RingFile {
 public:
  explicit CutFile(Disk& disk) : disk_(&disk) {}
  Result<Bytes> read() override { return disk_->bytes; }
  Result<> write(std::size_t offset, std::string_view bytes) override {
    if (!disk_->on()) return fail(Errc::corrupt, "no power");
    ++disk_->operations;
    disk_->both_at_risk = disk_->both_at_risk || disk_->unsynced;
    disk_->unsynced = true;
    if (!disk_->on()) bytes = bytes.substr(0, disk_->torn_bytes);
    const std::size_t end = offset + bytes.size();
    if (disk_->bytes.size() < end) disk_->bytes.resize(end, '\0');
    disk_->bytes.replace(offset, bytes.size(), bytes);
    if (!disk_->on()) return fail(Errc::corrupt, "no power");
    return {};
  }
  Result<> sync() override {
    if (!disk_->on()) return fail(Errc::corrupt, "no power");
    ++disk_->operations;
    if (!disk_->on()) return fail(Errc::corrupt, "no power");
    disk_->unsynced = false;
    return {};
  }

 private:
  Disk* disk_;
};

class Ring : public testing::Test {
 protected:
  WaitingRing open(Disk& disk) {
    disk.operations = 0;
    disk.cut_at = 0;
    auto ring = WaitingRing::open(std::make_unique<CutFile>(disk), machine_key,
                                  random_);
    EXPECT_TRUE(ring);
    return std::move(*ring);
  }
  Bytes envelope() { return make_filler(random_); }

  SystemRandom random_;
  Disk disk_;
};

TEST_F(Ring, GivesBackWhatCameInBeforeAllElse) {
  auto ring = open(disk_);
  const Bytes first = envelope();
  const Bytes second = envelope();
  ASSERT_TRUE(ring.put({first, second}));
  const Bytes third = envelope();
  ASSERT_TRUE(ring.put({third}));
  for (const Bytes& one : {first, second, third}) {
    EXPECT_EQ(ring.front(), one);
    ASSERT_TRUE(ring.pop());
  }
}

TEST_F(Ring, IsThereAfterARestart) {
  const Bytes report = envelope();
  {
    auto ring = open(disk_);
    ASSERT_TRUE(ring.put({report}));
  }
  auto ring = open(disk_);
  EXPECT_EQ(ring.front(), report);
  EXPECT_FALSE(ring.anew());
}

TEST_F(Ring, HasOneSizeAndNoByteThatStays) {
  auto ring = open(disk_);
  const Bytes before = disk_.bytes;
  ASSERT_TRUE(ring.rewrite());
  EXPECT_EQ(disk_.bytes.size(), before.size());
  std::size_t same = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    same += before[i] == disk_.bytes[i] ? 1 : 0;
  }
  EXPECT_LT(same, before.size() / 200);  // one in 256 by chance
}

TEST_F(Ring, ShowsNothingOfAnEnvelopeInItsFile) {
  auto ring = open(disk_);
  const Bytes report = envelope();
  ASSERT_TRUE(ring.put({report}));
  EXPECT_EQ(disk_.bytes.find(report.substr(700, 32)), Bytes::npos);
}

/// What a power cut leaves is the ring before or the ring after; a report of
/// which put() said that it is there, is.
TEST_F(Ring, LosesNothingWhereverThePowerIsCut) {
  auto calm = open(disk_);
  const Bytes kept = envelope();
  ASSERT_TRUE(calm.put({kept}));
  const Bytes start = disk_.bytes;
  const Bytes added = envelope();
  for (const std::size_t torn : {0UL, 1UL, 4'096UL, 200'000UL}) {
    for (int cut = 1; cut <= 8; ++cut) {
      for (const bool put : {true, false}) {
        SCOPED_TRACE(std::to_string(torn) + " " + std::to_string(cut));
        disk_.bytes = start;
        bool confirmed = false;
        {
          auto ring = open(disk_);
          disk_.operations = 0;
          disk_.cut_at = cut;
          disk_.torn_bytes = torn;
          confirmed = (put ? ring.put({added}) : ring.pop()).has_value();
        }
        auto ring = open(disk_);
        EXPECT_FALSE(ring.anew());
        if (put) {
          if (confirmed) {
            EXPECT_EQ(ring.front(), added);
          }
          if (ring.front() == added) {
            ASSERT_TRUE(ring.pop());
          }
          EXPECT_EQ(ring.front(), kept);
        } else if (!confirmed) {
          // Four operations: two copies written, two synced.
          EXPECT_TRUE(cut <= 4);
        } else {
          EXPECT_NE(ring.front(), kept);
        }
      }
    }
  }
}

TEST_F(Ring, HasOneCopyOnTheDiskBeforeItTouchesTheOtherAndBothInTheEnd) {
  auto ring = open(disk_);
  ASSERT_TRUE(ring.put({envelope()}));
  EXPECT_FALSE(disk_.unsynced);
  ASSERT_TRUE(ring.pop());
  EXPECT_FALSE(disk_.unsynced || disk_.both_at_risk);
}

TEST_F(Ring, TakesNoMoreThanItCanKeep) {
  auto ring = open(disk_);
  const Bytes first = envelope();
  ASSERT_TRUE(ring.put({first}));
  for (std::size_t i = 1; i < WaitingRing::taken_max; ++i) {
    ASSERT_TRUE(ring.put({envelope()}));
  }
  EXPECT_EQ(ring.put({envelope()}).error().code, Errc::over_limit);
  EXPECT_EQ(ring.front(), first);
  ASSERT_TRUE(ring.pop());
  EXPECT_TRUE(ring.put({envelope()}));
}

TEST_F(Ring, OfAnotherMachineOrDamagedTwiceBeginsAnew) {
  { auto ring = open(disk_); }
  auto other = WaitingRing::open(std::make_unique<CutFile>(disk_),
                                 Bytes(32, 'o'), random_);
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->anew());
}

TEST_F(Ring, LiesInAFileOfItsOwnersAlone) {
  test::TemporaryFolder folder;
  const auto path = folder / "envelopes";
  const Bytes report = envelope();
  for (const bool again : {false, true}) {
    auto file = open_ring_file(path);
    ASSERT_TRUE(file);
    auto ring = WaitingRing::open(std::move(*file), machine_key, random_);
    ASSERT_TRUE(ring);
    if (again) {
      EXPECT_EQ(ring->front(), report);
    } else {
      ASSERT_TRUE(ring->put({report}));
    }
  }
  struct stat about {};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
}

}  // namespace
}  // namespace relais::sync
