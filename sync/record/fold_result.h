#pragma once

#include <map>

#include "sync/record/fold_view.h"

namespace relais::sync {

/// A judged part as its state. `view`: the fold of all that is placed; null
/// where no form of the part is known.
PartState write_part(const Graph& graph, const FoldView* view,
                     const std::map<Dot, Erasure>& erased);

/// The order that a state lists them in.
void sort_proposals(std::vector<Proposal>& proposals);
void sort_history(std::vector<Superseded>& history);

}  // namespace relais::sync
