#include "client/net/liveness.h"

#include <gtest/gtest.h>

namespace relais::test {
namespace {

using client::Liveness;
using client::Progress;

TEST(Liveness, EndsAfterAMinuteInWhichNothingMoved) {
  Liveness liveness;
  const Progress still{.moved = 7};

  EXPECT_FALSE(liveness.gone(1'000, still));
  EXPECT_FALSE(liveness.gone(61'000, still));
  EXPECT_TRUE(liveness.gone(61'001, still));
}

TEST(Liveness, NeverEndsWhileOneByteAMinuteMoves) {
  Liveness liveness;
  Progress progress;

  for (std::int64_t minute = 0; minute < 24 * 60; ++minute) {
    progress.moved += 1;
    EXPECT_FALSE(liveness.gone(minute * 60'000, progress));
    EXPECT_FALSE(liveness.gone(minute * 60'000 + 59'999, progress));
  }
}

TEST(Liveness, WaitsForWhatIsInFlightAtTheMeasuredRate) {
  Liveness liveness;
  // 100 kB at 1 kB/s: 100 s, and four round trips of 2 s.
  const Progress slow{.moved = 1,
                      .in_flight = 100'000,
                      .bytes_per_s = 1'000,
                      .round_trip_ms = 2'000};

  EXPECT_FALSE(liveness.gone(0, slow));
  EXPECT_FALSE(liveness.gone(108'000, slow));
  EXPECT_TRUE(liveness.gone(108'001, slow));
}

TEST(Liveness, CountsANewConnectionAsMovement) {
  Liveness liveness;

  EXPECT_FALSE(liveness.gone(0, {.moved = 900}));
  EXPECT_FALSE(liveness.gone(59'000, {.moved = 3}));
  EXPECT_FALSE(liveness.gone(119'000, {.moved = 3}));
}

}  // namespace
}  // namespace relais::test
