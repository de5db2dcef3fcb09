#include "sync/store/backup.h"

#include <system_error>

#include "sync/store/audit.h"
#include "sync/store/home.h"
#include "sync/store/schema.h"

namespace relais::sync {
namespace {

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
              const std::filesystem::path& target) {
  // Made first, so that nobody else can read what is copied into it.
  auto made = write_file_durably(temporary, {}, mode_private);
  if (!made) return made;
  auto copied = source.copy_to(temporary);
  if (!copied) return copied;
  auto checked = check_copy(temporary);
  if (!checked) return checked;
  return publish_file(temporary, target);
}

}  // namespace

Result<> backup(Database& source, const std::filesystem::path& target) {
  std::filesystem::path temporary = target;
  temporary += ".part";
  remove_copy(temporary);
  auto done = copy(source, temporary, target);
  if (!done) remove_copy(temporary);
  return done;
}

}  // namespace relais::sync
