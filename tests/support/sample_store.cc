#include "tests/support/sample_store.h"

#include <array>
#include <sstream>

#include "sync/crypto.h"

namespace relais::test {

using namespace sync;

namespace {

constexpr std::array shelves = {"roster", "drafts", "kept"};

std::string alias_of(std::uint64_t record) {
  return "INC-DIB-A-26-" + std::to_string(1000 + record);
}

void open(StoredJournal& journal) {
  journal.header_bytes = encode_header(journal.header);
  journal.head = first_head(journal.header_bytes);
  journal.seed = Bytes(32, static_cast<char>(journal.header.journal.bytes[15]));
}

}  // namespace

SampleJournal::SampleJournal(std::uint64_t number, Lane lane,
                             std::uint64_t device) {
  start_crypto();
  stored.header.journal = numbered<JournalId>(number);
  stored.header.device = numbered<DeviceId>(device);
  stored.header.lane = lane;
  open(stored);
}

SampleJournal::SampleJournal(std::uint64_t number,
                             const SampleJournal& before) {
  stored.header = before.stored.header;
  stored.header.journal = numbered<JournalId>(number);
  stored.header.predecessor = before.stored.header.journal;
  stored.header.predecessor_position = before.stored.last;
  stored.header.predecessor_head = before.stored.head;
  open(stored);
}

StoredEntry SampleJournal::append(const RecordId& record,
                                  const std::string& part,
                                  const std::string& body) {
  StoredEntry entry;
  entry.dot = {stored.header.journal, ++stored.last};
  entry.device = stored.header.device;
  entry.meta = "meta of " + to_text(entry.dot);
  entry.body = body;
  entry.salt = salt_of(stored.seed, entry.dot.position);
  entry.leaf = leaf_of(entry.meta, body_hash(entry.salt, body));
  entry.chained = true;
  entry.record = record;
  entry.part = part;
  stored.head = next_head(stored.head, entry.leaf);
  return entry;
}

StoredEntry stub_of(StoredEntry entry) {
  entry.body.reset();
  entry.salt.clear();
  return entry;
}

StoredPart sample_part(std::uint64_t record, const std::string& part,
                       const std::string& state) {
  return {numbered<RecordId>(record), part, "incident", 1, state};
}

StoredRecord sample_record(std::uint64_t record, std::int64_t stamp,
                           const std::string& form) {
  return {numbered<RecordId>(record),
          form,
          alias_of(record),
          "submitted",
          "Vol de bétail près du poste",
          "adama.traore",
          numbered<DeviceId>(1),
          stamp,
          0};
}

StoredDocument sample_document(proto::DocumentKind kind,
                               const std::string& name, std::uint32_t version,
                               const std::string& bytes) {
  return {kind, name, version, hash({bytes}), hash({name}), bytes};
}

namespace {

void print(std::ostream& out, const StoredJournal& journal) {
  out << "journal " << to_hex(journal.header_bytes) << ' '
      << to_hex(encode_header(journal.header)) << ' ' << to_hex(journal.seed)
      << ' ' << journal.last << ' ' << to_hex(journal.head.view()) << ' '
      << journal.held << ' ' << journal.sent << '\n';
}

void print(std::ostream& out, const StoredEntry& entry) {
  out << "entry " << to_text(entry.dot) << ' ' << to_hex(entry.device) << ' '
      << to_hex(entry.meta) << ' ' << to_hex(entry.body.value_or("none")) << ' '
      << to_hex(entry.salt) << ' ' << to_hex(entry.leaf.view()) << ' '
      << entry.chained << ' ' << (entry.record ? to_hex(*entry.record) : "-")
      << ' ' << entry.part << ' ' << entry.verdict.value_or("none") << '\n';
}

void print(std::ostream& out, const StoredRecord& record) {
  out << "record " << to_hex(record.record) << ' ' << record.form << ' '
      << record.reference << ' ' << record.state << ' ' << record.title << ' '
      << record.author << ' ' << to_hex(record.device) << ' ' << record.stamp
      << ' ' << record.conflicts << '\n';
}

Result<> dump_journals(std::ostream& out, const Store& store) {
  auto devices = store.devices();
  if (!devices) return fail(devices.error());
  for (const DeviceId& device : *devices) {
    auto journals = store.journals(device, proto::LANE_UNSPECIFIED);
    if (!journals) return fail(journals.error());
    for (const StoredJournal& journal : *journals) {
      print(out, journal);
      auto entries = store.entries(journal.header.journal, 1, SIZE_MAX);
      if (!entries) return fail(entries.error());
      for (const StoredEntry& entry : *entries) print(out, entry);
      auto after = store.successors(journal.header.journal);
      if (!after) return fail(after.error());
      for (const StoredJournal& one : *after) {
        out << "successor " << to_hex(one.header.journal) << '\n';
      }
    }
  }
  return {};
}

Result<> dump_parts(std::ostream& out, const Store& store) {
  return store.each_part([&](const StoredPart& part) -> Result<> {
    out << "part " << to_hex(part.record) << ' ' << part.part << ' '
        << part.form << ' ' << part.fold_version << ' ' << to_hex(part.state)
        << '\n';
    auto entries = store.entries_of(part.record, part.part);
    if (!entries) return fail(entries.error());
    for (const StoredEntry& entry : *entries) print(out, entry);
    return {};
  });
}

Result<> dump_records(std::ostream& out, const Store& store) {
  std::vector<StoredRecord> records;
  for (const char* form : {"", "incident", "evaluation"}) {
    auto listed = store.each_record(form, [&](const StoredRecord& record) {
      records.push_back(record);
      return true;
    });
    if (!listed) return listed;
  }
  for (const StoredRecord& record : records) {
    print(out, record);
    auto named = store.find_alias(record.reference);
    if (!named) return fail(named.error());
    out << "alias " << (*named ? to_hex(**named) : "-") << '\n';
  }
  auto draft = store.find_alias("draft-17");
  if (!draft) return fail(draft.error());
  out << "alias " << (*draft ? to_hex(**draft) : "-") << '\n';
  return {};
}

Result<> dump_rest(std::ostream& out, const Store& store) {
  auto documents = store.documents();
  if (!documents) return fail(documents.error());
  for (const StoredDocument& one : *documents) {
    auto whole = store.document(one.kind, one.name, one.version);
    if (!whole) return fail(whole.error());
    out << "document " << one.kind << ' ' << one.name << ' ' << one.version
        << ' ' << to_hex(one.version_hash.view()) << ' '
        << to_hex(*whole ? (*whole)->bytes : "none") << '\n';
  }
  for (const char* shelf : shelves) {
    auto scanned = store.scan(
        shelf, "", [&](std::string_view key, std::string_view value) {
          out << shelf << ' ' << to_hex(key) << ' ' << to_hex(value) << '\n';
          return true;
        });
    if (!scanned) return scanned;
  }
  return {};
}

}  // namespace

std::string dump(const Store& store) {
  std::ostringstream out;
  for (auto part : {dump_journals, dump_parts, dump_records, dump_rest}) {
    auto done = part(out, store);
    if (!done) return "error " + done.error().what.id;
  }
  return out.str();
}

Result<> fill_with_samples(Store& store) {
  auto begun = store.begin();
  if (!begun) return begun;
  SampleJournal first(11, proto::LANE_URGENT);
  std::vector<StoredEntry> entries;
  for (std::uint64_t n = 1; n <= 6; ++n) {
    entries.push_back(first.append(numbered<RecordId>(n % 2), "report",
                                   "body " + std::to_string(n)));
  }
  SampleJournal second(12, first);
  entries.push_back(
      second.append(numbered<RecordId>(1), "case", std::string(1500, 'l')));
  SampleJournal heard(13, proto::LANE_NORMAL, 2);
  entries.push_back(heard.append(numbered<RecordId>(2), "main", "heard"));
  heard.stored.seed.clear();
  SampleJournal elsewhere(14, proto::LANE_URGENT, 3);
  auto vouched = elsewhere.append(numbered<RecordId>(1), "case", "vouched");
  vouched.chained = false;
  vouched.verdict = "role";
  entries.push_back(vouched);
  entries[2] = stub_of(entries[2]);
  std::vector<Result<>> done;
  for (const auto* journal : {&first, &second, &heard}) {
    done.push_back(store.put_journal(journal->stored));
  }
  for (const auto& entry : entries) done.push_back(store.put_entry(entry));
  for (std::uint64_t n = 0; n < 3; ++n) {
    const auto record =
        sample_record(n, 1000 + static_cast<std::int64_t>(n % 2),
                      n == 2 ? "evaluation" : "incident");
    done.push_back(store.put_record(record));
    done.push_back(store.put_alias(record.reference, record.record));
    done.push_back(store.put_part(
        sample_part(n, n == 2 ? "main" : "report", "state of a part")));
  }
  done.push_back(
      store.put_part(sample_part(1, "case", std::string(2000, 'c'))));
  done.push_back(store.put_alias("draft-17", numbered<RecordId>(1)));
  done.push_back(store.put_document(sample_document(
      proto::DOCUMENT_KIND_FORM, "incident", 1, "form: a published file")));
  for (const char* shelf : shelves) {
    for (const char* key : {"a", "b", "\xff"}) {
      done.push_back(store.put(shelf, key, std::string("value of ") + key));
    }
  }
  for (const auto& one : done) {
    if (!one) return one;
  }
  return store.commit();
}

Result<> save(Store& store, SampleJournal& journal) {
  SampleJournal next = journal;
  const std::uint64_t n = next.stored.last + 1;
  const auto text = "save number " + std::to_string(n);
  const auto record = sample_record(n % 3, static_cast<std::int64_t>(n));
  const auto entry = next.append(record.record, "report", text);
  auto begun = store.begin();
  if (!begun) return begun;
  Result<> done = store.put_entry(entry);
  if (done) done = store.put_journal(next.stored);
  if (done) done = store.put_part(sample_part(n % 3, "report", text));
  if (done) done = store.put_record(record);
  if (done) done = store.put_alias(record.reference, record.record);
  if (!done) {
    store.rollback();
    return done;
  }
  auto committed = store.commit();
  if (committed) journal = next;
  return committed;
}

}  // namespace relais::test
