#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync/replica/replica.h"

namespace relais::sync {

/// What stands on somebody's screen and is saved nowhere else yet: kept at
/// every pause, so that a power cut takes a few words at most. Like a draft:
/// here only, erasable, in its author's vault, for him alone.
struct Typed {
  std::string person;
  std::string target;  ///< a form, or the id of a record or draft
  std::string text;    ///< the screen's own; at most limits::entry_bytes_max
};

/// One for each person and target; an empty text erases it. In the caller's
/// transaction. over_limit.
Result<> keep_typed(Replica& replica, const Typed& typed);
/// All of one person, sorted by target.
Result<std::vector<Typed>> typed_by(const Replica& replica,
                                    std::string_view person);
/// As take_drafts() (draft.h).
Result<bool> take_typed(Replica& replica, const std::string& person);

}  // namespace relais::sync
