#pragma once

#include <cstdint>

namespace relais::sync {

/// The only way sync/ learns about time: an argument, so that tests and the
/// simulator own it.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970, as the machine believes. Shown, never trusted:
  /// it decides nothing.
  virtual std::int64_t wall_ms() = 0;
  /// Milliseconds since some fixed moment of this run; never goes back.
  virtual std::int64_t monotonic_ms() = 0;
  /// Counts the machine's starts, as far as known.
  virtual std::uint32_t boot() = 0;
};

}  // namespace relais::sync
