#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// One session over the link as it is today. Gives whether it came to its
/// end with nothing more to say and nothing to tell.
bool sync_over_link(World& world, Machine& machine, bool healthy);

/// Somebody fills a stick at a machine, or at headquarters for a machine.
void write_up(World& world, Machine& machine);
void write_down(World& world, Machine& machine);
/// A courier arrives, with a file perhaps twice or damaged on its way.
void carry(World& world);
/// A request that went over the wire some day arrives once more.
void replay(World& world);
/// Up by file, but a courier kept the first thing in it.
void deliver_without_first_page(World& world, Machine& machine);
/// By files, for a machine that the link refuses: what headquarters holds of
/// it, then what it has still. So it gives back what a restore forgot.
void bring_home(World& world, Machine& machine);
/// Up by file, whole.
void carry_up_now(World& world, Machine& machine);

}  // namespace relais::simulation
