#pragma once

#include <cstddef>
#include <cstdint>

#include "sync/limits.h"
#include "sync/session/post_session.h"

namespace relais::sync {

/// How much a request and a packet may hold, learned from how the last ones
/// went: a request of about half a minute, so that what is urgent never waits
/// longer behind what is not; a packet of at most five seconds, halved after
/// each cut, growing again. Pure arithmetic.
class Pace {
 public:
  static constexpr std::int64_t request_s = 30;
  static constexpr std::int64_t packet_s = 5;
  static constexpr std::size_t request_bytes_min = 64 * 1024;
  static constexpr std::size_t request_bytes_max = 1024 * 1024;
  /// One small entry: less than this only adds framing.
  static constexpr std::size_t packet_bytes_min = 512;

  /// For the next request. Its lane is the caller's.
  SessionBudget budget() const;
  /// A request came through whole: so many bytes, both ways.
  void carried(std::uint64_t bytes, std::int64_t took_ms);
  void cut();

 private:
  std::uint64_t bytes_per_s_ = 0;  ///< 0: not measured yet
  std::size_t packet_ = limits::packet_bytes_target;
};

}  // namespace relais::sync
