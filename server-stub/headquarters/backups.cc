#include "server-stub/headquarters/backups.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <system_error>
#include <vector>

#include "server-stub/headquarters/office.h"
#include "sync/store/backup.h"
#include "sync/store/home.h"

namespace relais::server {
namespace {

using sync::fail;

/// Ours, oldest first: their names are their moments.
std::vector<std::filesystem::path> backups_in(
    const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("relais-") && name.ends_with(".db")) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::string moment_text(std::int64_t wall_ms, bool plain) {
  const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(),
                    plain ? "%Y%m%dT%H%M%SZ" : "%Y-%m-%dT%H:%M:%SZ", &parts);
  return std::string(text.data(), size);
}

Result<> back_up(const std::filesystem::path& folder,
                 const std::filesystem::path& target, std::int64_t wall_ms) {
  sync::OpenOptions options;
  options.mode = sync::OpenMode::read_only;
  auto source = sync::Database::open(database_of(folder), options);
  if (!source) return fail(source.error());
  return sync::backup(**source, target, wall_ms);
}

bool is_backup_due(const std::filesystem::path& folder) {
  const auto all = backups_in(folder / "backups");
  if (all.empty()) return true;
  std::error_code error;
  const auto made = std::filesystem::last_write_time(all.back(), error);
  for (const char* suffix : {"", "-wal"}) {
    const auto written = std::filesystem::last_write_time(
        database_of(folder).string() + suffix, error);
    if (!error && written > made) return true;
  }
  return false;
}

Result<std::filesystem::path> back_up_in_turn(
    const std::filesystem::path& folder, std::int64_t wall_ms,
    std::size_t kept) {
  const std::filesystem::path place = folder / "backups";
  std::error_code error;
  std::filesystem::create_directories(place, error);
  // A backup is there only when its folder is.
  if (auto lasts = sync::sync_folder(folder); !lasts) {
    return fail(lasts.error());
  }
  const std::filesystem::path file =
      place / ("relais-" + moment_text(wall_ms, true) + ".db");
  if (auto made = back_up(folder, file, wall_ms); !made)
    return fail(made.error());
  const auto all = backups_in(place);
  for (std::size_t i = 0; i + kept < all.size(); ++i) {
    std::filesystem::remove(all[i], error);
  }
  return file;
}

}  // namespace relais::server
