#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "tests/simulation/trace.h"

namespace relais::simulation {

struct Life {
  std::uint64_t hash = 0;        ///< of all that happened and came of it
  std::string broken;            ///< a promise; empty: none
  std::deque<std::string> last;  ///< what happened before that
};

/// One world from its beginning to the day when all links are whole again and
/// nobody has anything more to say.
Life live(std::uint64_t seed, int days, Tally& tally, bool aloud);

}  // namespace relais::simulation
