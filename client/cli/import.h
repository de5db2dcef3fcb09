#pragma once

#include "client/cli/session.h"

namespace relais::cli {

/// `relais import FORM FILE`: the file goes line by line; what is refused is
/// written to FILE.rejects.csv, which can be corrected and imported.
int run_import(Session& session, const Verb& verb, const Invocation& asked);

}  // namespace relais::cli
