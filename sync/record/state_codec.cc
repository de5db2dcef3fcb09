#include <utility>

#include "sync/crypto.h"
#include "sync/limits.h"
#include "sync/record/fold.h"
#include "sync/record/state_reader.h"
#include "sync/record/state_writer.h"

namespace relais::sync {

namespace {

/// Everything two replicas must share, in one order of bytes.
template <class Archive, class State>
void walk_shared(Archive& archive, State& state) {
  archive(state.record, state.form, state.part, state.form_version, state.heads,
          state.state, state.suspended, state.field, state.conflicts,
          state.proposals, state.verdicts, state.set_aside, state.undone,
          state.accepted, state.history, state.erased, state.waiting,
          state.needs_update);
}

/// Calls `visit` with an index as a constant: the kinds of a value by number.
template <std::size_t... Index, class Visit>
void for_kind(std::index_sequence<Index...>, std::size_t kind, Visit visit) {
  ((kind == Index ? visit(std::integral_constant<std::size_t, Index>())
                  : void()),
   ...);
}

using Kinds = std::make_index_sequence<std::variant_size_v<Value::Kind>>;

}  // namespace

void StateWriter::number(std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out_ += static_cast<char>(static_cast<std::uint8_t>(value >> shift));
  }
}

void StateWriter::one(const Value& x) {
  number(x.kind().index(), 1);
  std::visit([&](const auto& held) { one(held); }, x.kind());
}

std::uint64_t StateReader::number(std::size_t bytes) {
  std::uint64_t value = 0;
  for (char c : raw(bytes)) value = value << 8 | static_cast<std::uint8_t>(c);
  return value;
}

std::string_view StateReader::raw(std::size_t bytes) {
  if (bytes > rest_.size()) {
    good_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view front = rest_.substr(0, bytes);
  rest_.remove_prefix(bytes);
  return front;
}

std::size_t StateReader::count() {
  const auto count = static_cast<std::size_t>(number(4));
  if (count > rest_.size()) good_ = false;
  return good_ ? count : 0;
}

void StateReader::one(Value& x) {
  const auto index = static_cast<std::size_t>(number(1));
  bool found = false;
  for_kind(Kinds(), index, [&](auto number_of) {
    using Held = std::variant_alternative_t<number_of.value, Value::Kind>;
    constexpr bool row = std::is_same_v<Held, Row>;
    if (row && in_row_) return;  // no depth that the stack cannot take
    in_row_ = in_row_ || row;
    kind<Held>(x);
    if (row) in_row_ = false;
    found = true;
  });
  if (!found) good_ = false;
}

Bytes encode_state(const PartState& state) {
  StateWriter writer;
  std::uint32_t version = limits::fold_version;
  writer(version);
  walk_shared(writer, state);
  writer(state.cache);
  return writer.take();
}

Result<PartState> decode_state(std::string_view bytes) {
  StateReader reader(bytes);
  std::uint32_t version = 0;
  reader(version);
  PartState state;
  if (version == limits::fold_version) {
    walk_shared(reader, state);
    reader(state.cache);
  }
  if (version != limits::fold_version || !reader.read_all()) {
    return fail(Errc::corrupt, "a folded state does not read: run verify");
  }
  return state;
}

Hash digest(const PartState& state) {
  StateWriter writer;
  walk_shared(writer, state);
  return hash({"relais/part/1", writer.take()});
}

}  // namespace relais::sync
