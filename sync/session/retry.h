#pragma once

#include <cstdint>

#include "sync/random.h"

namespace relais::sync {

/// When to try again: a random moment within a span that doubles from 5 s to
/// one hour ("full jitter"), so that two hundred posts whose link comes back
/// together do not call together. Pure arithmetic; the caller owns the timer.
class Retry {
 public:
  static constexpr std::int64_t first_ms = 5'000;
  static constexpr std::int64_t last_ms = 3'600'000;
  /// No attempt follows another sooner.
  static constexpr std::int64_t least_ms = 500;

  explicit Retry(Random& random) : random_(&random) {}

  /// After a failed attempt: how long to wait. The span then doubles.
  std::int64_t next_ms();
  /// There is no network at all, and the kernel will say when there is one:
  /// from now on the longest span.
  void rest() { span_ms_ = last_ms; }
  /// The link came back, or an attempt succeeded.
  void reset() { span_ms_ = first_ms; }
  /// The longest that next_ms() would say now.
  std::int64_t span_ms() const { return span_ms_; }

 private:
  Random* random_;
  std::int64_t span_ms_ = first_ms;
};

/// A number from `least` to `most`, both included.
std::int64_t dice(Random& random, std::int64_t least, std::int64_t most);

}  // namespace relais::sync
