#pragma once

#include <string_view>
#include <vector>

#include "sync/crypto.h"
#include "sync/store/store.h"

namespace relais::sync {

/// A key of a shelf that is read in order: an id's 16 bytes, then the number,
/// big-endian.
template <class Id>
Bytes shelf_key(const Id& id, std::uint64_t number) {
  Bytes key(id.view());
  put_u64(key, number);
  return key;
}

/// The number of such a key.
inline std::uint64_t number_of(std::string_view shelf_key) {
  std::uint64_t number = 0;
  for (char byte : shelf_key.substr(16)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

/// Every key of a shelf, so that it may be changed while they are walked.
inline Result<std::vector<Bytes>> keys_of(const Store& store,
                                          std::string_view shelf) {
  std::vector<Bytes> keys;
  auto read = store.scan(shelf, {}, [&](auto key, auto) {
    keys.emplace_back(key);
    return true;
  });
  if (!read) return fail(read.error());
  return keys;
}

/// Inside a transaction.
inline Result<> clear_shelf(Store& store, std::string_view shelf) {
  auto keys = keys_of(store, shelf);
  if (!keys) return fail(keys.error());
  for (const Bytes& key : *keys) {
    if (auto gone = store.remove(shelf, key); !gone) return gone;
  }
  return {};
}

}  // namespace relais::sync
