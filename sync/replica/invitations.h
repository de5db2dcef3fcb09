#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/replica/headquarters.h"

namespace relais::sync {

/// The shelves of what was invited, and of who used it.
inline constexpr std::string_view invitation_shelf = "invitation";
inline constexpr std::string_view used_shelf = "invitation.used";
/// How long a code is good. A file is for a machine without a network: it has
/// no last day.
inline constexpr std::int64_t code_ms = 7LL * 86'400'000;

/// A code or an invitation that no machine has used, and still may.
struct OpenInvitation {
  std::string post;
  std::string letter;                 ///< that the machine will have
  std::optional<std::int64_t> until;  ///< headquarters' clock, ms
};
Result<std::vector<OpenInvitation>> open_invitations(
    const Headquarters& headquarters);

/// After this no machine is admitted by it; empty: never.
std::optional<std::int64_t> last_moment_of(const proto::Invitation& invitation);

}  // namespace relais::sync
