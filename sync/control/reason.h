#pragma once

#include <string>

namespace relais::sync {

/// What the system says of an errno, as one argument of a sentence in both
/// languages (French, U+001F, English). The French is libc's own, where its
/// translation is installed.
std::string system_reason(int error);

}  // namespace relais::sync
