#include "client/net/liveness.h"

#include <algorithm>

namespace relais::client {

bool Liveness::gone(std::int64_t now_ms, const Progress& progress) {
  if (moved_ != progress.moved) {
    moved_ = progress.moved;
    moved_at_ms_ = now_ms;
    return false;
  }
  std::int64_t patience_ms = limits::quiet_round_trips * progress.round_trip_ms;
  if (progress.bytes_per_s > 0) {
    patience_ms += static_cast<std::int64_t>(progress.in_flight * 1000 /
                                             progress.bytes_per_s);
  }
  return now_ms - moved_at_ms_ > std::max(quiet_ms_min_, patience_ms);
}

}  // namespace relais::client
