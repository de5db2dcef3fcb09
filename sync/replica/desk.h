#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sync/replica/record_view.h"

namespace relais::sync {

/// A conflict and the record it stands in.
struct OpenConflict {
  StoredRecord record;
  std::string part;
  Conflict conflict;
};

/// What is set aside: kept, inert, with its reason.
struct SetAside {
  StoredRecord record;
  std::string part;
  Dot dot;
  std::string reason;
  bool accepted = false;
};

/// A decision that was taken, with the id of the conflict that it settled.
struct TakenDecision {
  StoredRecord record;
  std::string part;
  ConflictId conflict;
  Dot dot;
  Address address;
  bool undone = false;
};

/// What waits on the desk of one person: derived from the parts that he may
/// read, never stored. A visitor that gives false ends the walk.
///
/// Threads: the store's. Errors: the store's.
class Desk {
 public:
  Desk(const Replica& replica, Actor actor)
      : replica_(&replica), actor_(std::move(actor)) {}

  Result<std::vector<OpenConflict>> conflicts() const;
  /// By id or the only one that begins with it; not_found, or invalid when
  /// several do. A conflict that was settled meanwhile is not_found and says
  /// so.
  Result<OpenConflict> conflict(std::string_view id) const;
  Result<std::vector<SetAside>> set_aside() const;
  Result<SetAside> set_aside(std::string_view dot) const;
  Result<std::vector<TakenDecision>> decisions() const;
  /// By the conflict's id (or its beginning), or by the decision's dot: the
  /// newest that still stands.
  Result<TakenDecision> decision(std::string_view id) const;

 private:
  using Visit = std::function<Result<>(const StoredRecord&, const PartState&)>;
  Result<> each_part(bool conflicts_only, const Visit& visit) const;

  const Replica* replica_;
  Actor actor_;
};

}  // namespace relais::sync
