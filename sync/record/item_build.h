#pragma once

#include <string>
#include <vector>

#include "sync/record/change.h"
#include "sync/record/item.h"
#include "sync/record/past_view.h"

namespace relais::sync {

/// What a legal change does, one item per act. `source`: the change itself, or
/// the one it accepts. Acts that the form does not know do nothing.
std::vector<Item> build_items(const Change& change, const Change& source,
                              const PastView& past);

}  // namespace relais::sync
