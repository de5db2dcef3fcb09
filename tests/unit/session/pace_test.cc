#include "sync/session/pace.h"

#include <gtest/gtest.h>

namespace relais::sync {
namespace {

TEST(Pace, BeginsSmallUntilItHasMeasured) {
  const Pace pace;

  EXPECT_EQ(pace.budget().bytes, Pace::request_bytes_min);
  EXPECT_EQ(pace.budget().packet, limits::packet_bytes_target);
}

TEST(Pace, GivesARequestHalfAMinuteOfTheMeasuredRate) {
  Pace pace;

  pace.carried(200'000, 20'000);  // 10 kB/s

  EXPECT_EQ(pace.budget().bytes, 300'000U);
  EXPECT_EQ(pace.budget().packet, limits::packet_bytes_target);
}

TEST(Pace, StaysWithinItsBoundsOnTheFastestAndTheSlowestLink) {
  Pace fast;
  Pace slow;

  fast.carried(100'000'000, 1);
  slow.carried(20'000, 3'600'000);

  EXPECT_EQ(fast.budget().bytes, Pace::request_bytes_max);
  EXPECT_EQ(slow.budget().bytes, Pace::request_bytes_min);
  EXPECT_EQ(slow.budget().packet, Pace::packet_bytes_min);
}

TEST(Pace, HalvesPacketsAfterEachCutAndLetsThemGrowAgain) {
  Pace pace;
  pace.cut();
  pace.cut();
  EXPECT_EQ(pace.budget().packet, limits::packet_bytes_target / 4);

  for (int i = 0; i < 40; ++i) pace.cut();
  EXPECT_EQ(pace.budget().packet, Pace::packet_bytes_min);

  for (int i = 0; i < 40; ++i) pace.carried(100, 10);
  EXPECT_EQ(pace.budget().packet, limits::packet_bytes_target);
}

TEST(Pace, LearnsNothingOfTheRateFromAFewBytes) {
  Pace pace;

  pace.carried(300, 3'000);

  EXPECT_EQ(pace.budget().bytes, Pace::request_bytes_min);
  EXPECT_EQ(pace.budget().packet, limits::packet_bytes_target);
}

}  // namespace
}  // namespace relais::sync
