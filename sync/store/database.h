#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sync/ids.h"
#include "sync/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace relais::sync {

class Database;

enum class OpenMode {
  exclusive,  ///< a post: nobody else, no shared memory file
  shared,     ///< headquarters' one writer, which alone checkpoints
  read_only,  ///< a reader beside that writer, or a copy to verify
};

struct OpenOptions {
  OpenMode mode = OpenMode::exclusive;
  std::size_t cache_bytes = 2 * 1024 * 1024;  ///< pages kept in memory
  /// The WAL is emptied into the database when it has grown by so much, and
  /// cut back to it. A single larger transaction may pass it for its duration.
  std::size_t wal_bytes = 1024 * 1024;
  std::string vfs;  ///< a test's; empty: the operating system's files
};

/// One use of a prepared statement: bind every parameter in order, then step.
/// What is bound must live until the last step; what a column gives lives
/// until the next. An error while preparing or binding is given by step().
class Statement {
 public:
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  Statement& bind_null();
  Statement& bind_integer(std::int64_t number);
  Statement& bind_text(std::string_view text);
  Statement& bind_blob(std::string_view bytes);

  /// True: a row is there. False: done.
  Result<bool> step();
  /// For statements without rows; those of a pragma are passed over.
  Result<> run();

  enum class Kind { null, integer, text, blob, real };
  int columns() const;
  Kind kind(int column) const;
  std::int64_t integer(int column) const;
  /// The bytes of a text or a blob; empty for null.
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  Statement(Database& database, std::string_view sql);
  void keep(int code);

  Database* database_;
  std::vector<sqlite3_stmt*>* idle_;  ///< where it goes after its use
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
  int code_ = 0;  ///< of preparing and binding
};

/// The one place that knows SQLite: one connection, every pragma set
/// explicitly, its codes translated once.
///
/// Threads     One at a time.
/// Durability  What commit() confirmed survives a power cut.
/// Limits      Refuses attached databases, extensions, triggers, views, long
///             statements and values longer than a published document.
class Database {
 public:
  /// Makes the file if there is none, unless read_only (not_found). Fails with
  /// busy when another connection has it.
  static Result<std::unique_ptr<Database>> open(
      const std::filesystem::path& path, const OpenOptions& options);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Kept prepared under its text, which must outlive the Database. Several
  /// statements of one text may be in use at the same time.
  Statement prepare(std::string_view sql) { return Statement(*this, sql); }
  Result<> run(std::string_view sql) { return prepare(sql).run(); }
  /// For a text that is not kept.
  Result<> run_once(const std::string& sql);
  /// First column of the first row; 0 when there is none.
  Result<std::int64_t> integer(std::string_view sql);

  Result<> begin();
  /// After a write of this transaction failed: gives that error, and nothing
  /// of it is kept.
  Result<> commit();
  void rollback();
  bool in_transaction() const { return in_transaction_; }
  /// Rows that the last insert, update or delete changed.
  std::int64_t changes() const;

  /// Empties the WAL into the database and cuts it to nothing, so that what
  /// secure_delete overwrote is in neither.
  Result<> checkpoint();
  /// Writes the whole database anew, then checkpoint(). secure_delete alone
  /// leaves what SQLite moved between pages in their free space. Needs as
  /// much free disk again; busy: another connection reads what was.
  Result<> scrub();
  /// Copies every page into a new file that stands alone, synced by nobody.
  Result<> copy_to(const std::filesystem::path& target);

  const std::filesystem::path& path() const { return path_; }

 private:
  friend class Statement;
  Database(sqlite3* handle, std::filesystem::path path);
  Result<> configure(const OpenOptions& options);
  Result<> check_journal_mode();
  Result<> make_last();
  Result<> copy_pages(sqlite3* target);
  Result<> vacuum();
  void let_attach(bool one);
  tl::unexpected<Error> from_sqlite(int code) const;
  /// Remembers what makes a transaction, or this connection, unusable.
  tl::unexpected<Error> failed(int code, bool writes);

  sqlite3* handle_;
  std::filesystem::path path_;
  bool in_transaction_ = false;
  std::vector<Error> why_;    ///< nothing may be written; at most one
  bool disk_failed_ = false;  ///< ... until opened again
  /// Prepared, by their text; a list stays where it is.
  std::unordered_map<std::string_view, std::vector<sqlite3_stmt*>> idle_;
};

}  // namespace relais::sync
