#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sync/store/database.h"
#include "sync/store/store.h"

namespace relais::sync {

/// The check that every row carries: 8 bytes of BLAKE2b over the table's name
/// and the row's values in order, each with its kind. It finds what the disk
/// altered; against people there are the journals' chains.
class RowSum {
 public:
  explicit RowSum(std::string_view table);
  void add_null();
  void add_integer(std::int64_t number);
  void add_bytes(Statement::Kind kind, std::string_view bytes);
  std::int64_t value() const;

 private:
  Bytes bytes_;
};

/// Binds a row's columns in the table's order, then its sum.
class RowWriter {
 public:
  RowWriter(Statement& statement, std::string_view table)
      : statement_(&statement), sum_(table) {}

  RowWriter& integer(std::int64_t number);
  RowWriter& text(std::string_view text);
  RowWriter& blob(std::string_view bytes);
  RowWriter& text_or_null(const std::optional<std::string>& text);
  RowWriter& blob_or_null(std::optional<std::string_view> bytes);
  RowWriter& sum();

 private:
  Statement* statement_;
  RowSum sum_;
};

/// Reads the columns of a row in the table's order, then checks its sum.
/// A value of the wrong kind or length reads as empty: then the sum differs.
class RowReader {
 public:
  RowReader(const Statement& statement, std::string_view table)
      : statement_(&statement), table_(table), sum_(table) {}

  std::int64_t integer();
  std::string_view bytes();
  std::optional<std::string_view> bytes_or_null();
  template <class Id>
  Id id() {
    return Id::from_bytes(bytes()).value_or(Id{});
  }
  template <class Id>
  std::optional<Id> id_or_null() {
    auto raw = bytes_or_null();
    if (!raw) return std::nullopt;
    return Id::from_bytes(*raw).value_or(Id{});
  }
  /// Fails with corrupt, naming table and key.
  Result<> check();

 private:
  const Statement* statement_;
  std::string_view table_;
  RowSum sum_;
  int column_ = 0;
};

/// The sum of a row as stored, whatever its kinds: columns 0 to `columns` - 1.
RowSum sum_of(const Statement& row, std::string_view table, int columns);
/// The first `columns` values, for people: text and numbers as they are,
/// bytes in hexadecimal, with slashes between.
std::string key_text(const Statement& row, int columns);

/// "SELECT <columns>, sum FROM <table> <rest>".
std::string select_from(std::string_view table, std::string_view rest);
/// "INSERT INTO <table>(<columns>, sum<more>) VALUES (?, ...) <rest>".
std::string insert_into(std::string_view table, std::string_view more,
                        std::string_view rest);

/// Each reads the row that `statement` stands on, columns as in tables().
Result<StoredJournal> read_journal(const Statement& statement);
Result<StoredEntry> read_entry(const Statement& statement);
Result<StoredPart> read_part(const Statement& statement);
Result<StoredRecord> read_record(const Statement& statement);
/// Without its bytes.
Result<StoredDocument> read_document(const Statement& statement);

void write_journal(Statement& statement, const StoredJournal& journal);
void write_entry(Statement& statement, const StoredEntry& entry);
void write_part(Statement& statement, const StoredPart& part);
void write_record(Statement& statement, const StoredRecord& record);
void write_document(Statement& statement, const StoredDocument& document);

}  // namespace relais::sync
