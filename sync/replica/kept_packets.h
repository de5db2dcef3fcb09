#pragma once

#include <string_view>

#include "sync/journal/packet.h"
#include "sync/store/store.h"

/// Signed packets that a machine keeps as they came.
namespace relais::sync {

/// At headquarters: came before those that they follow.
inline constexpr std::string_view early_packets = "ingest.early";
/// At a post: the feed, to give back to a headquarters that forgot it.
inline constexpr std::string_view kept_feed = "feed.kept";

/// Takes the bodies that `must_go` names out of every packet of a shelf.
Result<> strip_kept(Store& store, std::string_view shelf,
                    const SigningKeys& keys, const MustGo& must_go);

}  // namespace relais::sync
