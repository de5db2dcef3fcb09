#pragma once

#include <cstddef>

#include "sync/ids.h"

namespace relais::sync {

/// The only source of randomness in sync/: an argument, so that a simulation
/// can be replayed.
class Random {
 public:
  virtual ~Random() = default;
  virtual Bytes bytes(std::size_t count) = 0;
};

template <class Kind>
Id<Kind> random_id(Random& random) {
  return *Id<Kind>::from_bytes(random.bytes(16));
}

/// The operating system's generator, through libsodium.
class SystemRandom final : public Random {
 public:
  Bytes bytes(std::size_t count) override;
};

}  // namespace relais::sync
