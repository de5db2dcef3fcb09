#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/record/change.h"

namespace relais::sync {

/// A value with the change that wrote it.
struct Written {
  Dot dot;
  Value value;
  std::string author;
  std::string role;
  std::int64_t stamp = 0;
  bool decision = false;
  std::string reason;         ///< of a decision
  std::string state;          ///< conflict on the lifecycle: the target
  bool headquarters = false;  ///< in a role of that side

  bool operator==(const Written&) const = default;
};

/// A cell: one value, or an open conflict.
struct CellState {
  Value value;                     ///< empty while undecided
  std::vector<Written> by;         ///< whose value is shown; sorted by dot
  std::vector<Written> also;       ///< survivors that yielded ("also entered")
  std::optional<ConflictId> open;  ///< then `by` are the values in conflict

  bool operator==(const CellState&) const = default;
};

enum class RowStatus : std::uint8_t { absent, live, annulled };

struct RowState {
  RowStatus status = RowStatus::absent;
  CellState unit;                           ///< of a unit table
  std::map<std::string, CellState> column;  ///< of any other

  bool operator==(const RowState&) const = default;
};

struct LogEntry {
  Dot dot;
  Dot origin;  ///< differs where an accept brought it in
  std::string author;
  Row entry;
  bool erased = false;

  bool operator==(const LogEntry&) const = default;
};

/// Which members are filled depends on the field's type and policy.
struct FieldState {
  CellState cell;
  std::map<std::string, RowState> row;
  std::vector<LogEntry> entry;

  bool operator==(const FieldState&) const = default;
};

/// Derived, never stored as a row of its own.
struct Conflict {
  ConflictId id;
  Address address;
  std::vector<Dot> dots;  ///< sorted
  std::vector<Written> values;
  bool blocking = false;  ///< on the lifecycle: every transition waits
  std::vector<std::string> resolvers;

  bool operator==(const Conflict&) const = default;
};

enum class ProposalWhy : std::uint8_t { proposed, closing, hold, edited };

struct Proposal {
  bool annulment = false;  ///< else a step
  std::string what;        ///< step id, target state, or row address
  Dot dot;
  ProposalWhy why = ProposalWhy::proposed;

  bool operator==(const Proposal&) const = default;
};

struct Erasure {
  std::string by;
  std::string second;
  std::string basis;
  std::string reason;
  Dot purge;

  bool operator==(const Erasure&) const = default;
};

struct Superseded {  ///< A legal value that something later replaced.
  Dot dot;
  Address address;
  Value value;

  bool operator==(const Superseded&) const = default;
};

/// What growing in place needs beyond what is shown. Follows from the same
/// changes; no part of the digest.
struct FoldCache {
  std::set<Address> headquarters_wrote;
  std::map<DeviceId, std::uint32_t> reference_version;  ///< of legal changes
  std::string root_author;
  /// Step -> who proposed it, of the proposals that stand; sorted.
  std::map<std::string, std::vector<std::string>> offer_author;
  std::vector<Dot> lost;   ///< each with all later positions of its journal
  bool full_only = false;  ///< a purge is here: nothing grows in place

  bool operator==(const FoldCache&) const = default;
};

/// The fold of one part: everything a person may be shown of it.
struct PartState {
  RecordId record;
  std::string form;
  std::string part;
  std::uint32_t form_version = 0;  ///< the highest that a legal change names
  std::vector<Dot> heads;          ///< sorted
  std::string state;               ///< lifecycle; empty in other parts
  std::string suspended;           ///< what a hold suspends, else empty
  std::map<std::string, FieldState> field;
  std::vector<Conflict> conflicts;  ///< sorted by address
  std::vector<Proposal> proposals;
  std::map<Dot, std::string> verdicts;   ///< empty text: legal
  std::map<Dot, std::string> set_aside;  ///< what is inert now, and why
  std::vector<Dot> undone;
  std::map<Dot, std::vector<Dot>> accepted;
  std::vector<Superseded> history;
  std::map<Dot, Erasure> erased;
  /// Change -> what it waits for: dots that are missing or wait themselves.
  /// None listed: it needs an update.
  std::map<Dot, std::vector<Dot>> waiting;
  bool needs_update = false;
  FoldCache cache;

  bool operator==(const PartState&) const = default;
};

}  // namespace relais::sync
