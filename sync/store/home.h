#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "sync/ids.h"
#include "sync/result.h"

namespace relais::sync {

/// The folder that is this machine's Relais: its database and its keys. Held
/// by one process from open() until the object goes, however that process
/// ends.
///
/// Ownership   Owns the lock. Make no child process while one is alive.
/// Threads     Any, one at a time.
class Home {
 public:
  /// Makes the folder (only its owner may look inside) and its parents if
  /// there is none. Fails with busy, naming the process that has it; with
  /// denied when others can read a folder that was not made by us.
  static Result<Home> open(const std::filesystem::path& folder);
  Home(Home&& other) noexcept;
  Home& operator=(Home&& other) noexcept;
  ~Home();

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path database() const { return folder_ / "relais.db"; }
  std::filesystem::path keys() const { return folder_ / "keys"; }

 private:
  Home(std::filesystem::path folder, int lock);
  std::filesystem::path folder_;
  int lock_;
};

/// Who may read what write_file_durably() leaves; nobody else may write it.
inline constexpr mode_t mode_private = 0600;
inline constexpr mode_t mode_public = 0644;

/// Makes the file, or what is there, its owner's alone, whatever the umask: for
/// libraries that open files themselves. Does not open a file that is there,
/// for closing it would end the locks that this process holds on it. What
/// cannot be done here, the library reports.
void keep_private(const std::filesystem::path& path);

/// After this returns, a power cut leaves the new content; before, the old or
/// none: a temporary file beside it, synced, renamed, and the folder synced.
Result<> write_file_durably(const std::filesystem::path& path,
                            std::string_view bytes, mode_t mode);
/// The second half, for a file that something else wrote under `temporary`.
Result<> publish_file(const std::filesystem::path& temporary,
                      const std::filesystem::path& path);
/// After this a power cut leaves every name that was made, changed or removed
/// in this folder as it is now.
Result<> sync_folder(const std::filesystem::path& folder);
/// Fails with not_found, or over_limit when there are more bytes.
Result<Bytes> read_file(const std::filesystem::path& path,
                        std::size_t bytes_max);

}  // namespace relais::sync
