#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "proto/change.pb.h"
#include "sync/crypto.h"

/// The uniform envelope of the sealed lane (docs/protocol.md 9):
///
///   8 wraps of 80 bytes | nonce 24 | ciphertext 3,416 | tag 16
///
/// A wrap is a sealed box of the content key. Those without a recipient are
/// sealed boxes too, for keys that nobody has: random bytes would be told
/// apart, since a box begins with a point of the curve. So an envelope for
/// nobody, a filler, is made by the very same steps.
namespace relais::sync {

inline constexpr std::size_t envelope_bytes = 4096;
inline constexpr std::size_t envelope_recipients_max = 8;
/// What fits into one.
inline constexpr std::size_t envelope_content_max = 3412;

/// For the holders of these keys (at most eight, 32 bytes each; none: a
/// filler). over_limit: the content is too long; wire_format: no key.
Result<Bytes> make_envelope(const std::vector<Bytes>& box_keys,
                            std::string_view content, Random& random);
Bytes make_filler(Random& random);
/// The content, for one of its recipients; wire_format for everybody else and
/// for what is no envelope.
Result<Bytes> open_envelope(const KeyPair& key, std::string_view envelope);

inline constexpr std::int64_t day_ms = 86'400'000;

/// The entry that carries one: its day, and nothing else.
struct EnvelopeEntry {
  proto::EntryMeta meta;
  proto::EntryBody body;
};
EnvelopeEntry envelope_entry(Bytes envelope, std::int64_t day);
/// Whether an entry of this lane may stand in a journal: the sealed lane has
/// nothing but envelopes of the one shape, and no other lane has any.
/// `body` absent: a stub.
bool fits_its_lane(proto::Lane lane, const proto::EntryMeta& meta,
                   std::optional<std::string_view> body);

}  // namespace relais::sync
