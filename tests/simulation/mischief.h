#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// The owner of an enrolled machine writes what its program never would, with
/// valid signatures: acts of headquarters, rights and records of others,
/// stamps of the far future, kinds and fields of versions to come, no sense at
/// all. It reaches headquarters like any other packet.
void make_mischief(World& world);

}  // namespace relais::simulation
