#include <sqlite3.h>

#include "sync/store/database.h"

namespace relais::sync {

Result<> Database::copy_to(const std::filesystem::path& target) {
  sqlite3* copy = nullptr;
  int code = sqlite3_open_v2(target.c_str(), &copy,
                             SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                             nullptr);
  std::unique_ptr<Database> closer(new Database(copy, target));
  if (code != SQLITE_OK) return closer->from_sqlite(code);
  // The caller syncs the whole file once, so nothing is synced before.
  auto fast = closer->run_once("PRAGMA synchronous=OFF");
  if (!fast) return fail(fast.error());
  auto copied = copy_pages(copy);
  if (!copied) return fail(copied.error());
  // The copy says "WAL" as its source does; alone, it must need no other file.
  for (const char* sql :
       {"PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=DELETE"}) {
    auto done = closer->run_once(sql);
    if (!done) return fail(done.error());
  }
  return {};
}

Result<> Database::copy_pages(sqlite3* target) {
  sqlite3_backup* backup = sqlite3_backup_init(target, "main", handle_, "main");
  if (backup == nullptr) {
    return from_sqlite(sqlite3_extended_errcode(target));
  }
  int code = sqlite3_backup_step(backup, -1);
  int finished = sqlite3_backup_finish(backup);
  if (code == SQLITE_DONE && finished == SQLITE_OK) return {};
  return from_sqlite(finished == SQLITE_OK ? code : finished);
}

}  // namespace relais::sync
