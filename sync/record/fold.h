#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sync/record/change.h"
#include "sync/record/form.h"
#include "sync/record/tables.h"

namespace relais::sync {

/// What the fold may ask of the world: forms and tables by version. Both are
/// fixed for ever once published, so the fold stays pure.
class Publications {
 public:
  virtual ~Publications() = default;
  /// Null: not known here (the change waits: "needs update").
  virtual std::shared_ptr<const Form> form(const std::string& id,
                                           std::uint32_t version) const = 0;
  virtual std::shared_ptr<const Tables> tables(
      std::uint32_t version) const = 0;
};

/// A value with the change that wrote it.
struct Written {
  Dot dot;
  Value value;
  std::string author;
  std::string role;
  std::int64_t stamp = 0;
  bool decision = false;
  std::string reason;  ///< of a decision
  std::string state;   ///< conflict on the lifecycle: the target

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
  std::map<Dot, std::vector<Dot>> waiting;  ///< missing parents; none listed:
                                            ///< needs update
  bool needs_update = false;

  bool operator==(const PartState&) const = default;
};

/// What the fold is given of one part: changes in any order, each dot once.
struct PartHistory {
  std::vector<Change> changes;
  /// Headquarters' verdicts, taken as given instead of judging. Empty text:
  /// legal.
  std::map<Dot, std::string> vouched;
};

/// The pure fold (sync-model 4). No clock, no arrival order, no randomness:
/// two replicas with the same changes get the same state, byte for byte.
/// Reasons of set-aside changes: lost, schema, role, rights, ownership,
/// immutable, headquarters, versions, "record id", state, guard, blocked,
/// "second person", annulled, row, cites, "no conflict", "no decision",
/// "nothing to accept", "cannot be accepted", "not in its past",
/// "legal hold", challenged.
PartState fold(const PartHistory& history, const Publications& publications);

/// In place: true when `change` was applied to `state` exactly as a full fold
/// would; false when the full fold must run (sync-model 4.5 "In place").
/// `state` is unchanged then.
bool apply_in_place(PartState& state, const Change& change,
                    const std::optional<std::string>& vouched,
                    const Publications& publications);

/// A cache of the state: written and read by the same fold version only.
Bytes encode_state(const PartState& state);
Result<PartState> decode_state(std::string_view bytes);

/// H over the canonical encoding of everything two replicas must share: what
/// shared parts compare by. (Verdict reasons included.)
Hash digest(const PartState& state);

/// Whether `person` holds `role` for a change of this part, by the tables and
/// the relations of the form. `facts`: the fold of the change's past with its
/// own writes on top. In a part other than the root a relation is judged by
/// the tables alone: that the person stands there in that relation to anybody.
/// The person "headquarters" holds every role of side headquarters.
bool holds_role(const Form& form, const Tables& tables,
                const std::string& person, const std::string& role,
                const std::string& part, const std::string& root_author,
                const Facts& facts);

/// Persons who hold a relation role by these facts; empty when none does.
std::vector<std::string> related(const Form& form, const Tables& tables,
                                 const std::string& role,
                                 const std::string& root_author,
                                 const Facts& facts);

/// A folded part as facts for guards, checks and --where.
class PartFacts final : public Facts {
 public:
  explicit PartFacts(const PartState& state) : state_(&state) {}
  Value value(const std::string& path) const override;
  std::vector<Value> values(const std::string& path) const override;

 private:
  const PartState* state_;
};

}  // namespace relais::sync
