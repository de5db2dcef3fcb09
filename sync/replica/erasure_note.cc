#include "sync/replica/erasure_note.h"

#include <map>
#include <utility>

#include "sync/replica/record_view.h"

namespace relais::sync {

void add_erasures(const PartState& state, const Replica& replica,
                  RecordView& view) {
  std::map<Dot, ErasureNote> by_purge;
  for (const auto& [dot, erasure] : state.erased) {
    ErasureNote& note = by_purge[erasure.purge];
    note.dots.push_back(dot);
    note.erasure = erasure;
  }
  for (auto& [purge, note] : by_purge) {
    note.part = state.part;
    if (auto change = replica.change(purge)) note.wall = change->wall;
    view.erasures.push_back(std::move(note));
  }
  if (view.reference.empty()) view.reference = to_hex(view.record);
}

}  // namespace relais::sync
