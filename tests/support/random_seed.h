#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace relais::test {

/// The seed of a random test: RELAIS_TEST_SEED, else a new one; printed, so
/// that a failure can be replayed.
inline std::uint64_t random_seed(const char* test) {
  const char* given = std::getenv("RELAIS_TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::stoull(given) : std::random_device{}();
  std::cout << test << ": RELAIS_TEST_SEED=" << seed << std::endl;
  return seed;
}

}  // namespace relais::test
