#pragma once

#include <vector>

#include "sync/crypto.h"
#include "tests/support/field.h"

namespace relais::test {

/// Three bodies that read sealed reports, signed by two, at headquarters: the
/// first has a reader of its own. Gives their keys, in this order.
std::vector<sync::KeyPair> publish_recipients(Node& there);

}  // namespace relais::test
