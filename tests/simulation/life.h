#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tests/simulation/trace.h"

namespace relais::simulation {

/// Which life: everything in it follows from this.
struct Story {
  std::uint64_t seed = 0;
  int days = 30;
  /// The events that happen, by their numbers; absent: all.
  std::optional<std::set<int>> only;
  /// Two lives without accidents, the second with every clock set where another
  /// would be: what wall clocks say changes nothing (sync-model 11, 7).
  bool other_clocks = false;
};

/// What the broken promises of such a story begin with.
inline constexpr std::string_view clocks_mark = "two clocks: ";

struct Life {
  std::uint64_t hash = 0;        ///< of all that happened and came of it
  std::string end;               ///< what every machine has, in one word
  std::string broken;            ///< a promise; empty: none
  int events = 0;                ///< so far
  std::deque<std::string> last;  ///< what happened before that
};

/// One world from its beginning to the day when all links are whole again and
/// nobody has anything more to say.
Life live(const Story& story, Tally& tally, bool aloud);

}  // namespace relais::simulation
