#pragma once

#include <nlohmann/json_fwd.hpp>

#include "sync/record/value.h"

namespace relais::sync {

using Json = nlohmann::ordered_json;

/// A value as JSON: text, codes, dates and record ids as strings; a row as an
/// object; null for the empty, the erased and the sealed.
Json value_json(const Value& value);

}  // namespace relais::sync
