#pragma once

#include <string>

#include "sync/replica/replica.h"

namespace relais::sync {

/// One step of a record's lifecycle, as some person takes it.
struct Step {
  RecordId record;
  std::string transition;
  std::string reason;
  std::string author;
  std::string entered_by;
  std::string role;
  bool proposes = false;
};

/// Appends the step in the lifecycle's part, in the open transaction: the
/// numbers that headquarters assigns with it, the state a step back from a
/// hold leads to; and, `publishes` given (headquarters), what the form
/// publishes of it in other parts. The caller has checked rights and guard.
Result<> take_step(Replica& replica, const Form& form, const Step& step,
                   bool publishes);

/// The lifecycle's state: the form's initial one until its part exists.
Result<std::string> lifecycle_state(const Replica& replica, const Form& form,
                                    const RecordId& record);

/// A change of `part` on its current heads, with form and reference versions
/// of this moment; acts, author and role are the caller's.
Result<Change> change_on_heads(const Replica& replica, const Form& form,
                               const RecordId& record, const std::string& part);

/// The next number of a pattern such as BACI/{yyyy}/{nnnn}; jumps past
/// everything seen (see_number).
Result<std::string> next_number(Replica& replica, const std::string& pattern);
/// A number was read in a record: none that we give comes before it.
Result<> see_number(Replica& replica, const std::string& pattern,
                    const std::string& number);

}  // namespace relais::sync
