#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/session.pb.h"
#include "sync/replica/replica.h"

namespace relais::sync {

class Headquarters;

/// How long the code in an envelope is good: long enough for a post that a
/// convoy reaches once in a season.
inline constexpr std::int64_t slip_ms = 90LL * 86'400'000;

/// A slip as a machine holds it: what a first code is checked by.
struct KnownSlip {
  std::uint32_t number = 0;  ///< rises with each; the newest alone counts
  proto::Slip slip;
};

/// The document for a secret of 80 bits, to be published for `person`.
StoredDocument make_slip(const std::string& person, std::uint32_t number,
                         std::string_view secret, std::int64_t expires,
                         Random& random);
/// A one-time code for an officer's first PIN, or for a new one after he forgot
/// his: its check goes to the machines of his post. An earlier one is void, and
/// alarms about his PIN are answered. In the caller's transaction. not_found:
/// no such officer at a post.
struct NewSlip {
  Bytes secret;  ///< 10 bytes, kept nowhere
  std::string post;
  std::int64_t expires = 0;  ///< headquarters' clock, ms
};
Result<NewSlip> publish_slip(Headquarters& headquarters,
                             const std::string& officer);
/// The newest one here; empty optional: none.
Result<std::optional<KnownSlip>> slip_for(const Store& store,
                                          std::string_view person);
/// Whether there is one for anybody that he has not used here.
Result<bool> any_slip_waits(const Replica& replica);
bool opens(const proto::Slip& slip, std::string_view secret);

/// Whether a machine of this post is to hold the document: a slip is for the
/// machines of its officer's post, everything else for all.
bool is_for_post(const StoredDocument& document, const Tables* tables,
                 std::string_view post);

}  // namespace relais::sync
