#pragma once

#include <vector>

#include "sync/replica/editor.h"
#include "tests/simulation/dice.h"

namespace relais::simulation {

/// With 16 digits after it, a word that stands in no other text: once that is
/// purged, it stands nowhere.
inline constexpr const char* witness = "Temoin-";
inline constexpr std::size_t witness_digits = 16;

/// One to three changes that this person might ask for in a record that he
/// sees: mostly where he may write, and mostly something new. Few places and
/// few values, so that several people often mean the same place and sometimes
/// the same thing. Some of them the form refuses. None: there is nothing for
/// him to do.
std::vector<sync::Edit> some_edits(Dice& dice, const sync::RecordView& view,
                                   const sync::Actor& actor);

/// A code of a table that is still offered; empty: none.
std::string any_code(Dice& dice, const sync::Tables& tables,
                     std::string_view table);

}  // namespace relais::simulation
