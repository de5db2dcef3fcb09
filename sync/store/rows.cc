#include "sync/store/rows.h"

#include <algorithm>

#include "sync/check.h"
#include "sync/crypto.h"
#include "sync/store/schema.h"

namespace relais::sync {
namespace {

/// Longer values enter a sum by their own hash instead of being copied.
constexpr std::size_t long_value_bytes = 1024;

enum class Mark : char {
  null = 0,
  integer = 1,
  text = 2,
  blob = 3,
  real = 4,
  long_text = 5,
  long_blob = 6,
};

std::string_view view(const std::array<std::uint8_t, 16>& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::uint64_t unsigned_of(std::int64_t number) {
  return static_cast<std::uint64_t>(number);
}

std::int64_t signed_of(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

const TableShape& shape_of(std::string_view table) {
  const auto& all = tables();
  auto at = std::find_if(all.begin(), all.end(), [&](const TableShape& shape) {
    return shape.name == table;
  });
  CHECK(at != all.end());
  return *at;
}

void add_column(RowSum& sum, const Statement& row, int column) {
  switch (row.kind(column)) {
    case Statement::Kind::null:
      return sum.add_null();
    case Statement::Kind::integer:
      return sum.add_integer(row.integer(column));
    case Statement::Kind::text:
    case Statement::Kind::blob:
    case Statement::Kind::real:
      return sum.add_bytes(row.kind(column), row.bytes(column));
  }
}

std::optional<std::string> text_of(std::optional<std::string_view> view) {
  if (!view) return std::nullopt;
  return std::string(*view);
}

template <class Id>
std::optional<std::string_view> view_of(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  return id->view();
}

}  // namespace

RowSum::RowSum(std::string_view table) {
  bytes_.reserve(long_value_bytes);
  put_text(bytes_, table);
}

void RowSum::add_null() {
  bytes_.push_back(static_cast<char>(Mark::null));
}

void RowSum::add_integer(std::int64_t number) {
  bytes_.push_back(static_cast<char>(Mark::integer));
  put_u64(bytes_, unsigned_of(number));
}

void RowSum::add_bytes(Statement::Kind kind, std::string_view bytes) {
  const bool text = kind == Statement::Kind::text;
  if (kind == Statement::Kind::real) {
    bytes_.push_back(static_cast<char>(Mark::real));
  } else if (bytes.size() > long_value_bytes) {
    bytes_.push_back(
        static_cast<char>(text ? Mark::long_text : Mark::long_blob));
    bytes_.append(view(hash128_raw(bytes)));
    return;
  } else {
    bytes_.push_back(static_cast<char>(text ? Mark::text : Mark::blob));
  }
  put_text(bytes_, bytes);
}

std::int64_t RowSum::value() const {
  const auto digest = hash128_raw(bytes_);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) {
    value = value << 8 | digest[i];
  }
  return signed_of(value);
}

RowWriter& RowWriter::integer(std::int64_t number) {
  statement_->bind_integer(number);
  sum_.add_integer(number);
  return *this;
}

RowWriter& RowWriter::text(std::string_view text) {
  statement_->bind_text(text);
  sum_.add_bytes(Statement::Kind::text, text);
  return *this;
}

RowWriter& RowWriter::blob(std::string_view bytes) {
  statement_->bind_blob(bytes);
  sum_.add_bytes(Statement::Kind::blob, bytes);
  return *this;
}

RowWriter& RowWriter::text_or_null(const std::optional<std::string>& value) {
  if (value) return text(*value);
  statement_->bind_null();
  sum_.add_null();
  return *this;
}

RowWriter& RowWriter::blob_or_null(std::optional<std::string_view> bytes) {
  if (bytes) return blob(*bytes);
  statement_->bind_null();
  sum_.add_null();
  return *this;
}

RowWriter& RowWriter::sum() {
  statement_->bind_integer(sum_.value());
  return *this;
}

std::int64_t RowReader::integer() {
  add_column(sum_, *statement_, column_);
  return statement_->integer(column_++);
}

std::string_view RowReader::bytes() {
  add_column(sum_, *statement_, column_);
  return statement_->bytes(column_++);
}

std::optional<std::string_view> RowReader::bytes_or_null() {
  const bool null = statement_->kind(column_) == Statement::Kind::null;
  const std::string_view value = bytes();
  if (null) return std::nullopt;
  return value;
}

Result<> RowReader::check() {
  if (sum_.value() == statement_->integer(column_)) return {};
  return fail(Errc::corrupt,
              "What is stored in table {0} under {1} is damaged. Stop Relais "
              "and run: relais verify",
              {std::string(table_),
               key_text(*statement_, shape_of(table_).key_columns)});
}

RowSum sum_of(const Statement& row, std::string_view table, int columns) {
  RowSum sum(table);
  for (int column = 0; column < columns; ++column) {
    add_column(sum, row, column);
  }
  return sum;
}

std::string key_text(const Statement& row, int columns) {
  std::string text;
  for (int column = 0; column < columns; ++column) {
    if (column != 0) text += '/';
    if (row.kind(column) == Statement::Kind::integer) {
      text += std::to_string(row.integer(column));
    } else if (row.kind(column) == Statement::Kind::text) {
      text += row.bytes(column);
    } else {
      text += to_hex(row.bytes(column));
    }
  }
  return text;
}

std::string select_from(std::string_view table, std::string_view rest) {
  const TableShape& shape = shape_of(table);
  std::string sql = "SELECT ";
  sql.append(shape.columns).append(", sum FROM ").append(table);
  return sql.append(" ").append(rest);
}

std::string insert_into(std::string_view table, std::string_view more,
                        std::string_view rest) {
  const TableShape& shape = shape_of(table);
  std::string sql = "INSERT INTO ";
  sql.append(table).append("(").append(shape.columns);
  sql.append(", sum").append(more).append(") VALUES (?");
  const auto commas = std::count(sql.begin(), sql.end(), ',');
  for (auto i = commas; i > 0; --i) sql.append(",?");
  return sql.append(") ").append(rest);
}

Result<StoredJournal> read_journal(const Statement& statement) {
  RowReader row(statement, "journal");
  StoredJournal journal;
  Header& header = journal.header;
  header.journal = row.id<JournalId>();
  header.device = row.id<DeviceId>();
  header.lane = static_cast<Lane>(row.integer());
  header.predecessor = row.id_or_null<JournalId>();
  header.predecessor_position = unsigned_of(row.integer());
  header.predecessor_head = row.id<Hash>();
  header.reader = row.id_or_null<DeviceId>();
  journal.header_bytes = row.bytes();
  journal.seed = row.bytes();
  journal.last = unsigned_of(row.integer());
  journal.head = row.id<Hash>();
  journal.held = unsigned_of(row.integer());
  journal.sent = unsigned_of(row.integer());
  auto good = row.check();
  if (!good) return fail(good.error());
  return journal;
}

void write_journal(Statement& statement, const StoredJournal& journal) {
  const Header& header = journal.header;
  RowWriter(statement, "journal")
      .blob(header.journal.view())
      .blob(header.device.view())
      .integer(header.lane)
      .blob_or_null(view_of(header.predecessor))
      .integer(signed_of(header.predecessor_position))
      .blob(header.predecessor_head.view())
      .blob_or_null(view_of(header.reader))
      .blob(journal.header_bytes)
      .blob(journal.seed)
      .integer(signed_of(journal.last))
      .blob(journal.head.view())
      .integer(signed_of(journal.held))
      .integer(signed_of(journal.sent))
      .sum();
}

Result<StoredEntry> read_entry(const Statement& statement) {
  RowReader row(statement, "entry");
  StoredEntry entry;
  entry.dot.journal = row.id<JournalId>();
  entry.dot.position = unsigned_of(row.integer());
  entry.device = row.id<DeviceId>();
  entry.record = row.id_or_null<RecordId>();
  entry.part = row.bytes();
  entry.chained = row.integer() != 0;
  entry.verdict = text_of(row.bytes_or_null());
  entry.salt = row.bytes();
  entry.leaf = row.id<Hash>();
  entry.meta = row.bytes();
  entry.body = text_of(row.bytes_or_null());
  auto good = row.check();
  if (!good) return fail(good.error());
  return entry;
}

void write_entry(Statement& statement, const StoredEntry& entry) {
  RowWriter(statement, "entry")
      .blob(entry.dot.journal.view())
      .integer(signed_of(entry.dot.position))
      .blob(entry.device.view())
      .blob_or_null(view_of(entry.record))
      .text(entry.part)
      .integer(entry.chained ? 1 : 0)
      .text_or_null(entry.verdict)
      .blob(entry.salt)
      .blob(entry.leaf.view())
      .blob(entry.meta)
      .blob_or_null(entry.body)
      .sum();
}

Result<StoredPart> read_part(const Statement& statement) {
  RowReader row(statement, "part");
  StoredPart part;
  part.record = row.id<RecordId>();
  part.part = row.bytes();
  part.form = row.bytes();
  part.fold_version = static_cast<std::uint32_t>(row.integer());
  part.state = row.bytes();
  auto good = row.check();
  if (!good) return fail(good.error());
  return part;
}

void write_part(Statement& statement, const StoredPart& part) {
  RowWriter(statement, "part")
      .blob(part.record.view())
      .text(part.part)
      .text(part.form)
      .integer(part.fold_version)
      .blob(part.state)
      .sum();
}

Result<StoredRecord> read_record(const Statement& statement) {
  RowReader row(statement, "record");
  StoredRecord record;
  record.record = row.id<RecordId>();
  record.form = row.bytes();
  record.reference = row.bytes();
  record.state = row.bytes();
  record.title = row.bytes();
  record.author = row.bytes();
  record.device = row.id<DeviceId>();
  record.stamp = row.integer();
  record.conflicts = static_cast<std::uint32_t>(row.integer());
  auto good = row.check();
  if (!good) return fail(good.error());
  return record;
}

void write_record(Statement& statement, const StoredRecord& record) {
  RowWriter(statement, "record")
      .blob(record.record.view())
      .text(record.form)
      .text(record.reference)
      .text(record.state)
      .text(record.title)
      .text(record.author)
      .blob(record.device.view())
      .integer(record.stamp)
      .integer(record.conflicts)
      .sum();
}

Result<StoredDocument> read_document(const Statement& statement) {
  RowReader row(statement, "document");
  StoredDocument document;
  document.kind = static_cast<proto::DocumentKind>(row.integer());
  document.name = row.bytes();
  document.version = static_cast<std::uint32_t>(row.integer());
  document.hash = row.id<Hash>();
  document.version_hash = row.id<Hash>();
  auto good = row.check();
  if (!good) return fail(good.error());
  return document;
}

void write_document(Statement& statement, const StoredDocument& document) {
  RowWriter(statement, "document")
      .integer(document.kind)
      .text(document.name)
      .integer(document.version)
      .blob(document.hash.view())
      .blob(document.version_hash.view())
      .sum();
}

}  // namespace relais::sync
