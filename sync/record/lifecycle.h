#pragma once

#include <string>
#include <vector>

#include "sync/record/bits.h"
#include "sync/record/form.h"
#include "sync/record/item.h"

namespace relais::sync {

class Graph;  // sync/record/graph.h

/// Where the lifecycle of a part stands.
struct Life {
  std::string state;
  std::string held;                   ///< what a hold suspends, else empty
  std::vector<const Item*> conflict;  ///< blocking: transitions nobody weighed
  std::vector<const Item*> gone;      ///< those that became proposals

  const std::string& reached() const { return held.empty() ? state : held; }
};

/// The legal transitions and material changes of one view, by place.
struct Steps {
  std::vector<const Item*> taken;
  std::vector<const Item*> material;
  Bits places;  ///< of the view
};

/// sync-model 4.2, Lifecycle.
Life resolve_lifecycle(const Graph& graph, const Form& form,
                       const Steps& steps);

}  // namespace relais::sync
