#pragma once

#include <string>

#include "sync/replica/headquarters.h"

namespace relais::sync {

/// The letter of a post's next machine: A to Z, then AA, AB ... Never one that
/// a machine on the roster has, or an invitation names.
Result<std::string> next_letter(const Headquarters& headquarters,
                                const std::string& post);

/// After a restore, inside its transaction: letters that machines may have got
/// since the backup are given to no other machine. Those machines come back by
/// themselves, and references with their letter are on paper.
Result<> pass_over_letters(const Headquarters& headquarters);

}  // namespace relais::sync
