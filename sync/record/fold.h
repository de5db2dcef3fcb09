#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/record/change.h"
#include "sync/record/facts.h"
#include "sync/record/form.h"
#include "sync/record/part_state.h"
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
  virtual std::shared_ptr<const Tables> tables(std::uint32_t version) const = 0;
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
/// own writes on top. A position gives a role that the form ties to a relation
/// only to persons whom the record names there. In a part other than the root
/// a relation is judged by the tables alone: that they name the person there
/// for anybody. Persons who are no officer (access.h): "headquarters" holds
/// every role of its side, "shell" the form's resolver role, "service" the
/// role field_officer.
bool holds_role(const Form& form, const Tables& tables,
                const std::string& person, const std::string& role,
                const std::string& part, const std::string& root_author,
                const Facts& facts);

/// Persons who hold a relation role by these facts; empty when none does.
std::vector<std::string> related(const Form& form, const Tables& tables,
                                 const std::string& role,
                                 const std::string& root_author,
                                 const Facts& facts);

}  // namespace relais::sync
