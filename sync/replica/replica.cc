#include "sync/replica/replica.h"

#include <algorithm>
#include <utility>

#include "sync/check.h"
#include "sync/limits.h"
#include "sync/record/graph.h"
#include "sync/replica/disputed.h"
#include "sync/replica/namesakes.h"
#include "sync/replica/shelf_key.h"

namespace relais::sync {
namespace {

constexpr std::string_view stamp_fact = "stamp";
constexpr std::string_view heads_shelf = "heads";
constexpr std::uint64_t head_every = 256;

bool controls(const Change& change) {
  return std::any_of(change.acts.begin(), change.acts.end(),
                     [](const Act& act) { return is_control(act.kind); });
}

StoredEntry to_stored(const Change& change, const EncodedChange& bytes,
                      const StoredJournal& journal) {
  StoredEntry entry;
  entry.dot = change.dot;
  entry.device = change.device;
  entry.meta = bytes.meta;
  entry.body = bytes.body;
  entry.salt = salt_of(journal.seed, change.dot.position);
  entry.leaf = leaf_of(bytes.meta, body_hash(entry.salt, bytes.body));
  entry.chained = true;
  entry.record = change.record;
  entry.part = change.part;
  return entry;
}

}  // namespace

Replica::Replica(Machine machine)
    : machine_(std::move(machine)),
      publications_(*machine_.store, machine_.files),
      run_started_(machine_.clock->monotonic_ms()) {
  // A stamp that cannot be read is a stamp of zero: it only breaks ties.
  base_stamp_ = number_fact(store(), stamp_fact).value_or(0);
  last_stamp_ = base_stamp_;
}

Result<> Replica::transact(const std::function<Result<>()>& work) {
  if (auto begun = store().begin(); !begun) return begun;
  const auto journals = journal_;
  const std::int64_t stamp = last_stamp_;
  touched_.clear();
  static_cast<void>(publications_.intact());  // what was before is not ours
  forgetting_ = false;
  auto done = work();
  if (done && settle_) done = settle_(touched_);
  if (done) done = publications_.intact();
  if (done) done = store().commit();
  publications_.on_end(done.has_value());
  if (!done) {
    store().rollback();
    journal_ = journals;
    last_stamp_ = stamp;
    if (forget_) forget_();
  } else if (std::exchange(forgetting_, false)) {
    // What is saved is saved; if the disk will not do more now, it is asked
    // again when the home is next opened.
    (void)finish_forgetting();
  }
  return done;
}

std::int64_t Replica::next_stamp(const Change& change) const {
  const std::int64_t run = clock().monotonic_ms() - run_started_;
  std::int64_t stamp = std::max(base_stamp_ + run, last_stamp_ + 1);
  for (const Dot& parent : change.parents) {
    auto entry = store().entry(parent);
    if (!entry || !*entry) continue;
    if (auto meta = decode_meta((*entry)->meta)) {
      stamp = std::max(stamp, meta->stamp() + 1);
    }
  }
  return stamp;
}

std::int64_t Replica::now_ms() const {
  const std::int64_t run = clock().monotonic_ms() - run_started_;
  return std::max(clock().wall_ms(), base_stamp_ + run);
}

Result<> Replica::hear_time(std::int64_t headquarters_ms) {
  const std::int64_t run = clock().monotonic_ms() - run_started_;
  if (headquarters_ms - run > base_stamp_) base_stamp_ = headquarters_ms - run;
  return {};
}

Result<StoredJournal*> Replica::open_journal(Lane lane) {
  if (auto found = journal_.find(lane); found != journal_.end()) {
    return &found->second;
  }
  auto earlier = store().journals(keys().device, lane);
  if (!earlier) return fail(earlier.error());
  StoredJournal journal;
  journal.header.journal = random_id<JournalKind>(random());
  journal.header.device = keys().device;
  journal.header.lane = lane;
  if (!earlier->empty()) {
    const StoredJournal& last = earlier->back();
    journal.header.predecessor = last.header.journal;
    journal.header.predecessor_position = last.last;
    journal.header.predecessor_head = last.head;
  }
  journal.header_bytes = encode_header(journal.header);
  journal.seed = random().bytes(32);
  journal.head = first_head(journal.header_bytes);
  return &journal_.emplace(lane, std::move(journal)).first->second;
}

Result<std::uint64_t> Replica::append_entry(StoredJournal& journal,
                                            const proto::EntryMeta& meta,
                                            const proto::EntryBody& body) {
  proto::EntryMeta placed = meta;
  placed.set_position(journal.last + 1);
  StoredEntry entry;
  entry.dot = {journal.header.journal, journal.last + 1};
  entry.device = journal.header.device;
  entry.meta = encode(placed);
  entry.body = encode(body);
  if (entry.meta.size() + entry.body->size() > limits::entry_bytes_max) {
    return fail(Errc::over_limit,
                "An entry of {0} bytes is larger than {1}: shorten the text",
                {std::to_string(entry.meta.size() + entry.body->size()),
                 std::to_string(limits::entry_bytes_max)});
  }
  entry.salt = salt_of(journal.seed, entry.dot.position);
  entry.leaf = leaf_of(entry.meta, body_hash(entry.salt, *entry.body));
  entry.chained = true;
  if (auto put = extend(journal, entry); !put) return fail(put.error());
  return journal.last;
}

/// The entry and the journal's new end. Every so many positions the head is
/// kept aside, so that a packet from the middle need not hash from the start.
Result<> Replica::extend(StoredJournal& journal, const StoredEntry& entry) {
  if (auto put = store().put_entry(entry); !put) return put;
  journal.last = entry.dot.position;
  journal.head = next_head(journal.head, entry.leaf);
  if (journal.last % head_every == 0) {
    auto kept = store().put(heads_shelf,
                            shelf_key(journal.header.journal, journal.last),
                            journal.head.view());
    if (!kept) return kept;
  }
  return store().put_journal(journal);
}

Result<Hash> Replica::head_at(const StoredJournal& journal,
                              std::uint64_t position) const {
  if (position == journal.last) return journal.head;
  CHECK(position < journal.last);
  std::uint64_t at = position - position % head_every;
  Hash head = first_head(journal.header_bytes);
  if (at > 0) {
    auto kept = store().get(heads_shelf, shelf_key(journal.header.journal, at));
    if (!kept) return fail(kept.error());
    auto known = *kept ? Hash::from_bytes(**kept) : std::nullopt;
    if (known) head = *known;
    if (!known) at = 0;
  }
  while (at < position) {
    auto entries = store().entries(journal.header.journal, at + 1,
                                   limits::packet_body_bytes_max);
    if (!entries) return fail(entries.error());
    for (const StoredEntry& entry : *entries) {
      if (at == position) break;
      head = next_head(head, entry.leaf);
      at = entry.dot.position;
    }
    if (entries->empty()) {
      return fail(Errc::corrupt, "Journal {0} breaks at {1}: run `verify`",
                  {to_hex(journal.header.journal), std::to_string(at + 1)});
    }
  }
  return head;
}

Result<Dot> Replica::append(Change& change, Lane lane) {
  auto opened = open_journal(lane);
  if (!opened) return fail(opened.error());
  StoredJournal& journal = **opened;
  change.dot = {journal.header.journal, journal.last + 1};
  change.device = keys().device;
  if (change.record.is_zero()) change.record = free_record_id(change.dot);
  std::sort(change.parents.begin(), change.parents.end());
  change.stamp = next_stamp(change);
  change.wall = clock().wall_ms();
  change.boot = clock().boot();
  change.uptime = static_cast<std::uint64_t>(clock().monotonic_ms());
  auto form = publications_.form(change.form, change.form_version.number);
  if (!form) {
    return fail(Errc::not_found, "There is no form {0} here: sync first",
                {change.form});
  }
  const EncodedChange bytes = encode_change(change, form.get());
  if (bytes.meta.size() + bytes.body.size() > limits::entry_bytes_max) {
    return fail(Errc::over_limit,
                "An entry of {0} bytes is larger than {1}: shorten the text",
                {std::to_string(bytes.meta.size() + bytes.body.size()),
                 std::to_string(limits::entry_bytes_max)});
  }
  const StoredEntry entry = to_stored(change, bytes, journal);
  if (auto put = extend(journal, entry); !put) return fail(put.error());
  last_stamp_ = change.stamp;
  if (auto kept = set_number_fact(store(), stamp_fact, last_stamp_); !kept) {
    return fail(kept.error());
  }
  if (auto folded = grow(change); !folded) return fail(folded.error());
  return change.dot;
}

/// In place where the fold allows it, else anew.
Result<PartState> Replica::grow(const Change& change) {
  auto cached = store().part(change.record, change.part);
  if (!cached) return fail(cached.error());
  if (*cached && (*cached)->fold_version == limits::fold_version) {
    auto state = decode_state((*cached)->state);
    if (!state) return fail(state.error());
    if (apply_in_place(*state, change, std::nullopt, publications_)) {
      if (auto kept = keep(*state); !kept) return fail(kept.error());
      return state;
    }
  }
  return refold(change.record, change.part, change.form);
}

Result<> Replica::update_journal(const StoredJournal& journal) {
  const auto open = journal_.find(journal.header.lane);
  if (open != journal_.end() &&
      open->second.header.journal == journal.header.journal) {
    open->second.sent = journal.sent;
    open->second.held = journal.held;
  }
  return store().put_journal(journal);
}

/// Another file under the same number, after a restore, is another form: the
/// change waits for its own.
bool Replica::names_our_files(const Change& change) const {
  const auto form = publications_.form(change.form, change.form_version.number);
  const auto tables = publications_.tables(change.reference_version.number);
  return (!form || form->version() == change.form_version) &&
         (!tables || tables->version == change.reference_version);
}

Result<PartHistory> Replica::history(const RecordId& record,
                                     const std::string& part) const {
  auto entries = store().entries_of(record, part);
  if (!entries) return fail(entries.error());
  const bool headquarters = static_cast<bool>(settle_);
  PartHistory history;
  for (const StoredEntry& entry : *entries) {
    auto change = change_of(entry);
    if (!change) return fail(change.error());
    // No challenge could undo a forged act of headquarters: it never counts.
    if (headquarters && entry.device != keys().device && controls(*change)) {
      history.vouched[entry.dot] = "rights";
    }
    if (!names_our_files(*change)) change->understood = false;
    // A verdict that we gave ourselves is judged again; one that came from
    // headquarters is taken as given, and what has no body to be judged by
    // keeps its own, or waits for it.
    if ((!entry.chained || !entry.body) && entry.verdict) {
      history.vouched[entry.dot] = *entry.verdict;
    }
    if (!entry.body && !entry.verdict) change->understood = false;
    history.changes.push_back(std::move(*change));
  }
  return history;
}

Result<PartState> Replica::refold(const RecordId& record,
                                  const std::string& part,
                                  const std::string& form) {
  auto past = history(record, part);
  if (!past) return fail(past.error());
  PartState state = fold(*past, publications_);
  state.record = record;
  state.part = part;
  if (state.form.empty()) state.form = form;
  if (auto kept = keep(state); !kept) return fail(kept.error());
  return state;
}

Result<> Replica::keep(const PartState& state) {
  StoredPart part;
  part.record = state.record;
  part.part = state.part;
  part.form = state.form;
  part.fold_version = limits::fold_version;
  part.state = encode_state(state);
  if (auto put = store().put_part(part); !put) return put;
  touched_.insert({state.record, state.part});
  return index_record(state);
}

Result<std::uint32_t> Replica::conflicts_elsewhere(
    const PartState& state) const {
  auto others = store().parts(state.record);
  if (!others) return fail(others.error());
  std::uint32_t count = 0;
  for (const StoredPart& other : *others) {
    if (other.part == state.part) continue;
    auto decoded = decode_state(other.state);
    if (!decoded) return fail(decoded.error());
    count += static_cast<std::uint32_t>(decoded->conflicts.size());
  }
  return count;
}

Result<> Replica::index_record(const PartState& state) {
  auto form = publications_.form(state.form, state.form_version);
  if (!form) form = publications_.newest_form(state.form);
  auto found = store().record(state.record);
  if (!found) return fail(found.error());
  StoredRecord line = found->value_or(StoredRecord{});
  const std::uint32_t before = line.conflicts;
  line.record = state.record;
  line.form = state.form;
  line.stamp = std::max(line.stamp, last_stamp_);
  if (form) {
    const proto::Form& rules = form->definition();
    const bool lifecycle = state.part == rules.lifecycle_part();
    if (lifecycle) line.state = state.state;
    // Where all of it waits for something, it is at its beginning.
    if (line.state.empty()) line.state = rules.lifecycle().initial();
    if (state.part == rules.root_part()) {
      const auto title = PartFacts(state).value(rules.title());
      line.title = title.empty() ? std::string{} : plain_text(title);
      if (auto named = name_record(state, line); !named) return named;
    }
  }
  line.conflicts = static_cast<std::uint32_t>(state.conflicts.size());
  if (line.conflicts > 0 || before > 0) {
    auto elsewhere = conflicts_elsewhere(state);
    if (!elsewhere) return fail(elsewhere.error());
    line.conflicts += *elsewhere;
  }
  if (auto noted = note_disputed(store(), state); !noted) return noted;
  return store().put_record(line);
}

/// Reference, author and machine come from the root change: of several roots
/// of a keyed record, the smallest dot that is legal.
Result<> Replica::name_record(const PartState& state, StoredRecord& line) {
  if (!line.reference.empty() && line.device == keys().device) return {};
  auto entries = store().entries_of(state.record, state.part);
  if (!entries) return fail(entries.error());
  bool named = false;
  for (const StoredEntry& entry : *entries) {
    auto change = change_of(entry);
    if (!change || !change->parents.empty() || change->erased) continue;
    if (controls(*change)) continue;
    if (!change->reference.empty()) {
      auto noted = note_reference(store(), change->reference, state.record);
      if (!noted) return noted;
    }
    if (named || state.set_aside.contains(change->dot)) continue;
    line.author = change->author;
    line.device = change->device;
    line.reference = change->reference;
    named = true;
  }
  return {};
}

}  // namespace relais::sync
