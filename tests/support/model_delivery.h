#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "sync/record/fold.h"

namespace relais::test {

/// One part on a replica that hears its changes one by one: grown in place
/// where that is allowed, folded whole where it is not.
class PartReplica {
 public:
  PartReplica(const sync::PartHistory& whole,
              const sync::Publications& publications)
      : whole_(whole), publications_(publications) {}

  /// True when the change was applied in place.
  bool hear(const sync::Change& change);
  /// The full fold of what was heard so far.
  sync::PartState full() const { return fold(heard_, publications_); }
  const sync::PartState& state() const { return state_; }

 private:
  const sync::PartHistory& whole_;
  const sync::Publications& publications_;
  sync::PartHistory heard_;
  sync::PartState state_;
};

/// The changes, parents before children, then a few moved out of order.
std::vector<sync::Change> delivery_of(const sync::PartHistory& part, int moves,
                                      std::mt19937_64& random);

}  // namespace relais::test
