#pragma once

#include <cstdint>
#include <optional>

#include "client/net/limits.h"

namespace relais::client {

/// How far a connection has come, as the kernel sees it.
struct Progress {
  std::uint64_t moved = 0;         ///< bytes acknowledged and received
  std::uint64_t in_flight = 0;     ///< bytes written, not acknowledged
  std::uint64_t bytes_per_s = 0;   ///< measured delivery; 0: not known
  std::int64_t round_trip_ms = 0;  ///< smoothed
};

/// Decides when the other end is gone: never by a fixed timeout shorter than
/// what is in flight needs at the measured rate (sync-model 10). Serves one
/// exchange.
class Liveness {
 public:
  explicit Liveness(std::int64_t quiet_ms_min = limits::quiet_ms_min)
      : quiet_ms_min_(quiet_ms_min) {}

  /// Whether nothing has moved for too long. `now_ms` never goes back.
  bool gone(std::int64_t now_ms, const Progress& progress);

 private:
  std::int64_t quiet_ms_min_;
  std::optional<std::uint64_t> moved_;
  std::int64_t moved_at_ms_ = 0;
};

}  // namespace relais::client
