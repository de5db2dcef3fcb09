#pragma once

#include <nlohmann/json_fwd.hpp>

#include "proto/form.pb.h"
#include "sync/record/value.h"
#include "sync/text/messages.h"

namespace relais::sync {

using Json = nlohmann::ordered_json;

/// A value as JSON: text, codes, dates and record ids as strings; a row as an
/// object; null for the empty, the erased and the sealed.
Json value_json(const Value& value);

/// Choices of a form, [{code, label}], to be chosen from.
Json choices_json(const google::protobuf::RepeatedPtrField<proto::Choice>& all,
                  Language language);

}  // namespace relais::sync
