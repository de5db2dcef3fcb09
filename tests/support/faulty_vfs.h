#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace relais::test {

/// A disk under SQLite that fails when told to and forgets, when the power is
/// cut, what was not synced. Wraps the operating system's files, so that any
/// program can look at them, or those of another VFS; makes no shared memory:
/// stores open exclusively.
///
///   FaultyVfs disk(seed);
///   disk.fail_at(n, FaultyVfs::Fault::power);   // the n-th operation
///   { auto store = open(path, disk.name()); ... }
///   disk.power_cycle(FaultyVfs::Keep::some);    // every store is closed
class FaultyVfs {
 public:
  explicit FaultyVfs(std::uint64_t seed = 0, const std::string& below = "unix");
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;
  ~FaultyVfs();

  const std::string& name() const { return name_; }

  enum class Fault {
    io_error,   ///< that operation fails, and no other
    disk_full,  ///< that one and all writes after it, until free_space()
    torn,       ///< a write that leaves its first half, then fails
    power,      ///< nothing works any more, until power_cycle()
  };
  /// The n-th of the writes, cuts, syncs, makings and removals of files from
  /// now on.
  void fail_at(int n, Fault fault);
  /// The n-th read from now on.
  void fail_read_at(int n);
  /// From now on a sync only says that it is done; the power cut tells.
  void lie() { lies_ = true; }
  bool lies() const { return lies_; }
  bool fault_reached() const { return reached_; }
  void free_space() { full_ = false; }
  int reads() const { return reads_; }  ///< so far

  enum class Keep {
    none,  ///< of what was not synced
    all,
    some,  ///< any of the writes since, the last of them torn at a sector
  };
  /// After all files are closed: they are as a disk has them after the cut.
  void power_cycle(Keep keep);

  // What follows is for the files of this disk.
  struct Write {  ///< Enough to undo it and to do it again.
    std::int64_t offset = 0;
    std::string before, after;
    std::int64_t size_before = 0, size_after = 0;
  };
  using Log = std::vector<Write>;

  /// SQLITE_OK, or what the next operation fails with.
  int next_operation();
  int next_sync();
  int next_read();
  bool is_torn() const { return torn_; }
  bool has_power() const { return power_; }
  Log& log_of(const std::string& path) { return logs_[path]; }
  void forget(const std::string& path) { logs_.erase(path); }
  sqlite3_vfs* below() const { return below_; }

 private:
  bool has(const std::string& path) const;

  std::string name_;
  sqlite3_vfs* below_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::mt19937_64 random_;
  std::map<std::string, Log> logs_;
  int operations_left_ = -1, reads_left_ = -1, reads_ = 0;
  Fault fault_ = Fault::io_error;
  bool reached_ = false, full_ = false, torn_ = false, power_ = true;
  bool lies_ = false;
};

}  // namespace relais::test
