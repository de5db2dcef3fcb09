#pragma once

#include <string>

#include "server-stub/headquarters/control_server.h"
#include "server-stub/headquarters/office.h"
#include "server-stub/headquarters/writer.h"
#include "sync/command/command.h"
#include "sync/control/client.h"

namespace relais::admin {

using server::Office;
using sync::Result;

/// Every verb of the socket over one office: those that both ends share, and
/// headquarters' own.
sync::Verbs headquarters_verbs(Office& office);

void add_post_verbs(sync::Verbs& verbs, Office& office);
void add_device_verbs(sync::Verbs& verbs, Office& office);
void add_user_verbs(sync::Verbs& verbs, Office& office);
void add_publishing_verbs(sync::Verbs& verbs, Office& office);
void add_packet_verbs(sync::Verbs& verbs, Office& office);
void add_conflict_verbs(sync::Verbs& verbs, Office& office);
void add_aside_verbs(sync::Verbs& verbs, Office& office);
void add_keeping_verbs(sync::Verbs& verbs, Office& office);

/// Runs a request over an office that is this thread's.
proto::End run_call(Office& office, const server::ControlCall& call);

/// How a serving headquarters runs requests: what only reads beside the
/// writer, on a connection of its own; the rest in the writer's turn, with the
/// answer kept until it is done, so that no terminal holds up a sync.
server::RunCall run_beside(Office& office, server::Writer& writer);

/// The same when nothing serves: opens the home for this one request.
Result<proto::End> answer_here(const std::string& home,
                               const proto::Request& request,
                               const sync::InputSource& source,
                               const sync::OnReply& on_reply);

}  // namespace relais::admin
