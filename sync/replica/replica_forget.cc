#include <set>
#include <utility>

#include "sync/replica/namesakes.h"
#include "sync/replica/replica.h"
#include "sync/replica/tombstone.h"

/// What a replica forgets: parts that it may hold no more, and bodies that a
/// purge erased.
namespace relais::sync {
namespace {

constexpr std::string_view given_up_shelf = "given_up";
/// Set while what was erased may still lie in free pages of the disk.
constexpr std::string_view scrub_fact = "scrub";

Bytes given_up_key(const RecordId& record, const std::string& part) {
  return Bytes(record.view()) + part;
}

/// The verdict that a purge carries; legal where it says nothing.
std::string verdict_in(const Act& purge, const Dot& dot) {
  const auto found = purge.verdicts.find(dot);
  return found == purge.verdicts.end() ? std::string{} : found->second;
}

/// What the index quotes of a root part: title, author, and a reference that is
/// made of a key. A refold writes them again.
Result<> forget_line(Store& store, const PublicationShelf& forms,
                     const RecordId& record, const std::string& part) {
  auto line = store.record(record);
  if (!line) return fail(line.error());
  if (!*line) return {};
  const auto form = forms.newest_form((*line)->form);
  if (!form || form->definition().root_part() != part) return {};
  (*line)->title.clear();
  (*line)->author.clear();
  if (form->keyed() && !(*line)->reference.empty()) {
    auto gone = forget_reference(store, (*line)->reference, record);
    if (!gone) return gone;
    (*line)->reference.clear();
  }
  return store.put_record(**line);
}

}  // namespace

Result<> Replica::take(StoredEntry entry) {
  if (entry.record) {
    auto back =
        store().remove(given_up_shelf, given_up_key(*entry.record, entry.part));
    if (!back) return back;
  }
  auto obeyed = obey_tombstone(store(), entry);
  return obeyed ? store().put_entry(entry) : obeyed;
}

Result<> Replica::give_up(const RecordId& record, const std::string& part) {
  auto noted = store().put(given_up_shelf, given_up_key(record, part), {});
  if (noted) noted = forget_line(store(), publications_, record, part);
  if (noted) noted = store().remove_part(record, part);
  return noted ? scrub_after() : noted;
}

Result<bool> Replica::gave_up(const PartKey& part) const {
  auto noted =
      store().get(given_up_shelf, given_up_key(part.first, part.second));
  if (!noted) return fail(noted.error());
  return noted->has_value();
}

Result<> Replica::obey(const Change& purge) {
  std::set<JournalId> journals;
  for (const Act& act : purge.acts) {
    for (const Dot& dot : act.dots) {
      auto erased = erase(dot, {purge.dot, verdict_in(act, dot)});
      if (!erased) return erased;
      journals.insert(dot.journal);
    }
  }
  for (const JournalId& id : journals) {
    if (auto closed = close_journal(id); !closed) return closed;
  }
  return scrub_after();
}

Result<> Replica::scrub_after() {
  forgetting_ = true;
  return set_fact(store(), scrub_fact, "1");
}

Result<> Replica::erase(const Dot& dot, const Tombstone& stone) {
  auto before = tombstone(store(), dot);
  auto entry = store().entry(dot);
  if (!before || !entry) return fail(before ? entry.error() : before.error());
  if (!*before) {
    if (auto put = put_tombstone(store(), dot, stone); !put) return put;
  }
  if (!*entry) return {};
  if (!(*entry)->verdict) {
    auto judged = store().set_verdict(dot, stone.verdict);
    if (!judged) return judged;
  }
  if (auto named = forget_names(**entry); !named) return named;
  return store().erase_body(dot);
}

Result<> Replica::let_go(const Dot& dot, const std::string& verdict) {
  auto gone = store().set_verdict(dot, verdict);
  if (gone) gone = store().erase_body(dot);
  return gone ? close_journal(dot.journal) : gone;
}

/// Who wrote the record stands in the index besides, and a key in its name.
Result<> Replica::forget_names(const StoredEntry& entry) {
  if (!entry.record || !entry.body) return {};
  auto change = change_of(entry);
  if (!change || !change->parents.empty()) return {};
  auto line = store().record(*entry.record);
  if (!line) return fail(line.error());
  if (!*line || change->author != (*line)->author) return {};
  (*line)->author.clear();
  const auto form = publications_.newest_form(change->form);
  if (form && form->keyed()) {
    auto gone = forget_reference(store(), (*line)->reference, *entry.record);
    if (!gone) return gone;
    (*line)->reference.clear();
  }
  return store().put_record(**line);
}

/// With its seed the salt of an erased body could be told. Nothing needs it:
/// what was not sent yet travels with its salts.
Result<> Replica::close_journal(const JournalId& id) {
  std::erase_if(journal_, [&](const auto& open) {
    return open.second.header.journal == id;
  });
  auto journal = store().journal(id);
  if (!journal) return fail(journal.error());
  if (!*journal || (*journal)->header.device != keys().device) return {};
  (*journal)->seed.clear();
  return store().put_journal(**journal);
}

Result<> Replica::finish_forgetting() {
  auto waits = fact(store(), scrub_fact);
  if (!waits) return fail(waits.error());
  if (waits->empty()) return {};
  if (auto scrubbed = store().scrub(); !scrubbed) return scrubbed;
  if (auto begun = store().begin(); !begun) return begun;
  auto done = set_fact(store(), scrub_fact, {});
  if (done) done = store().commit();
  if (!done) store().rollback();
  return done;
}

}  // namespace relais::sync
