#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sync/replica/replica.h"

namespace relais::sync {

/// What one purge took from one part: why, when and by whom, for people.
struct ErasureNote {
  std::string part;
  std::vector<Dot> dots;  ///< sorted
  Erasure erasure;
  std::int64_t wall = 0;  ///< headquarters' clock when it was confirmed
};

struct RecordView;

/// Of this part, by purge in the order of their dots. A record whose reference
/// was erased is called by its id.
void add_erasures(const PartState& state, const Replica& replica,
                  RecordView& view);

}  // namespace relais::sync
