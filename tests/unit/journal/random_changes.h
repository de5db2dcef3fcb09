#pragma once

#include <cstdint>
#include <random>

#include "sync/record/change.h"

namespace relais::test {

/// Changes that this version could write, of every kind and size, with the
/// form of the golden files.
class RandomChanges {
 public:
  explicit RandomChanges(std::uint64_t seed)
      : random_(static_cast<std::uint32_t>(seed)) {}

  sync::Change next();
  /// Below `bound`.
  std::size_t number(std::size_t bound) { return random_() % bound; }

 private:
  sync::Dot dot();
  std::vector<sync::Dot> dots(std::size_t count_max);
  sync::Value value(bool row_allowed);
  std::string text();
  sync::Act act();
  void fill(sync::Act& act);

  std::mt19937 random_;
  sync::JournalId own_;
};

}  // namespace relais::test
