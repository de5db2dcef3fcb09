#pragma once

#include <vector>

#include "sync/record/part_state.h"
#include "sync/store/store.h"

namespace relais::sync {

/// An index of the records in which something is in conflict or was decided,
/// so that whoever asks for them does not read all others. It only grows: a
/// record stays in it when nothing is open any more.
///
/// Inside the transaction that keeps the state.
Result<> note_disputed(Store& store, const PartState& state);
Result<std::vector<RecordId>> disputed_records(const Store& store);

}  // namespace relais::sync
