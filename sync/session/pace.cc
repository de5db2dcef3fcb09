#include "sync/session/pace.h"

#include <algorithm>

namespace relais::sync {
namespace {

/// Less says more about round trips than about the rate.
constexpr std::uint64_t measurable_bytes = 16UL * 1024;

}  // namespace

SessionBudget Pace::budget() const {
  SessionBudget budget;
  budget.bytes = std::clamp<std::size_t>(bytes_per_s_ * request_s,
                                         request_bytes_min, request_bytes_max);
  budget.packet = packet_;
  if (bytes_per_s_ > 0) {
    budget.packet = std::min<std::size_t>(packet_, bytes_per_s_ * packet_s);
  }
  budget.packet = std::max(budget.packet, packet_bytes_min);
  return budget;
}

void Pace::carried(std::uint64_t bytes, std::int64_t took_ms) {
  packet_ = std::min(packet_ * 2, limits::packet_bytes_target);
  if (bytes < measurable_bytes) return;
  const auto took =
      static_cast<std::uint64_t>(std::max<std::int64_t>(took_ms, 1));
  const std::uint64_t measured =
      std::max<std::uint64_t>(bytes * 1000 / took, 1);
  // The newest counts half: a link changes faster than an average.
  bytes_per_s_ = bytes_per_s_ == 0 ? measured : (bytes_per_s_ + measured) / 2;
}

void Pace::cut() {
  packet_ = std::max(packet_ / 2, packet_bytes_min);
}

}  // namespace relais::sync
