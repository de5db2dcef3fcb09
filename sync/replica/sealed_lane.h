#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "sync/replica/headquarters.h"
#include "sync/sealed/recipients.h"

/// The sealed lane in the store: envelopes as entries of their journals, and
/// the published documents that belong to it (sync-model 9).
namespace relais::sync {

/// What a machine of this store says when a refused document came; "": none.
inline constexpr std::string_view refused_recipients = "alarm.recipients";

// -- at a post

/// In the open transaction: this one is today's.
Result<> append_envelope(Replica& replica, Bytes envelope, std::int64_t day);
/// That this machine wrote last; empty: none.
Result<Bytes> last_envelope(const Replica& replica);

// -- at headquarters

/// Every envelope of every machine from that day on, in no order that says
/// who sent it: by their bytes.
Result<std::vector<Bytes>> envelopes_since(const Store& store,
                                           std::int64_t day);
/// In the open transaction. denied: not enough signatures, or an old version;
/// already; invalid.
Result<> publish_recipients(Headquarters& headquarters, std::string_view file);
/// An envelope for whoever holds a code, to every machine. invalid: no
/// envelope.
Result<> publish_reply(Headquarters& headquarters, std::string_view envelope);

// -- both

Result<std::optional<proto::SignedRecipients>> newest_recipients(
    const Store& store);
Result<> may_be_next(const Store& store, std::string_view document);
Result<std::vector<Bytes>> replies(const Store& store);

}  // namespace relais::sync
