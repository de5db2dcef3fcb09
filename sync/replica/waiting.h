#pragma once

#include "sync/replica/replica.h"

namespace relais::sync {

/// After a form or a table came: folds anew every part in which something
/// named a version that was not here. In the caller's transaction.
Result<> refold_waiting(Replica& replica);

}  // namespace relais::sync
