#include "sync/record/change.h"

#include <algorithm>

#include "sync/crypto.h"

namespace relais::sync {

namespace {

void put_dot(Bytes& out, const Dot& dot) {
  out += dot.journal.view();
  put_u64(out, dot.position);
}

void put_count(Bytes& out, std::size_t count) {
  put_u32(out, static_cast<std::uint32_t>(count));
}

}  // namespace

std::string to_text(const Address& address) {
  std::string text = address.field;
  if (!address.row.empty()) text += '/' + address.row;
  if (!address.column.empty()) text += '/' + address.column;
  return text;
}

RecordId free_record_id(const Dot& root) {
  Bytes bytes;
  put_text(bytes, "record");
  put_dot(bytes, root);
  return RecordId{hash128_raw(bytes)};
}

RecordId keyed_record_id(const std::string& form,
                         const std::vector<std::string>& key) {
  Bytes bytes;
  put_text(bytes, "keyed");
  put_text(bytes, form);
  put_count(bytes, key.size());
  for (const std::string& part : key) put_text(bytes, part);
  return RecordId{hash128_raw(bytes)};
}

ConflictId conflict_id(const std::string& part, const Address& address,
                       std::vector<Dot> dots) {
  std::vector<const std::string*> components{&address.field};
  if (!address.row.empty()) components.push_back(&address.row);
  if (!address.column.empty()) components.push_back(&address.column);
  std::sort(dots.begin(), dots.end());

  Bytes bytes;
  put_text(bytes, "conflict");
  put_text(bytes, part);
  put_count(bytes, components.size());
  for (const std::string* component : components) put_text(bytes, *component);
  put_count(bytes, dots.size());
  for (const Dot& dot : dots) put_dot(bytes, dot);
  return ConflictId{hash128_raw(bytes)};
}

}  // namespace relais::sync
