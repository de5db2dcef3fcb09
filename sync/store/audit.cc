#include "sync/store/audit.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "sync/crypto.h"
#include "sync/journal/entry.h"
#include "sync/store/rows.h"
#include "sync/store/schema.h"

namespace relais::sync {
namespace {

/// A database that is damaged everywhere is described by its first faults.
constexpr std::size_t faults_max = 1000;
constexpr std::uint64_t rows_per_pause = 256;

/// The whole table in its own order: no index can leave a row out.
std::string_view all_rows_of(std::string_view table) {
  static const auto queries = [] {
    std::map<std::string_view, std::string> all;
    for (const TableShape& shape : tables()) {
      all.emplace(shape.name, select_from(shape.name, ""));
    }
    return all;
  }();
  return queries.at(table);
}

bool is_as_written(const Result<StoredEntry>& entry) {
  if (!entry) return false;
  if (!entry->body) return true;  // only the chain knows its leaf
  return leaf_of(entry->meta, body_hash(entry->salt, *entry->body)) ==
         entry->leaf;
}

class Audit {
 public:
  Audit(Database& database, const std::function<bool()>& stop)
      : database_(&database), stop_(&stop) {}

  Result<std::vector<Sentence>> run() {
    using Check = Result<> (Audit::*)();
    for (Check check :
         {&Audit::check_structure, &Audit::check_definitions,
          &Audit::check_rows, &Audit::check_documents, &Audit::check_entries,
          &Audit::check_chains, &Audit::check_ends}) {
      auto done = (this->*check)();
      if (done) continue;
      // What cannot be read because it is damaged is a fault like others; the
      // next check may still find where.
      if (done.error().code != Errc::corrupt) return fail(done.error());
      found(done.error().what);
    }
    return std::move(faults_);
  }

 private:
  void found(Sentence fault) {
    if (faults_.size() < faults_max) faults_.push_back(std::move(fault));
  }

  /// True: a row is there, and nobody else waits.
  Result<bool> next(Statement& rows) {
    if (*stop_ && ++rows_ % rows_per_pause == 0 && (*stop_)()) {
      return fail(Errc::cancelled, "Interrupted.");
    }
    return rows.step();
  }

  Result<> check_structure();
  Result<> check_definitions();
  Result<> check_rows();
  Result<> check_table(const TableShape& table);
  Result<> check_documents();
  Result<> check_entries();
  Result<> check_chains();
  Result<> check_chain(const StoredJournal& journal);
  Result<> check_ends();
  void check_salt(const StoredJournal& journal, const StoredEntry& entry);

