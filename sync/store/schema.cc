#include "sync/store/schema.h"

#include <array>
#include <map>
#include <span>
#include <string>

namespace relais::sync {
namespace {

// Rows are reached by number, so that long ones fill pages well; names that
// are short and looked up whole stand in the index itself (WITHOUT ROWID).
constexpr std::array version_1 = {
    "CREATE TABLE journal(journal BLOB NOT NULL UNIQUE, device BLOB NOT NULL, "
    "lane INTEGER NOT NULL, predecessor BLOB, predecessor_position INTEGER "
    "NOT NULL, predecessor_head BLOB NOT NULL, reader BLOB, header BLOB NOT "
    "NULL, seed BLOB NOT NULL, last INTEGER NOT NULL, head BLOB NOT NULL, "
    "held INTEGER NOT NULL, sent INTEGER NOT NULL, sum INTEGER NOT NULL) "
    "STRICT",
    "CREATE INDEX journal_device ON journal(device, lane)",
    "CREATE INDEX journal_predecessor ON journal(predecessor) "
    "WHERE predecessor IS NOT NULL",
    "CREATE TABLE entry(journal BLOB NOT NULL, position INTEGER NOT NULL, "
    "device BLOB NOT NULL, record BLOB, part TEXT NOT NULL, chained INTEGER "
    "NOT NULL, verdict TEXT, salt BLOB NOT NULL, leaf BLOB NOT NULL, meta "
    "BLOB NOT NULL, body BLOB, sum INTEGER NOT NULL, "
    "UNIQUE(journal, position)) STRICT",
    "CREATE INDEX entry_part ON entry(record, part, journal, position) "
    "WHERE record IS NOT NULL",
    "CREATE TABLE part(record BLOB NOT NULL, part TEXT NOT NULL, form TEXT "
    "NOT NULL, fold_version INTEGER NOT NULL, state BLOB NOT NULL, sum "
    "INTEGER NOT NULL, UNIQUE(record, part)) STRICT",
    "CREATE TABLE record(record BLOB NOT NULL UNIQUE, form TEXT NOT NULL, "
    "reference TEXT NOT NULL, state TEXT NOT NULL, title TEXT NOT NULL, "
    "author TEXT NOT NULL, device BLOB NOT NULL, stamp INTEGER NOT NULL, "
    "conflicts INTEGER NOT NULL, sum INTEGER NOT NULL) STRICT",
    "CREATE INDEX record_newest ON record(stamp DESC, record)",
    "CREATE INDEX record_form ON record(form, stamp DESC, record)",
    "CREATE TABLE alias(name TEXT PRIMARY KEY NOT NULL, record BLOB NOT NULL, "
    "sum INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE document(kind INTEGER NOT NULL, name TEXT NOT NULL, version "
    "INTEGER NOT NULL, hash BLOB NOT NULL, version_hash BLOB NOT NULL, sum "
    "INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE(kind, name, version)) "
    "STRICT",
    "CREATE TABLE shelf(shelf TEXT NOT NULL, key BLOB NOT NULL, value BLOB "
    "NOT NULL, sum INTEGER NOT NULL, UNIQUE(shelf, key)) STRICT",
};

/// In order; the first makes version 1 of an empty file.
constexpr std::array<std::span<const char* const>, schema_version> migrations =
    {version_1};

constexpr std::string_view schema_query =
    "SELECT type || ' ' || name || ' ' || tbl_name, sql FROM sqlite_schema";

using Schema = std::map<std::string, std::string, std::less<>>;

Result<Schema> read_schema(Database& database) {
  Schema schema;
  Statement all = database.prepare(schema_query);
  for (;;) {
    auto row = all.step();
    if (!row) return fail(row.error());
    if (!*row) return schema;
    schema.emplace(all.bytes(0), all.bytes(1));
  }
}

Result<> apply(Database& database, std::span<const char* const> statements,
               int version) {
  auto begun = database.begin();
  if (!begun) return begun;
  std::vector<std::string> all(statements.begin(), statements.end());
  all.push_back("PRAGMA application_id=" + std::to_string(application_id));
  all.push_back("PRAGMA user_version=" + std::to_string(version));
  for (const std::string& sql : all) {
    auto done = database.run_once(sql);
    if (!done) {
      database.rollback();
      return done;
    }
  }
  return database.commit();
}

/// 0: an empty file.
Result<int> version_of(Database& database) {
  auto application = database.integer("PRAGMA application_id");
  if (!application) return fail(application.error());
  auto version = database.integer("PRAGMA user_version");
  if (!version) return fail(version.error());
  auto schema = read_schema(database);
  if (!schema) return fail(schema.error());
  if (*application == 0 && *version == 0 && schema->empty()) return 0;
  if (*application != application_id || *version <= 0) {
    return fail(Errc::corrupt,
                "{0} is not a database of Relais, or its first page is "
                "damaged. Choose another folder, or restore a backup.",
                {database.path().string()});
  }
  if (*version > schema_version) {
    return fail(Errc::version,
                "A newer Relais wrote {0} (version {1}; this program reads up "
                "to {2}). Install the newer Relais again.",
                {database.path().string(), std::to_string(*version),
                 std::to_string(schema_version)});
  }
  return static_cast<int>(*version);
}

Result<Schema> expected_schema() {
  auto fresh = Database::open(":memory:", {});
  if (!fresh) return fail(fresh.error());
  auto made = migrate(**fresh);
  if (!made) return fail(made.error());
  return read_schema(**fresh);
}

}  // namespace

const std::vector<TableShape>& tables() {
  static const std::vector<TableShape> shapes = {
      {"journal",
       "journal, device, lane, predecessor, predecessor_position, "
       "predecessor_head, reader, header, seed, last, head, held, sent",
       1},
      {"entry",
       "journal, position, device, record, part, chained, verdict, salt, "
       "leaf, meta, body",
       2},
      {"part", "record, part, form, fold_version, state", 2},
      {"record",
       "record, form, reference, state, title, author, device, stamp, "
       "conflicts",
       1},
      {"alias", "name, record", 1},
      {"document", "kind, name, version, hash, version_hash", 3},
      {"shelf", "shelf, key, value", 2},
  };
  return shapes;
}

Result<> migrate(Database& database) {
  auto version = version_of(database);
  if (!version) return fail(version.error());
  for (int next = *version; next < schema_version; ++next) {
    auto applied =
        apply(database, migrations[static_cast<std::size_t>(next)], next + 1);
    if (!applied) return applied;
  }
  return {};
}

Result<> check_version(Database& database) {
  auto version = version_of(database);
  if (!version) return fail(version.error());
  if (*version < schema_version) {
    return fail(Errc::version,
                "An older Relais wrote {0} (version {1}). Start the program "
                "once on that folder, then try again.",
                {database.path().string(), std::to_string(*version)});
  }
  return {};
}

Result<std::vector<Sentence>> check_schema(Database& database) {
  static const Result<Schema> expected = expected_schema();
  if (!expected) return fail(expected.error());
  auto found = read_schema(database);
  if (!found) return fail(found.error());

  std::vector<Sentence> faults;
  for (const auto& [name, sql] : *expected) {
    auto at = found->find(name);
    if (at != found->end() && at->second == sql) continue;
    faults.push_back(
        Sentence{"The definition of {0} is missing or altered.", {name}});
  }
  for (const auto& [name, sql] : *found) {
    if (expected->contains(name)) continue;
    faults.push_back(
        Sentence{"The database holds {0}, which Relais did not make.", {name}});
  }
  return faults;
}

}  // namespace relais::sync
