#pragma once

#include <string>

#include "sync/result.h"

namespace relais::cli {

/// Who this account is logged in as at a home: what the daemon gave, kept for
/// its owner alone under $XDG_RUNTIME_DIR/relais, else in HOME/run.

/// Empty: nobody.
std::string read_login(const std::string& home);
/// denied, disk_full.
sync::Result<> keep_login(const std::string& home, const std::string& session);
void forget_login(const std::string& home);

}  // namespace relais::cli
