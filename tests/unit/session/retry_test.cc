#include "sync/session/retry.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace relais::sync {
namespace {

/// Always the same byte.
class Loaded final : public Random {
 public:
  explicit Loaded(char byte) : byte_(byte) {}
  Bytes bytes(std::size_t count) override { return Bytes(count, byte_); }

 private:
  char byte_;
};

TEST(Retry, DoublesItsSpanFromFiveSecondsToOneHour) {
  Loaded random('\0');
  Retry retry(random);
  std::int64_t span = 5'000;
  for (int failure = 0; failure < 20; ++failure) {
    EXPECT_EQ(retry.span_ms(), std::min<std::int64_t>(span, 3'600'000));
    EXPECT_GE(retry.next_ms(), Retry::least_ms);
    span = std::min<std::int64_t>(span * 2, 3'600'000);
  }
}

TEST(Retry, BeginsAnewOnceTheLinkIsBack) {
  Loaded random('\x7f');
  Retry retry(random);
  for (int failure = 0; failure < 8; ++failure) EXPECT_GT(retry.next_ms(), 0);

  retry.reset();

  EXPECT_EQ(retry.span_ms(), Retry::first_ms);
  EXPECT_LE(retry.next_ms(), Retry::first_ms);
}

TEST(Retry, RestsForTheLongestSpanWithoutANetwork) {
  Loaded random('\x7f');
  Retry retry(random);

  retry.rest();

  EXPECT_EQ(retry.span_ms(), Retry::last_ms);
}

TEST(Retry, UsesItsWholeSpanAndNothingBeyondIt) {
  SystemRandom random;
  std::int64_t least = Retry::first_ms;
  std::int64_t most = 0;
  for (int i = 0; i < 2000; ++i) {
    Retry retry(random);
    const std::int64_t wait = retry.next_ms();
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_GE(least, Retry::least_ms);
  EXPECT_LE(most, Retry::first_ms);
  // 2000 throws leave a tenth at either end untouched once in 10^91.
  EXPECT_LT(least, Retry::least_ms + 450);
  EXPECT_GT(most, Retry::first_ms - 450);
}

}  // namespace
}  // namespace relais::sync
