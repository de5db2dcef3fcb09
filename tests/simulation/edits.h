#pragma once

#include <vector>

#include "sync/replica/editor.h"
#include "tests/simulation/dice.h"

namespace relais::simulation {

/// One to three changes that a person might ask for in a record that he sees;
/// few values, so that several people often mean the same place and sometimes
/// the same thing. Some of them the form refuses.
std::vector<sync::Edit> some_edits(Dice& dice, const sync::RecordView& view);

/// A code of a table that is still offered; empty: none.
std::string any_code(Dice& dice, const sync::Tables& tables,
                     std::string_view table);

}  // namespace relais::simulation
