#pragma once

#include <string>
#include <vector>

#include "sync/record/form.h"
#include "sync/record/item.h"
#include "sync/record/part_state.h"

namespace relais::sync {

/// A merged cell as it is shown; open where its values are in conflict.
CellState cell_of(const std::string& part, const Address& address,
                  const Merged& merged);

/// The conflict of an open cell.
Conflict conflict_of(const Form& form, const Address& address,
                     const CellState& cell);

/// The blocking conflict of transitions that nobody weighed.
Conflict conflict_on_state(const Form& form, const std::string& part,
                           std::vector<Written> steps);

}  // namespace relais::sync
