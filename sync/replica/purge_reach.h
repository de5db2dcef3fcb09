#pragma once

#include <string>
#include <vector>

#include "sync/replica/headquarters.h"

/// How far a purge reaches from headquarters.
namespace relais::sync {

/// Machines that ever had the part, or wrote one of these changes: each holds
/// bytes of it, in scope or not. Retired ones too.
Result<std::vector<RosterLine>> holders(const Headquarters& headquarters,
                                        const RecordId& record,
                                        const std::string& part,
                                        const std::vector<Dot>& dots);

/// Replica::obey(), and the packets that wait at headquarters. In the caller's
/// transaction.
Result<> obey_purge(Headquarters& headquarters, const Change& purge);

}  // namespace relais::sync
