#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sync/replica/replica.h"

namespace relais::sync {

/// Something not yet submitted: here only, erasable, in its author's vault, or
/// encrypted under the machine's key while he has no PIN. Never journalled.
/// What is in a closed vault is passed over.
struct Draft {
  RecordId id;  ///< local; an alias of the record for ever once submitted
  std::string form;
  std::string reference;  ///< given at `new`
  std::string author;
  std::string entered_by;
  std::vector<Act> acts;  ///< of all parts
};

/// What may be done to a draft: the names of its steps.
inline constexpr std::string_view submit_step = "submit";
inline constexpr std::string_view abandon_step = "abandon";

/// All inside the caller's transaction.
Result<> keep_draft(Replica& replica, const Draft& draft);
Result<> erase_draft(Replica& replica, const RecordId& id);
/// Its author gives it up: what it held is erased, and a stub stays: whose it
/// was and why. Its reference is not given again.
Result<> abandon_draft(Replica& replica, const Draft& draft,
                       const std::string& reason);
bool is_abandoned(const Replica& replica, const RecordId& id);
/// `otherwise`, or, to whoever wrote a draft of this name, that it was
/// abandoned, and why.
Error not_here(const Replica& replica, std::string_view name,
               const std::string& person, Error otherwise);
/// Whether this person may see and change it: its author, or the post.
bool may_open(const Draft& draft, const std::string& person);
/// By local id or reference; empty optional: no such draft.
Result<std::optional<Draft>> find_draft(const Replica& replica,
                                        std::string_view name);
Result<std::vector<Draft>> drafts(const Replica& replica);
/// In the vault with this tag.
Result<std::uint64_t> drafts_in_vault(const Replica& replica,
                                      std::string_view tag);
/// What he wrote without a PIN goes into his vault, which is open. True: there
/// was something.
Result<bool> take_drafts(Replica& replica, const std::string& person);

/// The draft as folded parts, to be shown and checked like any record.
Result<std::vector<PartState>> fold_draft(const Replica& replica,
                                          const Form& form, const Draft& draft);

}  // namespace relais::sync
