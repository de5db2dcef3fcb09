#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sync/replica/headquarters.h"
#include "sync/replica/record_view.h"

namespace relais::sync {

/// What one person asks to have erased, until a second one confirms it.
struct PurgeProposal {
  RecordId record;
  std::string reference;
  std::string part;       ///< empty: every part
  std::vector<Dot> dots;  ///< empty: every change
  std::string basis;      ///< the legal basis
  std::string reason;
  std::string by;
  std::string entered_by;
  std::int64_t wall = 0;
};

/// What a purge did.
struct Purged {
  std::size_t changes = 0;  ///< erased
  std::size_t waiting = 0;  ///< of the record, still waiting: not erased
  /// Hold it and hear nothing of us: retired, or copied.
  std::vector<RosterLine> unreached;
};

/// Lawful erasure (sync-model 5): one person proposes, another confirms, both
/// with the right to it by the tables; never under a legal hold. There is one
/// proposal of a record at a time.
///
/// Errors: denied (rights, one person twice, legal hold), invalid, not_found,
/// already. Opens transactions of its own.
class PurgeDesk {
 public:
  explicit PurgeDesk(Headquarters& headquarters)
      : headquarters_(&headquarters), replica_(&headquarters.replica()) {}

  /// Only those of records that this person may see.
  Result<std::vector<PurgeProposal>> proposals(const Actor& actor) const;
  /// `name` as Replica::find() has it; of `asked`: part, dots, basis, reason.
  Result<PurgeProposal> propose(std::string_view name, PurgeProposal asked,
                                const Actor& actor);
  Result<Purged> confirm(std::string_view name, const Actor& actor);
  Result<> drop(std::string_view name, const Actor& actor);
  /// Nothing: none stands.
  Result<std::optional<PurgeProposal>> proposal(std::string_view name,
                                                const Actor& actor) const;

 private:
  struct Subject;  ///< a record, as whoever acts may see it
  Result<Subject> subject(std::string_view name, const Actor& actor) const;
  Result<> may_purge(const Subject& subject, const Actor& actor) const;
  Result<std::string> role(const Form& form, const std::string& part,
                           const std::string& person) const;
  Result<std::optional<PurgeProposal>> standing(const Subject& subject) const;
  Result<PurgeProposal> proposed(const Subject& subject) const;
  Result<> erase(const Subject& subject, const PurgeProposal& proposal,
                 const Actor& actor, Purged& done);
  Result<> erase_part(const Subject& subject, const PartState& state,
                      const PurgeProposal& proposal, const Actor& actor,
                      Purged& done);

  Headquarters* headquarters_;
  Replica* replica_;
};

}  // namespace relais::sync
