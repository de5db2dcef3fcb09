#include "sync/store/database.h"

#include <errno.h>
#include <sqlite3.h>

#include <array>
#include <utility>

#include "sync/check.h"
#include "sync/limits.h"
#include "sync/store/home.h"

namespace relais::sync {
namespace {

/// The longest value: a published document and the rest of its row.
constexpr int value_bytes_max =
    static_cast<int>(limits::document_bytes_max) + 1024 * 1024;
constexpr std::size_t page_bytes = 4096;
/// Statements of one text kept ready; nested reads need two or three.
constexpr std::size_t idle_statements_max = 4;

constexpr std::array<std::pair<int, int>, 11> limits_of_sqlite = {{
    {SQLITE_LIMIT_LENGTH, value_bytes_max},
    {SQLITE_LIMIT_SQL_LENGTH, 8192},
    {SQLITE_LIMIT_COLUMN, 32},
    {SQLITE_LIMIT_EXPR_DEPTH, 32},
    {SQLITE_LIMIT_COMPOUND_SELECT, 8},
    {SQLITE_LIMIT_VDBE_OP, 25000},
    {SQLITE_LIMIT_FUNCTION_ARG, 8},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 32},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
}};

constexpr std::array<std::pair<int, int>, 7> switches = {{
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
}};

bool is_io_error(int code) {
  return (code & 0xff) == SQLITE_IOERR;
}

tl::unexpected<Error> cannot_open(const std::string& path, int system_error) {
  if (system_error == ENOENT) {
    return fail(Errc::not_found,
                "There is no database at {0}. Check the folder; a headquarters "
                "is made by: relais-hq init",
                {path});
  }
  return fail(Errc::denied,
              "The database {0} cannot be opened. Check that its folder "
              "belongs to the user who runs Relais.",
              {path});
}

}  // namespace

