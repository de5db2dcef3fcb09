#pragma once

#include "tests/simulation/world.h"

namespace relais::simulation {

/// Copies headquarters' disk as it is now, over the copy before.
void back_up_headquarters(World& world);
/// Where that lies, if there is one.
std::filesystem::path last_backup(const World& world);
/// Headquarters' disk is that of the last backup again, if there is one. Seven
/// times of ten `restore` did it, which begins a new epoch; otherwise somebody
/// copied the file and told nobody.
void restore_headquarters(World& world);

}  // namespace relais::simulation
