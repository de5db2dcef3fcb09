#include <utility>

#include "sync/limits.h"
#include "sync/replica/namesakes.h"
#include "sync/replica/replica.h"

namespace relais::sync {

Result<Change> change_of(const StoredEntry& entry) {
  std::optional<std::string_view> body;
  if (entry.body) body = *entry.body;
  return decode_change(entry.dot, entry.device, entry.meta, body);
}

Result<std::optional<PartState>> Replica::part(const RecordId& record,
                                               const std::string& part) const {
  auto stored = store().part(record, part);
  if (!stored) return fail(stored.error());
  if (!*stored) return std::optional<PartState>{};
  if ((*stored)->fold_version == limits::fold_version) {
    auto state = decode_state((*stored)->state);
    if (!state) return fail(state.error());
    return std::optional<PartState>(std::move(*state));
  }
  auto past = history(record, part);
  if (!past) return fail(past.error());
  return std::optional<PartState>(fold(*past, publications_));
}

Result<std::vector<PartState>> Replica::parts(const RecordId& record) const {
  auto stored = store().parts(record);
  if (!stored) return fail(stored.error());
  std::vector<PartState> states;
  for (const StoredPart& one : *stored) {
    auto state = part(record, one.part);
    if (!state) return fail(state.error());
    if (*state) states.push_back(std::move(**state));
  }
  return states;
}

Result<StoredRecord> Replica::find(std::string_view name) const {
  auto ids = records_named(store(), name);
  if (!ids) return fail(ids.error());
  if (ids->empty()) {
    const auto raw = from_hex(name);
    const auto id = raw ? RecordId::from_bytes(*raw) : std::nullopt;
    if (id) ids->push_back(*id);
  }
  std::vector<StoredRecord> found;
  std::string all;
  for (const RecordId& id : *ids) {
    auto record = store().record(id);
    if (!record) return fail(record.error());
    if (!*record) continue;
    found.push_back(std::move(**record));
    all += (all.empty() ? "" : ", ") + to_hex(id);
  }
  if (found.size() == 1) return std::move(found.front());
  if (found.size() > 1) {
    return fail(Errc::invalid,
                "More than one record bears the reference {0}: give the id of "
                "the one you mean, {1}",
                {std::string(name), all});
  }
  return fail(Errc::not_found,
              "There is no record {0} here: `list` shows those there are",
              {std::string(name)});
}

Result<Change> Replica::change(const Dot& dot) const {
  auto entry = store().entry(dot);
  if (!entry) return fail(entry.error());
  if (!*entry || !(*entry)->record) {
    return fail(Errc::not_found, "There is no change {0} here", {to_text(dot)});
  }
  return change_of(**entry);
}

Result<std::vector<Change>> Replica::changes(const RecordId& record,
                                             const std::string& part) const {
  auto past = history(record, part);
  if (!past) return fail(past.error());
  return std::move(past->changes);
}

}  // namespace relais::sync
