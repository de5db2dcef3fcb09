#include "sync/replica/archive.h"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include "sync/journal/wire.h"
#include "sync/limits.h"
#include "sync/replica/shelf_key.h"
#include "sync/store/audit.h"
#include "sync/store/backup.h"

namespace relais::sync {
namespace {

/// By machine and lane: a LaneLine.
constexpr std::string_view archived_shelf = "archived";
constexpr std::string_view older_fact = "archived.older";
constexpr std::string_view newer_fact = "archived.newer";
constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

constexpr Lane archived_lanes[] = {proto::LANE_URGENT, proto::LANE_SEALED,
                                   proto::LANE_NORMAL, proto::LANE_BULK,
                                   proto::LANE_FEED};

Bytes archived_key(const DeviceId& device, Lane lane) {
  return shelf_key(device, static_cast<std::uint64_t>(lane));
}

tl::unexpected<Error> no_backup(const std::filesystem::path& file) {
  return fail(Errc::invalid,
              "{0} is no backup of a headquarters, or a damaged one: give "
              "another. Nothing was changed.",
              {file.string()});
}

/// A journal of headquarters', and how far two backups hold it alike.
struct Marked {
  Header header;
  std::uint64_t last = 0;
  Hash head;
};
using Marks = std::map<JournalId, Marked>;

Result<Marked> common(const Replica& there, const BackupPair& pair,
                      const StoredJournal& journal) {
  Marked mark{journal.header, journal.last, {}};
  const JournalId& id = journal.header.journal;
  for (const BackupFile* backup : {&pair.older, &pair.newer}) {
    auto held = backup->replica().store().journal(id);
    if (!held) return fail(held.error());
    mark.last = std::min(mark.last, *held ? (*held)->last : 0);
  }
  if (mark.last == 0) return mark;
  auto head = there.head_at(journal, mark.last);
  if (!head) return fail(head.error());
  mark.head = *head;
  for (const BackupFile* backup : {&pair.older, &pair.newer}) {
    const Replica& replica = backup->replica();
    auto held = replica.store().journal(id);
    if (!held) return fail(held.error());
    auto other = replica.head_at(**held, mark.last);
    if (!other) return fail(other.error());
    if (*other != *head) mark.last = 0;
  }
  return mark;
}

/// How many journals the line has that ends here; 0: not all of what comes
/// before it is archived.
std::size_t length_of_line(const Marks& marks, const Marked& end) {
  std::size_t length = 1;
  for (const Marked* at = &end; at->header.predecessor; ++length) {
    const auto before = marks.find(*at->header.predecessor);
    if (before == marks.end() ||
        before->second.last < at->header.predecessor_position) {
      return 0;
    }
    at = &before->second;
  }
  return length;
}

/// The longest line of a lane; null: nothing is archived.
const Marked* longest_line(const Marks& marks) {
  const Marked* best = nullptr;
  std::pair<std::size_t, std::uint64_t> reach;
  for (const auto& [id, mark] : marks) {
    const std::pair found(length_of_line(marks, mark), mark.last);
    if (found.first == 0 || (best != nullptr && found <= reach)) continue;
    best = &mark;
    reach = found;
  }
  return best;
}

/// What was archived stays so: a line on another branch is not taken.
bool goes_on_from(const Marks& marks, const Marked& line,
                  const proto::LaneLine& before) {
  std::uint64_t reached = line.last;
  for (const Marked* at = &line;;) {
    if (at->header.journal.view() == before.journal()) {
      return reached >= before.position();
    }
    if (!at->header.predecessor) return false;
    reached = at->header.predecessor_position;
    at = &marks.at(*at->header.predecessor);
  }
}

Result<> mark_lane(Replica& there, const DeviceId& device, Lane lane,
                   const Marks& marks) {
  const Marked* best = longest_line(marks);
  if (best == nullptr) return {};
  const Bytes key = archived_key(device, lane);
  auto bytes = there.store().get(archived_shelf, key);
  if (!bytes) return fail(bytes.error());
  proto::LaneLine line;
  if (*bytes && parse(**bytes, line) && !goes_on_from(marks, *best, line)) {
    return {};
  }
  line.set_lane(lane);
  line.set_journal(Bytes(best->header.journal.view()));
  line.set_position(best->last);
  line.set_head(Bytes(best->head.view()));
  return there.store().put(archived_shelf, key, serialise(line));
}

/// Of all journals here, by the machine that keeps them for headquarters and
/// the lane: a feed's is the one that reads it.
Result<std::map<std::pair<DeviceId, Lane>, Marks>> all_marks(
    const Replica& there, const BackupPair& pair) {
  std::map<std::pair<DeviceId, Lane>, Marks> all;
  auto devices = there.store().devices();
  if (!devices) return fail(devices.error());
  for (const DeviceId& device : *devices) {
    auto journals = there.store().journals(device, proto::LANE_UNSPECIFIED);
    if (!journals) return fail(journals.error());
    for (const StoredJournal& journal : *journals) {
      auto mark = common(there, pair, journal);
      if (!mark) return fail(mark.error());
      if (mark->last == 0) continue;
      const DeviceId keeper = journal.header.reader.value_or(device);
      all[{keeper, journal.header.lane}][journal.header.journal] = *mark;
    }
  }
  return all;
}

}  // namespace

Result<BackupFile> BackupFile::open(const std::filesystem::path& file,
                                    Clock& clock) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    return fail(Errc::not_found, "There is no file {0}", {file.string()});
  }
  auto store = SqliteStore::open(file, OpenMode::read_only);
  if (!store && store.error().code == Errc::corrupt) return no_backup(file);
  if (!store) return fail(store.error());
  auto epoch = fact(**store, "epoch");
  if (!epoch || epoch->empty()) return no_backup(file);
  auto backup = over(std::move(*store), clock);
  if (!backup) return backup;
  backup->file_ = file;
  if (backup->made_ms_ == 0) {
    return fail(Errc::invalid,
                "{0} does not say when it was made: an earlier version made "
                "it. Give one that `relais-hq backup` of this version made.",
                {file.string()});
  }
  return backup;
}

