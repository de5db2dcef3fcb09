#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// What nobody can give back to a restored headquarters, although a disk has
/// it: known and counted, until the product knows a way (docs/adr/0018).

/// Headquarters retired the machine after the restore: it refuses the only
/// one that has the change, and which believes that all is held.
bool is_with_the_retired_alone(World& world, const sync::Dot& dot,
                               const Saved& saved);

/// It names a table or a form that was published before the restore, and is
/// known to newcomers only: they were given it outside of any feed.
bool names_what_newcomers_know(World& world, const sync::Dot& dot,
                               const Saved& saved);

}  // namespace relais::simulation
