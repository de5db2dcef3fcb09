#pragma once

#include <string_view>
#include <vector>

#include "proto/sealed.pb.h"
#include "sync/crypto.h"

namespace relais::sync {

/// A value that only these readers open: a proto::Sealed, serialised, as it
/// stands in a change. wire_format: one of their keys is no key.
Result<Bytes> seal_value(const std::vector<proto::Recipient>& readers,
                         std::string_view text, Random& random);
/// wire_format: it is not for this key.
Result<Bytes> open_value(const KeyPair& key, std::string_view sealed);

}  // namespace relais::sync
