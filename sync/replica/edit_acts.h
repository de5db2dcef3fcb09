#pragma once

#include <map>
#include <string>
#include <vector>

#include "sync/replica/editor.h"

namespace relais::sync {

/// Turns what a person asked into acts, part by part, against the record as it
/// stands: a row that is not there is added, an annulled one restored, a unit
/// row written whole, a lowering cites what counts, what changes nothing is
/// left out, and of several edits of one address the last counts. Texts at
/// record fields are references and become ids.
///
/// Errors: invalid, naming the address; not_found for a record named.
Result<std::map<std::string, std::vector<Act>>> acts_of(
    const Replica& replica, const Form& form,
    const std::vector<PartState>& parts, std::vector<Edit> edits);

}  // namespace relais::sync
