#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// Headquarters publishes while everybody works: a new version of a form, an
/// officer at another post or with another superior, a code that is new.
void publish_something(World& world);
/// Half the officers of a post go to another, so that what is theirs leaves
/// machines and comes to others; sometimes back again.
void move_officers(World& world);

}  // namespace relais::simulation
