#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// After a machine came back from a power cut or a failed disk: everything
/// that it had saved is there, as it was, and its folds are whole. Every claim
/// that headquarters holds something is true. Broken otherwise.
void check_recovered(World& world, Machine& machine);

/// Whether headquarters' feed reaches it in the end, and all of it: it is
/// nobody's copy, not retired, not set back.
bool hears(World& world, const Machine& machine);

/// What a machine says is held is on headquarters' disk, and is never less
/// than it said before, unless headquarters was restored.
void check_held(World& world, Machine& machine);

/// After all has come to rest: nothing is lost, all is held, everybody agrees.
void check_at_rest(World& world);

}  // namespace relais::simulation
