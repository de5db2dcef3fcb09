#pragma once

#include <string_view>

#include "sync/crypto.h"

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

}  // namespace relais::sync
