#pragma once

#include <type_traits>
#include <variant>

#include "sync/record/part_state.h"

namespace relais::sync {

/// The members of each struct of a state, once, in the order they are written.
template <class Archive, class T>
void walk(Archive& a, T& x) {
  using S = std::remove_const_t<T>;
  if constexpr (std::is_same_v<S, Written>) {
    a(x.dot, x.value, x.author, x.role, x.stamp, x.decision, x.reason, x.state,
      x.headquarters);
  } else if constexpr (std::is_same_v<S, CellState>) {
    a(x.value, x.by, x.also, x.open);
  } else if constexpr (std::is_same_v<S, RowState>) {
    a(x.status, x.unit, x.column);
  } else if constexpr (std::is_same_v<S, LogEntry>) {
    a(x.dot, x.origin, x.author, x.entry, x.erased);
  } else if constexpr (std::is_same_v<S, FieldState>) {
    a(x.cell, x.row, x.entry);
  } else if constexpr (std::is_same_v<S, Conflict>) {
    a(x.id, x.address, x.dots, x.values, x.blocking, x.resolvers);
  } else if constexpr (std::is_same_v<S, Proposal>) {
    a(x.annulment, x.what, x.dot, x.why);
  } else if constexpr (std::is_same_v<S, Erasure>) {
    a(x.by, x.second, x.basis, x.reason, x.purge);
  } else if constexpr (std::is_same_v<S, Superseded>) {
    a(x.dot, x.address, x.value);
  } else if constexpr (std::is_same_v<S, FoldCache>) {
    a(x.headquarters_wrote, x.reference_version, x.root_author, x.offer_author,
      x.lost, x.full_only);
  } else if constexpr (std::is_same_v<S, Address>) {
    a(x.field, x.row, x.column);
  } else if constexpr (std::is_same_v<S, Dot>) {
    a(x.journal, x.position);
  } else if constexpr (std::is_same_v<S, Decimal>) {
    a(x.unscaled, x.scale);
  } else if constexpr (std::is_same_v<S, Date>) {
    a(x.days);
  } else if constexpr (std::is_same_v<S, Instant>) {
    a(x.ms);
  } else if constexpr (std::is_same_v<S, Code>) {
    a(x.code);
  } else if constexpr (std::is_same_v<S, Blob>) {
    a(x.hash, x.size, x.name);
  } else if constexpr (std::is_same_v<S, Sealed>) {
    a(x.bytes);
  } else {
    static_assert(std::is_same_v<S, Erased> ||
                  std::is_same_v<S, std::monostate>);
  }
}

}  // namespace relais::sync
