#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace relais::sync {

/// Who calls a post's daemon; one may be several.
enum class CallerKind : std::uint8_t {
  anybody = 1,  ///< whoever may open the socket
  owner = 2,    ///< the account that owns the home, and root
  person = 4,   ///< somebody who is logged in
};
constexpr std::uint8_t operator|(CallerKind a, CallerKind b) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(a) |
                                   static_cast<unsigned>(b));
}

/// One verb of the socket, and who may call it.
struct CallRight {
  std::string_view verb;
  std::uint8_t callers = 0;  ///< of CallerKind, joined by `|`
};

/// The one table. What a person is then shown is for access.h.
const std::vector<CallRight>& call_rights();
/// False for a verb that is not in the table.
bool may_call(std::string_view verb, std::uint8_t callers);

}  // namespace relais::sync
