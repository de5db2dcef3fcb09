#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// Headquarters publishes while everybody works: a new version of a form, an
/// officer at another post or with another superior, a code that is new.
void publish_something(World& world);

}  // namespace relais::simulation
