#include "sync/replica/namesakes.h"

#include <string>

namespace relais::sync {
namespace {

/// Reference, a zero byte, id: of every bearer but the first.
constexpr std::string_view namesakes_shelf = "reference.again";

Bytes prefix_of(std::string_view reference) {
  return Bytes(reference) + '\0';
}

}  // namespace

Result<> note_reference(Store& store, std::string_view reference,
                        const RecordId& record) {
  auto put = store.put_alias(reference, record);
  if (!put) return put;
  auto first = store.find_alias(reference);
  if (!first) return fail(first.error());
  if (*first == record) return {};
  return store.put(namesakes_shelf, prefix_of(reference) + Bytes(record.view()),
                   {});
}

Result<> forget_reference(Store& store, std::string_view reference,
                          const RecordId& record) {
  auto first = store.find_alias(reference);
  if (!first) return fail(first.error());
  if (*first == record) return store.remove_alias(reference);
  return store.remove(namesakes_shelf,
                      prefix_of(reference) + Bytes(record.view()));
}

Result<std::vector<RecordId>> records_named(const Store& store,
                                            std::string_view name) {
  std::vector<RecordId> records;
  auto first = store.find_alias(name);
  if (!first) return fail(first.error());
  if (!*first) return records;
  records.push_back(**first);
  const Bytes prefix = prefix_of(name);
  auto read =
      store.scan(namesakes_shelf, prefix, [&](std::string_view key, auto) {
        if (!key.starts_with(prefix)) return false;
        const auto id = RecordId::from_bytes(key.substr(prefix.size()));
        if (id) records.push_back(*id);
        return true;
      });
  if (!read) return fail(read.error());
  return records;
}

}  // namespace relais::sync
