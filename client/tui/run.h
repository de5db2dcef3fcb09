#pragma once

#include <string>

#include "sync/text/messages.h"

namespace relais::tui {

/// The terminal interface, until the person leaves it. The exit code; what
/// went wrong before it could begin is told by the caller.
sync::Result<> run(const std::string& home, const std::string& as,
                   sync::Language language);

}  // namespace relais::tui
