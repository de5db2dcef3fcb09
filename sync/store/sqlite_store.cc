#include "sync/store/sqlite_store.h"

#include <limits>
#include <utility>

#include "sync/store/collect.h"
#include "sync/store/rows.h"
#include "sync/store/schema.h"

namespace relais::sync {
namespace {

std::int64_t number(std::uint64_t position) {
  return static_cast<std::int64_t>(position);
}

/// No journal gets so far; a dot from outside may claim it.
bool out_of_range(const Dot& dot) {
  return dot.position >
         static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

}  // namespace

SqliteStore::SqliteStore(std::unique_ptr<Database> database)
    : database_(std::move(database)) {}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(
    const std::filesystem::path& path, OpenMode mode) {
  OpenOptions options;
  options.mode = mode;
  return open(path, options);
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(
    const std::filesystem::path& path, const OpenOptions& options) {
  auto database = Database::open(path, options);
  if (!database) return fail(database.error());
  auto ready = options.mode == OpenMode::read_only ? check_version(**database)
                                                   : migrate(**database);
  if (!ready) return fail(ready.error());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(*database)));
}

Result<> SqliteStore::put_journal(const StoredJournal& journal) {
  static const std::string sql = insert_into(
      "journal", "",
      "ON CONFLICT(journal) DO UPDATE SET device=excluded.device, "
      "lane=excluded.lane, predecessor=excluded.predecessor, "
      "predecessor_position=excluded.predecessor_position, "
      "predecessor_head=excluded.predecessor_head, reader=excluded.reader, "
      "header=excluded.header, seed=excluded.seed, last=excluded.last, "
      "head=excluded.head, held=excluded.held, sent=excluded.sent, "
      "sum=excluded.sum");
  Statement put = database_->prepare(sql);
  write_journal(put, journal);
  return put.run();
}

Result<std::optional<StoredJournal>> SqliteStore::journal(
    const JournalId& id) const {
  static const std::string sql = select_from("journal", "WHERE journal=?");
  Statement find = database_->prepare(sql);
  find.bind_blob(id.view());
  return first_of(find, read_journal);
}

Result<std::vector<StoredJournal>> SqliteStore::journals(const DeviceId& device,
                                                         Lane lane) const {
  static const std::string every =
      select_from("journal", "WHERE device=? ORDER BY rowid");
  static const std::string one =
      select_from("journal", "WHERE device=? AND lane=? ORDER BY rowid");
  const bool any = lane == proto::LANE_UNSPECIFIED;
  Statement find = database_->prepare(any ? every : one);
  find.bind_blob(device.view());
  if (!any) find.bind_integer(lane);
  return all_of(find, read_journal);
}

Result<std::vector<StoredJournal>> SqliteStore::successors(
    const JournalId& predecessor) const {
  static const std::string sql =
      select_from("journal", "WHERE predecessor=? ORDER BY rowid");
  Statement find = database_->prepare(sql);
  find.bind_blob(predecessor.view());
  return all_of(find, read_journal);
}

Result<std::vector<DeviceId>> SqliteStore::devices() const {
  // From device to device in the index: their journals are many more.
  static const std::string sql =
      select_from("journal", "WHERE device>? ORDER BY device LIMIT 1");
  std::vector<DeviceId> devices;
  for (;;) {
    Statement next = database_->prepare(sql);
    next.bind_blob(devices.empty() ? std::string_view()
                                   : devices.back().view());
    auto journal = first_of(next, read_journal);
    if (!journal) return fail(journal.error());
    if (!*journal) return devices;
    devices.push_back((*journal)->header.device);
  }
}

Result<> SqliteStore::put_entry(const StoredEntry& entry) {
  static const std::string sql =
      insert_into("entry", "", "ON CONFLICT(journal, position) DO NOTHING");
  if (out_of_range(entry.dot) || entry.dot.position == 0) {
    return fail(Errc::over_limit,
                "No journal has a position {0}. Ask the sender for a new "
                "copy.",
                {std::to_string(entry.dot.position)});
  }
  Statement put = database_->prepare(sql);
  write_entry(put, entry);
  auto done = put.run();
  if (!done) return done;
  return database_->changes() == 0 ? fill_in(entry) : done;
}

Result<> SqliteStore::fill_in(const StoredEntry& entry) {
  auto stored = this->entry(entry.dot);
  if (!stored) return fail(stored.error());
  StoredEntry whole = std::move(**stored);
  if (whole.leaf != entry.leaf || whole.meta != entry.meta) {
    return fail(Errc::corrupt,
                "Entry {0} exists with two contents: one of them was altered, "
                "or the machine that wrote it was cloned. Tell headquarters.",
                {to_text(entry.dot)});
  }
  const bool body = !whole.body && entry.body;
  const bool verdict = !whole.verdict && entry.verdict;
  const bool chained = !whole.chained && entry.chained;
  const bool record = !whole.record && entry.record;
  const bool hash = !whole.body && whole.salt.empty() && !entry.salt.empty();
  if (!body && !verdict && !chained && !record && !hash) return {};
  if (body) whole.body = entry.body;
  if (body || hash) whole.salt = entry.salt;
  if (verdict) whole.verdict = entry.verdict;
  if (chained) whole.chained = true;
  if (record) {
    whole.record = entry.record;
    whole.part = entry.part;
  }
  return replace(whole);
}

Result<> SqliteStore::replace(const StoredEntry& entry) {
  static const std::string sql = insert_into(
      "entry", "",
      "ON CONFLICT(journal, position) DO UPDATE SET device=excluded.device, "
      "record=excluded.record, part=excluded.part, chained=excluded.chained, "
      "verdict=excluded.verdict, salt=excluded.salt, leaf=excluded.leaf, "
      "meta=excluded.meta, body=excluded.body, sum=excluded.sum");
  Statement put = database_->prepare(sql);
  write_entry(put, entry);
  return put.run();
}

Result<std::optional<StoredEntry>> SqliteStore::entry(const Dot& dot) const {
  static const std::string sql =
      select_from("entry", "WHERE journal=? AND position=?");
  if (out_of_range(dot)) return std::optional<StoredEntry>();
  Statement find = database_->prepare(sql);
  find.bind_blob(dot.journal.view()).bind_integer(number(dot.position));
  return first_of(find, read_entry);
}

Result<std::vector<StoredEntry>> SqliteStore::entries(
    const JournalId& journal, std::uint64_t first,
    std::size_t bytes_max) const {
  static const std::string sql =
      select_from("entry",
                  "WHERE journal=? AND position>=? AND chained=1 "
                  "ORDER BY position");
  std::vector<StoredEntry> entries;
  if (out_of_range({journal, first})) return entries;
  Statement find = database_->prepare(sql);
  find.bind_blob(journal.view()).bind_integer(number(first));
  std::size_t bytes = 0;
  for (;;) {
    auto row = find.step();
    if (!row) return fail(row.error());
    if (!*row) return entries;
    auto entry = read_entry(find);
    if (!entry) return fail(entry.error());
    bytes += entry->meta.size() + (entry->body ? entry->body->size() : 0);
    if (!entries.empty() && bytes > bytes_max) return entries;
    entries.push_back(std::move(*entry));
  }
}

Result<std::vector<StoredEntry>> SqliteStore::entries_of(
    const RecordId& record, std::string_view part) const {
  static const std::string sql = select_from(
      "entry", "WHERE record=? AND part=? ORDER BY journal, position");
  Statement find = database_->prepare(sql);
  find.bind_blob(record.view()).bind_text(part);
  return all_of(find, read_entry);
}

Result<> SqliteStore::erase_body(const Dot& dot) {
  auto stored = entry(dot);
  if (!stored) return fail(stored.error());
  if (!*stored || !(*stored)->body) return {};
  make_stub(**stored);
  return replace(**stored);
}

Result<> SqliteStore::set_verdict(const Dot& dot, const std::string& reason) {
  auto stored = entry(dot);
  if (!stored) return fail(stored.error());
  if (!*stored) {
    return fail(Errc::not_found,
                "Entry {0} is not here, so its verdict cannot be kept. Sync "
                "again.",
                {to_text(dot)});
  }
  (*stored)->verdict = reason;
  return replace(**stored);
}

}  // namespace relais::sync
