#pragma once

#include "server-stub/admin/verb.h"

/// Verbs that need no running headquarters, or are one. Each gives its exit
/// code.
namespace relais::admin {

int init(Session& session, const Invocation& asked);
int serve(Session& session, const Invocation& asked);
int restore(Session& session, const Invocation& asked);

/// The sealed lane: recipients' documents, and reading with a recipient's key.
int recipients_init(Session& session, const Invocation& asked);
int recipients_sign(Session& session, const Invocation& asked);
int recipients_show(Session& session, const Invocation& asked);
int unseal(Session& session, const Invocation& asked);

}  // namespace relais::admin
