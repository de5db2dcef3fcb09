#include "sync/replica/tombstone.h"

#include <algorithm>

#include "sync/replica/shelf_key.h"

namespace relais::sync {
namespace {

/// By the dot that was erased: the purge's dot, then the verdict.
constexpr std::string_view purged_shelf = "purged";
constexpr std::size_t dot_bytes = 24;

Bytes key_of(const Dot& dot) {
  return shelf_key(dot.journal, dot.position);
}

}  // namespace

Result<> put_tombstone(Store& store, const Dot& dot, const Tombstone& stone) {
  return store.put(purged_shelf, key_of(dot),
                   key_of(stone.purge) + stone.verdict);
}

Result<std::optional<Tombstone>> tombstone(const Store& store, const Dot& dot) {
  auto bytes = store.get(purged_shelf, key_of(dot));
  if (!bytes) return fail(bytes.error());
  std::optional<Tombstone> stone;
  if (!*bytes || (*bytes)->size() < dot_bytes) return stone;
  const std::string_view all = **bytes;
  stone.emplace();
  stone->purge.journal =
      JournalId::from_bytes(all.substr(0, 16)).value_or(JournalId{});
  stone->purge.position = number_of(all.substr(0, dot_bytes));
  stone->verdict = all.substr(dot_bytes);
  return stone;
}

Result<> obey_tombstone(const Store& store, StoredEntry& entry) {
  auto stone = tombstone(store, entry.dot);
  if (!stone) return fail(stone.error());
  if (!*stone) return {};
  make_stub(entry);
  if (!entry.verdict) entry.verdict = (*stone)->verdict;
  return {};
}

bool is_purged(const Store& store, const Dot& dot) {
  auto stone = tombstone(store, dot);
  return !stone || stone->has_value();
}

bool is_purge(const Change& change) {
  return std::any_of(
      change.acts.begin(), change.acts.end(),
      [](const Act& act) { return act.kind == proto::ACT_KIND_PURGE; });
}

bool is_purge(const proto::EntryMeta& change) {
  return std::any_of(
      change.act().begin(), change.act().end(),
      [](const auto& act) { return act.kind() == proto::ACT_KIND_PURGE; });
}

}  // namespace relais::sync
