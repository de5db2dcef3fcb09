#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// A clock is set, by minutes or by decades.
void set_a_clock(World& world);
/// A program ends and starts again.
void restart_somebody(World& world);

}  // namespace relais::simulation