  Database* database_;
  const std::function<bool()>* stop_;
  std::uint64_t rows_ = 0;
  std::vector<Sentence> faults_;
};

Result<> Audit::check_structure() {
  Statement check = database_->prepare("PRAGMA integrity_check(100)");
  for (;;) {
    auto row = check.step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    const std::string message(check.bytes(0));
    if (message == "ok") continue;
    found(Sentence{"The file {0} is damaged: {1}.",
                   {database_->path().string(), message}});
  }
}

Result<> Audit::check_definitions() {
  auto good = check_version(*database_);
  if (!good) found(good.error().what);
  auto faults = check_schema(*database_);
  if (!faults) return fail(faults.error());
  for (Sentence& fault : *faults) found(std::move(fault));
  return {};
}

Result<> Audit::check_rows() {
  for (const TableShape& table : tables()) {
    auto done = check_table(table);
    if (done) continue;
    if (done.error().code != Errc::corrupt) return done;
    found(Sentence{"Table {0} cannot be read to its end.",
                   {std::string(table.name)}});
  }
  return {};
}

Result<> Audit::check_table(const TableShape& table) {
  Statement rows = database_->prepare(all_rows_of(table.name));
  for (;;) {
    auto row = next(rows);
    if (!row) return fail(row.error());
    if (!*row) return {};
    const int sum = rows.columns() - 1;
    if (sum_of(rows, table.name, sum).value() == rows.integer(sum)) continue;
    found(
        Sentence{"Table {0}, row {1}: what is stored there is damaged.",
                 {std::string(table.name), key_text(rows, table.key_columns)}});
  }
}

Result<> Audit::check_documents() {
  Statement all =
      database_->prepare("SELECT name, version, hash, bytes FROM document");
  for (;;) {
    auto row = next(all);
    if (!row) return fail(row.error());
    if (!*row) return {};
    if (hash({all.bytes(3)}).view() == all.bytes(2)) continue;
    found(Sentence{"Table document, row {0}: the published file is damaged.",
                   {key_text(all, 2)}});
  }
}

Result<> Audit::check_entries() {
  static const std::string sql = select_from("entry", "");
  Statement all = database_->prepare(sql);
  for (;;) {
    auto row = next(all);
    if (!row) return fail(row.error());
    if (!*row) return {};
    if (is_as_written(read_entry(all))) continue;
    const std::string_view record = all.bytes(3);
    found(Sentence{
        "Journal {0}, position {1} (record {2}): the entry is not what was "
        "written.",
        {to_hex(all.bytes(0)), std::to_string(all.integer(1)),
         record.empty() ? "-" : to_hex(record)}});
  }
}

Result<> Audit::check_chains() {
  static const std::string sql = select_from("journal", "");
  Statement all = database_->prepare(sql);
  for (;;) {
    auto row = next(all);
    if (!row) return fail(row.error());
    if (!*row) return {};
    auto journal = read_journal(all);
    if (!journal) continue;  // its sum was named before
    auto header = decode_header(journal->header_bytes);
    if (!header || encode_header(journal->header) != journal->header_bytes) {
      found(Sentence{"Journal {0}: its header is not what was written.",
                     {to_hex(journal->header.journal)}});
    }
    auto checked = check_chain(*journal);
    if (!checked) return checked;
  }
}

Result<> Audit::check_chain(const StoredJournal& journal) {
  static const std::string sql =
      select_from("entry", "WHERE journal=? AND chained=1 ORDER BY position");
  const std::string name = to_hex(journal.header.journal);
  Statement all = database_->prepare(sql);
  all.bind_blob(journal.header.journal.view());
  Hash head = first_head(journal.header_bytes);
  std::uint64_t position = 0;
  while (position < journal.last) {  // more may have been written meanwhile
    auto row = next(all);
    if (!row) return fail(row.error());
    if (!*row) break;
    auto entry = read_entry(all);
    if (!entry) return {};  // its sum was named before
    check_salt(journal, *entry);
    if (entry->dot.position != position + 1) break;
    head = next_head(head, entry->leaf);
    ++position;
  }
  if (position != journal.last) {
    found(Sentence{
        "Journal {0}: its entries end at position {1}, not at {2}.",
        {name, std::to_string(position), std::to_string(journal.last)}});
  } else if (head != journal.head) {
    found(
        Sentence{"Journal {0}: an entry up to position {1} was altered, "
                 "added or removed.",
                 {name, std::to_string(position)}});
  }
  return {};
}

/// The chain of a journal ends with its head: an entry that claims to stand in
/// it, and does not, was put there by somebody.
Result<> Audit::check_ends() {
  Statement all = database_->prepare(
      "SELECT entry.journal, position, record FROM entry LEFT JOIN journal "
      "ON journal.journal=entry.journal WHERE chained=1 AND position>"
      "ifnull(last, 0)");
  for (;;) {
    auto row = next(all);
    if (!row) return fail(row.error());
    if (!*row) return {};
    const std::string_view record = all.bytes(2);
    found(Sentence{
        "Journal {0}, position {1} (record {2}): an entry stands behind the "
        "journal's end.",
        {to_hex(all.bytes(0)), std::to_string(all.integer(1)),
         record.empty() ? "-" : to_hex(record)}});
  }
}

void Audit::check_salt(const StoredJournal& journal, const StoredEntry& entry) {
  if (journal.seed.empty() || !entry.body) return;
  if (salt_of(journal.seed, entry.dot.position) == entry.salt) return;
  found(Sentence{
      "Journal {0}, position {1} (record {2}): its salt is not "
      "what was written.",
      {to_hex(journal.header.journal), std::to_string(entry.dot.position),
       entry.record ? to_hex(*entry.record) : "-"}});
}

}  // namespace

Result<std::vector<Sentence>> audit(Database& database,
                                    const std::function<bool()>& stop) {
  return Audit(database, stop).run();
}

}  // namespace relais::sync
