#include "sync/store/backup.h"

#include <charconv>
#include <string>
#include <system_error>

#include "sync/store/audit.h"
#include "sync/store/home.h"
#include "sync/store/schema.h"
#include "sync/store/sqlite_store.h"

namespace relais::sync {
namespace {

constexpr std::string_view backup_shelf = "backup";
constexpr std::string_view made_key = "made";

/// In the copy alone, which afterwards needs no other file again.
Result<> note_made(const std::filesystem::path& path, std::int64_t made_ms) {
  auto store = SqliteStore::open(path, OpenMode::exclusive);
  if (!store) return fail(store.error());
  auto put = (*store)->put(backup_shelf, made_key, std::to_string(made_ms));
  return put ? (*store)->database().run_once("PRAGMA journal_mode=DELETE")
             : put;
}

void remove_copy(const std::filesystem::path& path) {
  std::error_code ignored;
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
    std::filesystem::remove(path.string() + suffix, ignored);
  }
}

Result<> check_copy(const std::filesystem::path& path) {
  OpenOptions options;
  options.mode = OpenMode::read_only;
  auto copy = Database::open(path, options);
  if (!copy) return fail(copy.error());
  auto version = check_version(**copy);
  if (!version) return version;
  auto faults = audit(**copy);
  if (!faults) return fail(faults.error());
  if (faults->empty()) return {};
  return fail(Errc::corrupt,
              "The backup was not kept, because the database is damaged. Stop "
              "Relais and run: relais verify",
              {});
}

Result<> copy(Database& source, const std::filesystem::path& temporary,
              const std::filesystem::path& target, std::int64_t made_ms) {
  // Made first, so that nobody else can read what is copied into it.
  auto made = write_file_durably(temporary, {}, mode_private);
  if (!made) return made;
  auto copied = source.copy_to(temporary);
  if (copied && made_ms != 0) copied = note_made(temporary, made_ms);
  if (!copied) return copied;
  auto checked = check_copy(temporary);
  if (!checked) return checked;
  return publish_file(temporary, target);
}

}  // namespace

Result<> backup(Database& source, const std::filesystem::path& target,
                std::int64_t made_ms) {
  std::filesystem::path temporary = target;
  temporary += ".part";
  remove_copy(temporary);
  auto done = copy(source, temporary, target, made_ms);
  if (!done) remove_copy(temporary);
  return done;
}

Result<std::int64_t> made_at(const Store& store) {
  auto text = store.get(backup_shelf, made_key);
  if (!text) return fail(text.error());
  const Bytes digits = text->value_or(Bytes{});
  std::int64_t made_ms = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), made_ms);
  return made_ms;
}

Result<> forget_made(Store& store) {
  return store.remove(backup_shelf, made_key);
}

}  // namespace relais::sync
