#include "sync/session/retry.h"

#include <algorithm>

namespace relais::sync {

std::int64_t dice(Random& random, std::int64_t least, std::int64_t most) {
  std::uint64_t number = 0;
  for (const char byte : random.bytes(8)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  // 64 bits over spans of a few million: no value is noticeably likelier.
  const auto span = static_cast<std::uint64_t>(most - least) + 1;
  return least + static_cast<std::int64_t>(number % span);
}

std::int64_t Retry::next_ms() {
  const std::int64_t wait = dice(*random_, least_ms, span_ms_);
  span_ms_ = std::min(span_ms_ * 2, last_ms);
  return wait;
}

}  // namespace relais::sync
