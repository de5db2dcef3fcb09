#include <map>
#include <utility>

#include "sync/limits.h"
#include "sync/replica/replica.h"

namespace relais::sync {
namespace {

/// All journalled changes, by the part that they belong to.
Result<std::map<PartKey, Dot>> journalled_parts(
    const Store& store, const std::function<Result<>()>& pause) {
  std::map<PartKey, Dot> parts;
  auto devices = store.devices();
  if (!devices) return fail(devices.error());
  for (const DeviceId& device : *devices) {
    auto journals = store.journals(device, proto::LANE_UNSPECIFIED);
    if (!journals) return fail(journals.error());
    for (const StoredJournal& journal : *journals) {
      for (std::uint64_t next = 1; next <= journal.last;) {
        auto entries = store.entries(journal.header.journal, next,
                                     limits::packet_body_bytes_max);
        if (!entries) return fail(entries.error());
        if (entries->empty()) break;  // the store's audit names the gap
        for (const StoredEntry& entry : *entries) {
          if (entry.record)
            parts.try_emplace({*entry.record, entry.part}, entry.dot);
          next = entry.dot.position + 1;
        }
        if (auto paused = pause(); !paused) return fail(paused.error());
      }
    }
  }
  return parts;
}

}  // namespace

Result<> Replica::verify_part(const StoredPart& part,
                              std::vector<Sentence>& faults) const {
  auto record = store().record(part.record);
  if (!record) return fail(record.error());
  const std::string name = *record && !(*record)->reference.empty()
                               ? (*record)->reference
                               : to_hex(part.record);
  if (!*record) {
    faults.push_back({"{0}: the record is missing from the index", {name}});
  }
  if (part.fold_version != limits::fold_version) return {};
  auto past = history(part.record, part.part);
  if (!past) {
    faults.push_back({"{0}, part {1}: a change cannot be read: {2}",
                      {name, part.part, past.error().what.id}});
    return {};
  }
  PartState folded = fold(*past, publications_);
  folded.record = part.record;
  folded.part = part.part;
  if (folded.form.empty()) folded.form = part.form;
  auto cached = decode_state(part.state);
  if (!cached || digest(*cached) != digest(folded)) {
    faults.push_back(
        {"{0}, part {1}: what is shown is not what the journal says",
         {name, part.part}});
    return {};
  }
  const auto form = publications_.newest_form(folded.form);
  const bool lifecycle =
      form && form->definition().lifecycle_part() == part.part;
  if (lifecycle && folded.state.empty()) {
    folded.state = form->definition().lifecycle().initial();
  }
  if (*record && lifecycle && (*record)->state != folded.state) {
    faults.push_back(
        {"{0}: the list shows another state than the record", {name}});
  }
  return {};
}

Result<std::vector<Sentence>> Replica::verify(
    const std::function<bool()>& stop) const {
  const auto pause = [&stop]() -> Result<> {
    if (!stop || !stop()) return {};
    return fail(Errc::cancelled, "Interrupted.");
  };
  std::vector<Sentence> faults;
  auto read = store().each_part([&](const StoredPart& part) -> Result<> {
    auto verified = verify_part(part, faults);
    return verified ? pause() : verified;
  });
  if (!read) return fail(read.error());
  auto journalled = journalled_parts(store(), pause);
  if (!journalled) return fail(journalled.error());
  for (const auto& [part, dot] : *journalled) {
    auto shown = store().part(part.first, part.second);
    if (!shown) return fail(shown.error());
    if (*shown) continue;
    auto gone = gave_up(part);
    if (!gone) return fail(gone.error());
    if (*gone) continue;
    faults.push_back({"{0}, part {1}: journalled at {2}, but not shown",
                      {to_hex(part.first), part.second, to_text(dot)}});
  }
  return faults;
}

}  // namespace relais::sync
