#include "tests/support/raw_sqlite.h"

#include <sqlite3.h>

#include <iostream>

#include "sync/check.h"

namespace relais::test {

std::string run_sql(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* handle = nullptr;
  CHECK(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
  std::string last;
  char* error = nullptr;
  const auto keep = [](void* to, int, char** values, char**) {
    *static_cast<std::string*>(to) = values[0] == nullptr ? "" : values[0];
    return 0;
  };
  if (sqlite3_exec(handle, sql.c_str(), keep, &last, &error) != SQLITE_OK) {
    std::cerr << sql << ": " << error << std::endl;
    CHECK(false);
  }
  CHECK(sqlite3_close(handle) == SQLITE_OK);
  return last;
}

}  // namespace relais::test
