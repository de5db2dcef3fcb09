#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace relais::crash {

/// One thing that the product asked of the file system and that changes it, or
/// makes a change lasting. Paths are relative to the disk's root; a file keeps
/// its number under every name.
struct Op {
  enum class Kind : std::uint8_t {
    make_file,
    make_folder,
    write,
    cut,  ///< to `offset` bytes
    rename,
    remove,
    sync,         ///< of a file, or of the names in the folder `path`
    failed_sync,  ///< nobody knows what it left of the file
  };
  Kind kind = Kind::write;
  int file = 0;      ///< 0: none, or a folder
  std::string path;  ///< of names and folders
  std::string to;    ///< rename
  std::int64_t offset = 0;
  std::string bytes;
};

/// "write relais.db-wal 4096+24": for reports.
std::string to_text(const Op& op, const std::map<int, std::string>& names);

/// What a disk holds.
struct Disk {
  static constexpr int folder = -1;  ///< instead of a file's number

  std::map<std::string, int> names;
  std::map<int, std::string> content;
  bool operator==(const Disk&) const = default;
};

/// Reads what stands below `root`; numbers start at 1. What SQLite shares
/// between connections (-shm) is rebuilt at every start and passed over.
Disk read_disk(const std::filesystem::path& root);
/// Makes `root` hold exactly this.
void write_disk(const Disk& disk, const std::filesystem::path& root);
/// Equal disks have equal sums.
std::uint64_t sum_of(const Disk& disk);
void apply(const Op& op, Disk& disk);

}  // namespace relais::crash