Statement::Statement(Database& database, std::string_view sql)
    : database_(&database), idle_(&database.idle_[sql]) {
  if (!idle_->empty()) {
    statement_ = idle_->back();
    idle_->pop_back();
    return;
  }
  code_ = sqlite3_prepare_v3(database.handle_, sql.data(),
                             static_cast<int>(sql.size()),
                             SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  if (idle_->size() < idle_statements_max) {
    idle_->push_back(statement_);
  } else {
    sqlite3_finalize(statement_);
  }
}

void Statement::keep(int code) {
  CHECK(code != SQLITE_RANGE && code != SQLITE_MISUSE);
  if (code_ == SQLITE_OK) code_ = code;
}

Statement& Statement::bind_null() {
  ++bound_;
  if (statement_ != nullptr) keep(sqlite3_bind_null(statement_, bound_));
  return *this;
}

Statement& Statement::bind_integer(std::int64_t number) {
  ++bound_;
  if (statement_ != nullptr) {
    keep(sqlite3_bind_int64(statement_, bound_, number));
  }
  return *this;
}

Statement& Statement::bind_text(std::string_view text) {
  ++bound_;
  if (statement_ == nullptr) return *this;
  // A null pointer would be NULL, which is not the empty text.
  const char* data = text.data() == nullptr ? "" : text.data();
  keep(sqlite3_bind_text64(statement_, bound_, data, text.size(), SQLITE_STATIC,
                           SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  ++bound_;
  if (statement_ == nullptr) return *this;
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  keep(sqlite3_bind_blob64(statement_, bound_, data, bytes.size(),
                           SQLITE_STATIC));
  return *this;
}

Result<bool> Statement::step() {
  if (code_ != SQLITE_OK) return database_->failed(code_, false);
  const bool writes = sqlite3_stmt_readonly(statement_) == 0;
  // After a failure SQLite may have ended the transaction by itself; what
  // follows must not stand alone.
  if (writes && !database_->why_.empty()) {
    return fail(database_->why_.front());
  }
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW || code == SQLITE_DONE) return code == SQLITE_ROW;
  return database_->failed(code, writes);
}

Result<> Statement::run() {
  for (;;) {
    auto row = step();
    if (!row) return fail(row.error());
    if (!*row) return {};
  }
}

int Statement::columns() const {
  return sqlite3_column_count(statement_);
}

Statement::Kind Statement::kind(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return Kind::integer;
    case SQLITE_TEXT:
      return Kind::text;
    case SQLITE_BLOB:
      return Kind::blob;
    case SQLITE_FLOAT:
      return Kind::real;
    default:
      return Kind::null;
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  auto size = sqlite3_column_bytes(statement_, column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Result<std::unique_ptr<Database>> Database::open(
    const std::filesystem::path& path, const OpenOptions& options) {
  // Serialised access is not needed: one thread at a time.
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= options.mode == OpenMode::read_only
               ? SQLITE_OPEN_READONLY
               : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  // SQLite's name for no file; and what another VFS keeps is no file of ours.
  const bool a_file = path != ":memory:" && options.vfs.empty();
  if (a_file && options.mode != OpenMode::read_only) keep_private(path);
  sqlite3* handle = nullptr;
  int code =
      sqlite3_open_v2(path.c_str(), &handle, flags,
                      options.vfs.empty() ? nullptr : options.vfs.c_str());
  CHECK(handle != nullptr);
  std::unique_ptr<Database> database(new Database(handle, path));
  if (code != SQLITE_OK) return database->from_sqlite(code);
  auto configured = database->configure(options);
  if (!configured) return fail(configured.error());
  return database;
}

Database::Database(sqlite3* handle, std::filesystem::path path)
    : handle_(handle), path_(std::move(path)) {}

Database::~Database() {
  rollback();
  for (auto& [sql, statements] : idle_) {
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  }
  CHECK(sqlite3_close(handle_) == SQLITE_OK);
}

Result<> Database::configure(const OpenOptions& options) {
  for (auto [limit, value] : limits_of_sqlite) {
    sqlite3_limit(handle_, limit, value);
  }
  for (auto [name, value] : switches) {
    sqlite3_db_config(handle_, name, value, nullptr);
  }
  const bool writes = options.mode != OpenMode::read_only;
  if (!writes) {
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  const auto wal_pages =
      std::to_string(writes ? options.wal_bytes / page_bytes : 0);
  std::vector<std::string> pragmas = {
      // First: whether the WAL has a shared memory file is settled when the
      // database is read for the first time.
      options.mode == OpenMode::exclusive ? "locking_mode=EXCLUSIVE"
                                          : "locking_mode=NORMAL",
      "cell_size_check=ON",
      "mmap_size=0",
      "temp_store=MEMORY",
      "foreign_keys=ON",
      "secure_delete=ON",
      "synchronous=FULL",
      "busy_timeout=0",
      "cache_size=-" + std::to_string(options.cache_bytes / 1024),
      "wal_autocheckpoint=" + wal_pages,
      "journal_size_limit=" + std::to_string(options.wal_bytes),
      writes ? "journal_mode=WAL" : "query_only=ON",
  };
  for (const std::string& pragma : pragmas) {
    auto done = run_once("PRAGMA " + pragma);
    if (!done) return done;
  }
  if (!writes) return {};
  auto logging = check_journal_mode();
  return logging ? make_last() : logging;
}

/// What a run before this one wrote and could not sync is read again here, and
/// shown: from now on it has to last. It is written once more, since a second
/// sync alone proves nothing after a failed one; on a full disk that must do.
Result<> Database::make_last() {
  int code = sqlite3_wal_checkpoint_v2(
      handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if ((code & 0xff) == SQLITE_FULL) {
    sqlite3_file* log = nullptr;
    sqlite3_file_control(handle_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    const bool is_open = log != nullptr && log->pMethods != nullptr;
    code = is_open ? log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) : SQLITE_OK;
  }
  return code == SQLITE_OK ? Result<>() : failed(code, true);
}

Result<> Database::run_once(const std::string& sql) {
  int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code, true);
  return {};
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  Statement statement = prepare(sql);
  auto row = statement.step();
  if (!row) return fail(row.error());
  return *row ? statement.integer(0) : 0;
}

Result<> Database::begin() {
  CHECK(!in_transaction_);
  auto begun = run("BEGIN IMMEDIATE");
  if (!begun) return fail(begun.error());
  in_transaction_ = true;
  return {};
}

Result<> Database::commit() {
  CHECK(in_transaction_);
  auto committed = why_.empty() ? run("COMMIT") : Result<>(fail(why_.front()));
  if (!committed) {
    rollback();
    return fail(committed.error());
  }
  in_transaction_ = false;
  return {};
}

void Database::rollback() {
  in_transaction_ = false;
  if (!disk_failed_) why_.clear();
  // SQLite may have ended the transaction by itself after a failure.
  if (sqlite3_get_autocommit(handle_) == 0) {
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

Result<> Database::checkpoint() {
  int code = sqlite3_wal_checkpoint_v2(
      handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code, true);
  return {};
}

void Database::let_attach(bool one) {
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, one ? 1 : 0);
}

tl::unexpected<Error> Database::failed(int code, bool writes) {
  auto error = from_sqlite(code);
  if (!writes && !in_transaction_) return error;
  // After a failed write or sync nobody knows what the disk holds: only a new
  // connection, which reads it from the start, may write again.
  if (is_io_error(code)) disk_failed_ = error.value().code == Errc::corrupt;
  if (why_.empty() && (in_transaction_ || disk_failed_)) {
    why_.push_back(error.value());
  }
  return error;
}

tl::unexpected<Error> Database::from_sqlite(int code) const {
  CHECK((code & 0xff) != SQLITE_MISUSE);
  const std::string path = path_.string();
  const int system_error = sqlite3_system_errno(handle_);
  const bool full = system_error == ENOSPC || system_error == EDQUOT;
  const bool by_disk = is_io_error(code) || (code & 0xff) == SQLITE_CANTOPEN;
  switch (full && by_disk ? SQLITE_FULL : code & 0xff) {
    case SQLITE_FULL:
      return fail(Errc::disk_full,
                  "The disk is full: nothing of this was saved. Free some "
                  "space and try again.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(Errc::busy,
                  "Another program is using {0}. Close it and try again.",
                  {path});
    case SQLITE_CANTOPEN:
      return cannot_open(path, system_error);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return fail(Errc::denied,
                  "The database {0} may not be written. Check the disk and "
                  "the owner of the folder.",
                  {path});
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
      return fail(Errc::over_limit,
                  "This is too large for the machine's memory or for the "
                  "database {0}. Nothing of it was saved.",
                  {path});
    case SQLITE_IOERR:
      return fail(Errc::corrupt,
                  "The disk failed while reading or writing {0} (code {1}). "
                  "Copy the folder to another disk and run: relais verify",
                  {path, std::to_string(code)});
    default:
      return fail(Errc::corrupt,
                  "The database {0} is damaged (code {1}: {2}). Stop Relais "
                  "and run: relais verify",
                  {path, std::to_string(code), sqlite3_errmsg(handle_)});
  }
}

}  // namespace relais::sync
