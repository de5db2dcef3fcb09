#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// Two persons at headquarters have a record erased, or one change of it, if
/// the tables give anybody the right; sometimes the second one thinks better.
void purge_a_record(World& world);

/// At rest: what a purge erased has no body on any machine that can hear, and
/// no byte of its text is on their disks.
void check_purged(World& world);

}  // namespace relais::simulation
