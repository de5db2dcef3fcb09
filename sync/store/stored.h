#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sync/journal/entry.h"

/// What a Store keeps, as plain values.
namespace relais::sync {

/// A journal as this machine holds it, its own or another's.
struct StoredJournal {
  Header header;
  Bytes header_bytes;
  Bytes seed;              ///< 32 bytes while we write it; else empty
  std::uint64_t last = 0;  ///< longest prefix here
  Hash head;               ///< h(last)
  std::uint64_t held = 0;  ///< own: the prefix that a receipt says is held
  std::uint64_t sent = 0;  ///< own: the prefix that has left this machine
};

/// One entry on disk. Chained: it stands in its journal's unbroken prefix.
/// Vouched entries that came by a feed stand alone.
struct StoredEntry {
  Dot dot;
  DeviceId device;
  Bytes meta;
  std::optional<Bytes> body;  ///< absent: a stub
  Bytes salt;  ///< of a stub: H(salt, body) where it is known, else empty
  Hash leaf;
  bool chained = false;
  std::optional<RecordId> record;  ///< changes only
  std::string part;
  std::optional<std::string> verdict;  ///< headquarters'; empty: legal
};

/// Takes the body away; what bound it into the chain stays.
inline void make_stub(StoredEntry& entry) {
  if (!entry.body) return;
  entry.salt = Bytes(body_hash(entry.salt, *entry.body).view());
  entry.body.reset();
}

/// A part's cached fold.
struct StoredPart {
  RecordId record;
  std::string part;
  std::string form;
  std::uint32_t fold_version = 0;
  Bytes state;  ///< encode_state()
};

/// What lists and lookups need of a record, derived from its parts.
struct StoredRecord {
  RecordId record;
  std::string form;
  std::string reference;
  std::string state;
  std::string title;
  std::string author;      ///< of the root change
  DeviceId device;         ///< that wrote the root change
  std::int64_t stamp = 0;  ///< newest change
  std::uint32_t conflicts = 0;
};

struct StoredDocument {
  proto::DocumentKind kind = proto::DOCUMENT_KIND_UNSPECIFIED;
  std::string name;
  std::uint32_t version = 0;
  Hash hash;          ///< H of the bytes
  Hash version_hash;  ///< tables: of the reference data as a whole
  Bytes bytes;
};

}  // namespace relais::sync
