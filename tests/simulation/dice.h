#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "sync/random.h"

namespace relais::simulation {

/// splitmix64: all that happens by chance in one world, from one seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// 0 to `count` - 1.
  std::size_t below(std::size_t count) { return next() % count; }
  std::int64_t between(std::int64_t low, std::int64_t high);
  bool chance(int percent) { return below(100) < std::size_t(percent); }
  template <class List>
  const auto& pick(const List& list) {
    const std::size_t which = below(static_cast<std::size_t>(list.size()));
    return *std::next(list.begin(), static_cast<std::ptrdiff_t>(which));
  }
  /// Small numbers as often as large ones, 1 to 2^bits.
  int spread(std::size_t bits);

 private:
  std::uint64_t state_;
};

/// What a machine draws from: keys, names of journals.
class SeededRandom final : public sync::Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : dice_(seed) {}
  sync::Bytes bytes(std::size_t count) override;

 private:
  Dice dice_;
};

/// Sealing draws inside libsodium: from this seed on, in this whole process.
void seed_crypto(std::uint64_t seed);

}  // namespace relais::simulation
