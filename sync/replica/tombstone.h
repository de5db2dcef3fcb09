#pragma once

#include <optional>
#include <string>

#include "sync/record/change.h"
#include "sync/store/store.h"

namespace relais::sync {

/// What stays of a change that a lawful purge erased, whether or not the
/// change itself is here: by it, no road brings its body back.
struct Tombstone {
  Dot purge;
  std::string verdict;  ///< that the purge carried; empty: legal
};

Result<> put_tombstone(Store& store, const Dot& dot, const Tombstone& stone);
Result<std::optional<Tombstone>> tombstone(const Store& store, const Dot& dot);

/// Takes from an entry that arrives what a purge took away.
Result<> obey_tombstone(const Store& store, StoredEntry& entry);

/// Whether it may be kept as it is. A store that cannot be read says yes: the
/// transaction fails anyway.
bool is_purged(const Store& store, const Dot& dot);

/// A change that erases others.
bool is_purge(const Change& change);
bool is_purge(const proto::EntryMeta& change);

}  // namespace relais::sync
