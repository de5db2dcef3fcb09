#pragma once

#include <string_view>
#include <vector>

#include "sync/store/store.h"

namespace relais::sync {

/// References are given out by one machine's counter, so two records bear the
/// same one only where a home was copied. Neither may then pass for the other.

/// Inside a transaction: this record bears that reference too.
Result<> note_reference(Store& store, std::string_view reference,
                        const RecordId& record);
/// Inside a transaction: a reference that says what was erased names it no
/// more.
Result<> forget_reference(Store& store, std::string_view reference,
                          const RecordId& record);
/// Every record that was given this name, the first one first.
Result<std::vector<RecordId>> records_named(const Store& store,
                                            std::string_view name);

}  // namespace relais::sync
