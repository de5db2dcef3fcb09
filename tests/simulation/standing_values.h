#pragma once

#include <string>

#include "sync/record/change.h"
#include "sync/record/part_state.h"

namespace relais::simulation {

/// The place of the first value of this change that a person could find
/// nowhere: neither shown, nor beside it, in a conflict, in history, set
/// aside, undone or erased. Empty: all are there.
std::string not_standing(const sync::PartState& state,
                         const sync::Change& change);

}  // namespace relais::simulation
