#include <utility>

#include "sync/crypto.h"
#include "sync/store/collect.h"
#include "sync/store/rows.h"
#include "sync/store/sqlite_store.h"

/// The second half of SqliteStore: parts, records, documents and shelves.
namespace relais::sync {
namespace {

Result<> check_hash(const StoredDocument& document) {
  if (hash({document.bytes}) == document.hash) return {};
  return fail(Errc::corrupt,
              "The published file {0}, version {1}, is not what was signed. "
              "Stop Relais and run: relais verify",
              {document.name, std::to_string(document.version)});
}

struct Item {  ///< Views into the row.
  std::string_view key;
  std::string_view value;
};

Result<Item> read_item(const Statement& statement) {
  RowReader row(statement, "shelf");
  row.bytes();
  Item item;
  item.key = row.bytes();
  item.value = row.bytes();
  auto good = row.check();
  if (!good) return fail(good.error());
  return item;
}

}  // namespace

Result<> SqliteStore::put_part(const StoredPart& part) {
  static const std::string sql =
      insert_into("part", "",
                  "ON CONFLICT(record, part) DO UPDATE SET form=excluded.form, "
                  "fold_version=excluded.fold_version, state=excluded.state, "
                  "sum=excluded.sum");
  Statement put = database_->prepare(sql);
  write_part(put, part);
  return put.run();
}

Result<std::optional<StoredPart>> SqliteStore::part(
    const RecordId& record, std::string_view part) const {
  static const std::string sql =
      select_from("part", "WHERE record=? AND part=?");
  Statement find = database_->prepare(sql);
  find.bind_blob(record.view()).bind_text(part);
  return first_of(find, read_part);
}

Result<std::vector<StoredPart>> SqliteStore::parts(
    const RecordId& record) const {
  static const std::string sql =
      select_from("part", "WHERE record=? ORDER BY part");
  Statement find = database_->prepare(sql);
  find.bind_blob(record.view());
  return all_of(find, read_part);
}

Result<> SqliteStore::each_part(
    const std::function<Result<>(const StoredPart&)>& visit) const {
  static const std::string sql = select_from("part", "ORDER BY record, part");
  Statement all = database_->prepare(sql);
  for (;;) {
    auto row = all.step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    auto part = read_part(all);
    if (!part) return fail(part.error());
    auto visited = visit(*part);
    if (!visited) return visited;
  }
}

Result<> SqliteStore::remove_part(const RecordId& record,
                                  std::string_view part) {
  for (const char* sql :
       {"DELETE FROM part WHERE record=? AND part=?",
        "DELETE FROM entry WHERE record=? AND part=? AND chained=0"}) {
    Statement remove = database_->prepare(sql);
    auto done = remove.bind_blob(record.view()).bind_text(part).run();
    if (!done) return done;
  }
  Statement line = database_->prepare(
      "DELETE FROM record WHERE record=?1 AND NOT EXISTS "
      "(SELECT 1 FROM part WHERE record=?1)");
  return line.bind_blob(record.view()).run();
}

Result<> SqliteStore::put_record(const StoredRecord& record) {
  static const std::string sql = insert_into(
      "record", "",
      "ON CONFLICT(record) DO UPDATE SET form=excluded.form, "
      "reference=excluded.reference, state=excluded.state, "
      "title=excluded.title, author=excluded.author, device=excluded.device, "
      "stamp=excluded.stamp, conflicts=excluded.conflicts, sum=excluded.sum");
  Statement put = database_->prepare(sql);
  write_record(put, record);
  return put.run();
}

Result<std::optional<StoredRecord>> SqliteStore::record(
    const RecordId& id) const {
  static const std::string sql = select_from("record", "WHERE record=?");
  Statement find = database_->prepare(sql);
  find.bind_blob(id.view());
  return first_of(find, read_record);
}

Result<> SqliteStore::put_alias(std::string_view name, const RecordId& id) {
  static const std::string sql =
      insert_into("alias", "", "ON CONFLICT(name) DO NOTHING");
  Statement put = database_->prepare(sql);
  RowWriter(put, "alias").text(name).blob(id.view()).sum();
  return put.run();
}

Result<> SqliteStore::remove_alias(std::string_view name) {
  Statement remove = database_->prepare("DELETE FROM alias WHERE name=?");
  return remove.bind_text(name).run();
}

Result<std::optional<RecordId>> SqliteStore::find_alias(
    std::string_view name) const {
  static const std::string sql = select_from("alias", "WHERE name=?");
  Statement find = database_->prepare(sql);
  find.bind_text(name);
  auto row = find.step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<RecordId>();
  RowReader reader(find, "alias");
  reader.bytes();
  const auto id = reader.id<RecordId>();
  auto good = reader.check();
  if (!good) return fail(good.error());
  return std::optional<RecordId>(id);
}

Result<> SqliteStore::each_record(
    std::string_view form,
    const std::function<bool(const StoredRecord&)>& visit) const {
  static const std::string every =
      select_from("record", "ORDER BY stamp DESC, record");
  static const std::string one =
      select_from("record", "WHERE form=? ORDER BY stamp DESC, record");
  Statement all = database_->prepare(form.empty() ? every : one);
  if (!form.empty()) all.bind_text(form);
  for (;;) {
    auto row = all.step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    auto record = read_record(all);
    if (!record) return fail(record.error());
    if (!visit(*record)) return {};
  }
}

Result<> SqliteStore::put_document(const StoredDocument& document) {
  static const std::string sql = insert_into(
      "document", ", bytes",
      "ON CONFLICT(kind, name, version) DO UPDATE SET hash=excluded.hash, "
      "version_hash=excluded.version_hash, sum=excluded.sum, "
      "bytes=excluded.bytes");
  auto good = check_hash(document);
  if (!good) return good;
  Statement put = database_->prepare(sql);
  write_document(put, document);
  return put.bind_blob(document.bytes).run();
}

Result<std::optional<StoredDocument>> SqliteStore::document(
    proto::DocumentKind kind, std::string_view name,
    std::uint32_t version) const {
  static const std::string sql =
      select_from("document", "WHERE kind=? AND name=? AND version=?");
  Statement find = database_->prepare(sql);
  find.bind_integer(kind).bind_text(name).bind_integer(version);
  auto found = first_of(find, read_document);
  if (!found || !*found) return found;

  Statement content = database_->prepare(
      "SELECT bytes FROM document WHERE kind=? AND name=? AND version=?");
  content.bind_integer(kind).bind_text(name).bind_integer(version);
  auto row = content.step();
  if (!row) return fail(row.error());
  if (*row) (*found)->bytes = content.bytes(0);
  auto good = check_hash(**found);
  if (!good) return fail(good.error());
  return found;
}

Result<std::vector<StoredDocument>> SqliteStore::documents() const {
  static const std::string sql =
      select_from("document", "ORDER BY kind, name, version");
  Statement all = database_->prepare(sql);
  return all_of(all, read_document);
}

Result<> SqliteStore::put(std::string_view shelf, std::string_view key,
                          std::string_view value) {
  static const std::string sql =
      insert_into("shelf", "",
                  "ON CONFLICT(shelf, key) DO UPDATE SET value=excluded.value, "
                  "sum=excluded.sum");
  Statement put = database_->prepare(sql);
  RowWriter(put, "shelf").text(shelf).blob(key).blob(value).sum();
  return put.run();
}

Result<std::optional<Bytes>> SqliteStore::get(std::string_view shelf,
                                              std::string_view key) const {
  static const std::string sql =
      select_from("shelf", "WHERE shelf=? AND key=?");
  Statement find = database_->prepare(sql);
  find.bind_text(shelf).bind_blob(key);
  auto row = find.step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Bytes>();
  auto item = read_item(find);
  if (!item) return fail(item.error());
  return std::optional<Bytes>(item->value);
}

Result<> SqliteStore::remove(std::string_view shelf, std::string_view key) {
  Statement remove =
      database_->prepare("DELETE FROM shelf WHERE shelf=? AND key=?");
  return remove.bind_text(shelf).bind_blob(key).run();
}

Result<> SqliteStore::scan(
    std::string_view shelf, std::string_view from,
    const std::function<bool(std::string_view key, std::string_view value)>&
        visit) const {
  static const std::string sql =
      select_from("shelf", "WHERE shelf=? AND key>=? ORDER BY key");
  Statement all = database_->prepare(sql);
  all.bind_text(shelf).bind_blob(from);
  for (;;) {
    auto row = all.step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    auto item = read_item(all);
    if (!item) return fail(item.error());
    if (!visit(item->key, item->value)) return {};
  }
}

}  // namespace relais::sync
