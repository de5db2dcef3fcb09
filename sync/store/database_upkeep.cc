#include <string>

#include "sync/check.h"
#include "sync/store/database.h"

namespace relais::sync {
namespace {

/// A database up to this size, in pages of 4 KiB, is written anew in memory.
constexpr std::int64_t scrub_pages_in_memory = 8 * 1024;

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char one : text) out.append(one == '\'' ? 2 : 1, one);
  return out + "'";
}

}  // namespace

Result<> Database::check_journal_mode() {
  Statement mode = prepare("PRAGMA journal_mode");
  auto row = mode.step();
  if (!row) return fail(row.error());
  if (mode.bytes(0) == "wal" || mode.bytes(0) == "memory") return {};
  return fail(Errc::denied,
              "The disk of {0} cannot keep a write-ahead log. Put the folder "
              "on a local disk.",
              {path_.string()});
}

Result<> Database::vacuum() {
  auto pages = integer("PRAGMA page_count");
  if (!pages) return fail(pages.error());
  if (*pages > scrub_pages_in_memory) {
    // In a nameless file beside it then; nothing that was erased is in it.
    const auto place = quoted(path_.parent_path().string());
    auto there = run_once("PRAGMA temp_store_directory=" + place);
    if (there) there = run_once("PRAGMA temp_store=FILE");
    if (!there) return there;
  }
  return run_once("VACUUM");
}

Result<> Database::scrub() {
  CHECK(!in_transaction_);
  let_attach(true);  // VACUUM attaches its new database by itself
  auto done = vacuum();
  let_attach(false);
  if (auto memory = run_once("PRAGMA temp_store=MEMORY"); !memory) {
    return memory;
  }
  // Those who read have a moment to end.
  if (done) done = run_once("PRAGMA busy_timeout=5000");
  if (done) done = checkpoint();
  auto again = run_once("PRAGMA busy_timeout=0");
  return done ? again : done;
}

}  // namespace relais::sync
