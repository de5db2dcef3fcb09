#pragma once

#include "tests/simulation/life.h"

namespace relais::simulation {

/// A broken story with as few of its events as still break the same promise:
/// halves are left out, then quarters, down to single events. Each try lives
/// in a process of its own, so that a crash is only a result. Absent: nothing
/// is broken.
std::optional<Story> shrink(Story story);

/// As --only takes it: 3,17,42.
std::string numbers(const std::set<int>& events);
std::set<int> events_of(const std::string& numbers);

}  // namespace relais::simulation