Result<BackupFile> BackupFile::over(std::unique_ptr<SqliteStore> store,
                                    Clock& clock) {
  BackupFile backup;
  backup.store_ = std::move(store);
  auto made = made_at(*backup.store_);
  if (!made) return fail(made.error());
  backup.made_ms_ = *made;
  auto keys = open_machine_keys(*backup.store_, *backup.random_);
  if (!keys) return fail(keys.error());
  backup.replica_ = std::make_unique<Replica>(Machine{
      backup.store_.get(), &clock, backup.random_.get(), *std::move(keys)});
  return backup;
}

Result<> BackupFile::verify(const std::function<bool()>& stop) const {
  auto faults = audit(store_->database(), stop);
  if (!faults) return fail(faults.error());
  auto differences = replica_->verify(stop);
  if (!differences) return fail(differences.error());
  const std::size_t found = faults->size() + differences->size();
  if (found == 0) return {};
  return fail(Errc::corrupt,
              "{0} is damaged, faults: {1}. It counts for nothing: make "
              "another backup.",
              {file_.string(), std::to_string(found)});
}

Result<BackupPair> open_pair(const Replica& there,
                             const std::filesystem::path& one,
                             const std::filesystem::path& other) {
  auto first = BackupFile::open(one, there.clock());
  auto second = BackupFile::open(other, there.clock());
  if (!first || !second) return fail(first ? second.error() : first.error());
  for (const BackupFile* backup : {&*first, &*second}) {
    if (backup->replica().keys().device == there.keys().device) continue;
    return fail(Errc::invalid, "{0} is a backup of another headquarters",
                {backup->file().string()});
  }
  if (first->made_ms() == second->made_ms()) {
    return fail(Errc::invalid,
                "{0} and {1} are one backup: give two that were made at "
                "different times",
                {one.string(), other.string()});
  }
  if (second->made_ms() < first->made_ms()) std::swap(*first, *second);
  const std::int64_t age = there.clock().wall_ms() - first->made_ms();
  if (age < limits::archived_age_ms) {
    return fail(Errc::invalid,
                "{0} is {1} days old: the older of two backups must be at "
                "least {2}, so that damage is found in time",
                {first->file().string(),
                 std::to_string(std::max<std::int64_t>(0, age / day_ms)),
                 std::to_string(limits::archived_age_ms / day_ms)});
  }
  return BackupPair{*std::move(first), *std::move(second)};
}

Result<ArchivedSince> archived_since(const Store& store) {
  auto older = number_fact(store, older_fact);
  auto newer = number_fact(store, newer_fact);
  if (!older || !newer) return fail(older ? newer.error() : older.error());
  return ArchivedSince{*older, *newer};
}

Result<> mark_archived(Replica& there, const BackupPair& pair) {
  auto marks = all_marks(there, pair);
  if (!marks) return fail(marks.error());
  for (const auto& [keeper, lane] : *marks) {
    auto marked = mark_lane(there, keeper.first, keeper.second, lane);
    if (!marked) return marked;
  }
  auto since = archived_since(there.store());
  if (!since) return fail(since.error());
  if (pair.older.made_ms() < since->older_ms) return {};
  auto noted = set_number_fact(there.store(), older_fact, pair.older.made_ms());
  if (!noted) return noted;
  return set_number_fact(there.store(), newer_fact, pair.newer.made_ms());
}

Result<> add_archived(const Store& store, const DeviceId& device,
                      proto::Receipt& receipt) {
  for (const Lane lane : archived_lanes) {
    auto bytes = store.get(archived_shelf, archived_key(device, lane));
    if (!bytes) return fail(bytes.error());
    proto::LaneLine line;
    if (*bytes && parse(**bytes, line)) *receipt.add_archived() = line;
  }
  return {};
}

}  // namespace relais::sync
