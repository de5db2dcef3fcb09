#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// What the last backup and headquarters' disk of now hold alike is archived;
/// how old the backup must be, no world asks.
void declare_archived(World& world);
/// What was archived is at headquarters, whatever it was restored from. Broken
/// otherwise.
void check_archived(World& world);
/// Of a part that is not for it a machine holds no body that another machine
/// wrote, in the packets that it keeps neither (promise 9). Broken otherwise.
void check_scope(World& world, Machine& machine);

}  // namespace relais::simulation
