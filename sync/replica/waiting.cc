#include "sync/replica/waiting.h"

namespace relais::sync {

Result<> refold_waiting(Replica& replica) {
  std::vector<StoredPart> waiting;
  auto read = replica.store().each_part([&](const StoredPart& part) {
    auto state = decode_state(part.state);
    if (!state || state->needs_update) waiting.push_back(part);
    return Result<>{};
  });
  if (!read) return read;
  for (const StoredPart& part : waiting) {
    auto state = replica.refold(part.record, part.part, part.form);
    if (!state) return fail(state.error());
  }
  return {};
}

}  // namespace relais::sync
