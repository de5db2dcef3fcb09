#pragma once

#include "server-stub/admin/verb.h"

/// Verbs that need no running headquarters, or are one. Each gives its exit
/// code.
namespace relais::admin {

int init(Session& session, const Invocation& asked);
int serve(Session& session, const Invocation& asked);
int restore(Session& session, const Invocation& asked);

}  // namespace relais::admin
