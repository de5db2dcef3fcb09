#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sync/record/change.h"
#include "sync/record/part_state.h"

namespace relais::sync {

enum class ItemKind : std::uint8_t {
  write,
  decide,
  add_row,
  annul_row,
  restore_row,
  append,
  step,   ///< a transition
  offer,  ///< the first half of a two-person transition
  undo,
};

/// One act of a legal change at its place in the graph. An accepted act stands
/// at the place of the accept, under its own author.
struct Item {
  std::size_t at = 0;  ///< place of the change
  ItemKind kind = ItemKind::write;
  Address address;
  Written written;  ///< of a transition or decision on the state: its target
  Dot origin;       ///< where it was first written ...
  std::size_t act = 0;  ///< ... and as which act
  std::vector<Dot> cites;
  std::string step;
  Dot undoes;
  bool own_only = false;  ///< over an open conflict: ends its author's values
  bool material = false;  ///< a closing may not pass beside it

  bool on_state() const { return address.field == state_field; }
};

/// What merging the values at one address gives.
struct Merged {
  Value value;
  std::vector<const Written*> by;    ///< whose value is shown
  std::vector<const Written*> also;  ///< survivors that yielded
  bool open = false;                 ///< `by` are in conflict
};

struct RowNow {
  RowStatus status = RowStatus::absent;
  bool offered = false;  ///< an annulment stands as a proposal
};

}  // namespace relais::sync
