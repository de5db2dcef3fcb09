#pragma once

#include "sync/replica/replica.h"

namespace relais::sync {

/// A legal change that just came in, `state` its part with it. When it says
/// something that matters to a record that is closed, and by another part or
/// from another record, so that it could not stop the closing itself,
/// headquarters proposes to reopen that record and names the change
/// (sync-model 4.2). A proposal that stands is enough. Inside a transaction.
Result<> propose_reopening(Replica& replica, const Form& form,
                           const PartState& state, const Change& change);

}  // namespace relais::sync
