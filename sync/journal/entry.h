#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/change.pb.h"
#include "sync/ids.h"
#include "sync/record/change.h"
#include "sync/result.h"

/// The bytes of a journal (sync-model 5; worked examples in docs/protocol.md).
///
///   h(0)    = H("relais/journal/1", header)
///   leaf(n) = H(meta(n), H(salt(n), body(n)))     h(n) = H(h(n-1), leaf(n))
///   salt(n) = BLAKE2b-128 keyed with the journal's seed over n (8 bytes)
namespace relais::sync {

using Lane = proto::Lane;

/// A journal's name and past, read from its header bytes.
struct Header {
  JournalId journal;
  DeviceId device;
  Lane lane = proto::LANE_UNSPECIFIED;
  std::optional<JournalId> predecessor;
  std::uint64_t predecessor_position = 0;
  Hash predecessor_head;
  std::optional<DeviceId> reader;  ///< feeds only
};

Bytes encode_header(const Header& header);
/// wire_format for anything that encode_header would not have written.
Result<Header> decode_header(std::string_view bytes);

/// One entry as written: two byte strings and what binds them into the chain.
struct Entry {
  std::uint64_t position = 0;
  Bytes meta;
  Bytes body;         ///< empty in a stub
  bool stub = false;  ///< the body is gone; `leaf` was received
  Bytes salt;         ///< 16 bytes; empty in a stub
  Hash leaf;
};

Hash first_head(std::string_view header);
Bytes salt_of(std::string_view seed, std::uint64_t position);
Hash body_hash(std::string_view salt, std::string_view body);
Hash leaf_of(std::string_view meta, const Hash& body_hash);
Hash next_head(const Hash& head, const Hash& leaf);

/// Serialised once, by this, and never again.
Bytes encode(const proto::EntryMeta& meta);
Bytes encode(const proto::EntryBody& body);
/// Bounded in depth and size. An unknown field or act is not an error: it is
/// kept in the bytes, and the change says understood == false.
Result<proto::EntryMeta> decode_meta(std::string_view bytes);
Result<proto::EntryBody> decode_body(std::string_view bytes);

/// A change as the two messages. Dots of the change's own journal are written
/// without their journal. `ratchet`: whether the value at an address also
/// stands in the meta (the form says so).
struct EncodedChange {
  Bytes meta;
  Bytes body;
};
EncodedChange encode_change(const Change& change, const class Form* form);
/// `body` absent: erased. Fails with wire_format, naming what is wrong, for
/// bytes that no version could have meant (ids of a wrong length, acts of
/// meta and body that do not pair, values in two places that differ).
Result<Change> decode_change(const Dot& dot, const DeviceId& device,
                             std::string_view meta,
                             std::optional<std::string_view> body);

}  // namespace relais::sync
