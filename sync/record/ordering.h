#pragma once

#include <compare>
#include <optional>
#include <vector>

#include "sync/record/value.h"

namespace relais::sync {

/// How two values stand to each other in an expression: numbers by size
/// whatever their scale; dates and instants by time, an instant beside a date
/// by its day (UTC); texts and codes by their bytes; false < true. A text
/// beside a date, an instant or a record is read as one. Unordered: anything
/// empty or erased, and kinds that do not compare.
std::partial_ordering order_values(const Value& a, const Value& b);

/// Exact sum; empty ones and whatever is not a number are left out. An integer
/// when all are, else a decimal; empty when it fits neither.
Value sum_of(const std::vector<Value>& values);

/// The day of a date or an instant (UTC); absent otherwise.
std::optional<Date> day_of(const Value& value);

}  // namespace relais::sync
