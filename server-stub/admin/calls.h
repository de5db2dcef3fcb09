#pragma once

#include <memory>
#include <optional>
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
void add_officer_verbs(sync::Verbs& verbs, Office& office);
void add_user_verbs(sync::Verbs& verbs, Office& office);
void add_publishing_verbs(sync::Verbs& verbs, Office& office);
void add_packet_verbs(sync::Verbs& verbs, Office& office);
void add_conflict_verbs(sync::Verbs& verbs, Office& office);
void add_aside_verbs(sync::Verbs& verbs, Office& office);
void add_purge_verbs(sync::Verbs& verbs, Office& office);
void add_keeping_verbs(sync::Verbs& verbs, Office& office);
void add_sealed_verbs(sync::Verbs& verbs, Office& office);

/// Runs a request over an office that is this thread's.
proto::End run_call(Office& office, const server::ControlCall& call);

/// How a serving headquarters runs requests: what only reads beside the
/// writer, on a connection of its own; the rest in the writer's turn, with the
/// answer kept until it is done, so that no terminal holds up a sync.
server::RunCall run_beside(Office& office, server::Writer& writer);

/// Who answers at a home: the serving headquarters, or, nothing serving, this
/// process, which then holds the home.
struct Counter {
  std::optional<sync::ControlClient> serving;
  std::unique_ptr<Office> office;
};

/// Another verb, or a headquarters that starts, holds a home for moments: it
/// is waited for. busy: it still has it then.
Result<Counter> find_counter(const std::string& home);

Result<proto::End> answer(Counter& counter, const proto::Request& request,
                          const sync::InputSource& source,
                          const sync::OnReply& on_reply);

}  // namespace relais::admin
