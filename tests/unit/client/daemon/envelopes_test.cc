#include "client/daemon/envelopes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>

#include "sync/replica/sealed_lane.h"
#include "sync/sealed/envelope.h"
#include "sync/store/home.h"
#include "tests/support/field.h"

namespace relais::client {
namespace {

using sync::Bytes;
using test::Field;
using test::Node;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t hour_ms = 3'600'000;

class DailyEnvelope : public testing::Test {
 protected:
  DailyEnvelope() { start(); }

  /// A new run over the same ring and the same store.
  void start() {
    envelopes_.reset();
    auto opened = Envelopes::open(field_.folder / "envelopes", dib_.replica());
    EXPECT_TRUE(opened);
    envelopes_ = std::move(*opened);
  }
  void pass_hours(int hours) {
    dib_.clock.wall += hours * hour_ms;
    dib_.clock.monotonic += hours * hour_ms;
    EXPECT_TRUE(envelopes_->beat());
  }
  void pass_days(int days) {
    for (int i = 0; i < days; ++i) pass_hours(24);
  }
  /// What this machine has written in its sealed lane, in that order.
  std::vector<Bytes> written() {
    std::vector<Bytes> all;
    auto journals = dib_.replica().store().journals(
        dib_.replica().keys().device, proto::LANE_SEALED);
    for (const auto& journal : *journals) {
      for (std::uint64_t at = 1; at <= journal.last; ++at) {
        auto entry = dib_.replica().store().entry({journal.header.journal, at});
        all.push_back(sync::decode_body(*(*entry)->body)->piece());
      }
    }
    return all;
  }
  Bytes report() { return sync::make_filler(random_); }

  sync::SystemRandom random_;
  Field field_;
  Node& dib_ = field_.machine("DIB");
  std::unique_ptr<Envelopes> envelopes_;
};

TEST_F(DailyEnvelope, LeavesOnceADayReportOrNot) {
  EXPECT_TRUE(envelopes_->beat());
  EXPECT_THAT(written(), IsEmpty());  // the first day only begins
  pass_days(1);
  EXPECT_THAT(written(), SizeIs(1));
  pass_hours(1);
  EXPECT_THAT(written(), SizeIs(1));
  pass_days(3);
  EXPECT_THAT(written(), SizeIs(4));
}

TEST_F(DailyEnvelope, IsTheReportOnTheNextDayAndAFillerAfterIt) {
  ASSERT_TRUE(envelopes_->beat());
  const Bytes first = report();
  const Bytes second = report();
  ASSERT_TRUE(envelopes_->take({first, second}));
  EXPECT_THAT(written(), IsEmpty());
  pass_days(3);
  const auto all = written();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0], first);
  EXPECT_EQ(all[1], second);
  EXPECT_NE(all[2], second);
}

TEST_F(DailyEnvelope, IsNotCaughtUpAfterALongSleep) {
  ASSERT_TRUE(envelopes_->beat());
  pass_hours(24 * 30);
  EXPECT_THAT(written(), SizeIs(1));
}

TEST_F(DailyEnvelope, LeavesOneADayWhateverTheClockSays) {
  ASSERT_TRUE(envelopes_->beat());
  pass_days(1);
  for (int i = 0; i < 20; ++i) {
    dib_.clock.wall += (i % 2 == 0 ? 40 : -40) * 24 * hour_ms;
    ASSERT_TRUE(envelopes_->beat());
  }
  EXPECT_THAT(written(), SizeIs(1));
  dib_.clock.wall += 24 * 400 * hour_ms;
  pass_days(2);
  EXPECT_THAT(written(), SizeIs(3));
}

TEST_F(DailyEnvelope, LeavesOnceADayHoweverOftenTheMachineStarts) {
  ASSERT_TRUE(envelopes_->beat());
  pass_days(1);
  for (int i = 0; i < 3; ++i) {
    dib_.restart();
    start();
    ASSERT_TRUE(envelopes_->beat());
  }
  EXPECT_THAT(written(), SizeIs(1));
}

TEST_F(DailyEnvelope, SurvivesARestartBetweenJournalAndRing) {
  ASSERT_TRUE(envelopes_->beat());
  const Bytes first = report();
  const Bytes second = report();
  ASSERT_TRUE(envelopes_->take({first, second}));
  // The journal has it, and then the power goes.
  const Bytes before = *sync::read_file(field_.folder / "envelopes", 1UL << 20);
  pass_days(1);
  ASSERT_TRUE(sync::write_file_durably(field_.folder / "envelopes", before,
                                       sync::mode_private));
  dib_.restart();
  start();
  pass_days(2);
  const auto all = written();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0], first);
  EXPECT_EQ(all[1], second);
}

TEST_F(DailyEnvelope, OfAReportSurvivesARestartBeforeItsDay) {
  ASSERT_TRUE(envelopes_->beat());
  const Bytes first = report();
  ASSERT_TRUE(envelopes_->take({first}));
  dib_.restart();
  start();
  pass_days(1);
  EXPECT_THAT(written(), ElementsAre(first));
}

TEST_F(DailyEnvelope, TakesNothingOfAnotherShape) {
  EXPECT_FALSE(envelopes_->take({}));
  EXPECT_FALSE(envelopes_->take({Bytes(100, 'x')}));
  EXPECT_FALSE(envelopes_->take(std::vector<Bytes>(5, report())));
}

/// Nothing in the database changes when somebody reports: not its bytes, not
/// its log, not the time of its files. Only the ring's file does, and it is
/// written now and then anyway.
TEST_F(DailyEnvelope, ChangesNoFileButTheRing) {
  ASSERT_TRUE(envelopes_->beat());
  const std::string before = dib_.disk();
  ASSERT_TRUE(envelopes_->take({report()}));
  EXPECT_EQ(dib_.disk(), before);
}

TEST_F(DailyEnvelope, PausesAtRandomAroundItsMean) {
  double sum = 0;
  int longer = 0;
  constexpr int times = 2000;
  for (int i = 0; i < times; ++i) {
    const double minutes =
        static_cast<double>(envelopes_->pause().count()) / 60'000;
    sum += minutes;
    if (minutes > 10) ++longer;
  }
  EXPECT_NEAR(sum / times, 10, 1.5);
  // Without memory: e^-1 of them are longer than the mean.
  EXPECT_NEAR(static_cast<double>(longer) / times, 0.368, 0.06);
}

}  // namespace
}  // namespace relais::client
