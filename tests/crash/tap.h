#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/crash/disk.h"

namespace relais::crash {

/// Which call fails, and how. Calls are counted from 1.
struct Fault {
  enum class Kind : std::uint8_t {
    none,
    change,  ///< a write, cut, sync, making, renaming or removal: EIO
    space,   ///< what needs more room: ENOSPC
    read,    ///< EIO
  };
  Kind kind = Kind::none;
  std::size_t call = 0;
  bool sticky = false;  ///< and every such call after it
};

/// Stands between this process and the kernel: the calls of the C library that
/// change files (libc_calls.cc) pass through here, SQLite's and our own alike,
/// whichever room they come from. Files below the watched folder stay what the
/// operating system has them; every change is written down.
///
/// Threads     One: while it watches, this process has no other.
class Tap {
 public:
  static Tap& get();

  /// From now on. `disk` is what stands below `root`.
  void watch(const std::filesystem::path& root, const Disk& disk,
             const Fault& fault = {});
  void stop() { watching_ = false; }
  bool watching() const { return watching_; }
  const std::vector<Op>& ops() const { return ops_; }
  /// A name that each file had, for reports.
  const std::map<int, std::string>& names() const { return once_; }
  std::size_t calls() const { return calls_; }  ///< of the fault's kind
  bool fault_reached() const { return reached_; }

  // -- for the C library's calls
  /// Relative to the root; nothing when it is not below it.
  std::optional<std::string> below(const char* path) const;
  /// The file's number, 0 for a folder; nothing for what is not watched.
  std::optional<int> file(int descriptor) const;
  /// 0, or the errno that the call fails with.
  int next_change(bool needs_room);
  int next_read();
  void opened(int descriptor, const std::string& path, bool is_folder);
  void closed(int descriptor) { open_.erase(descriptor); }
  void note(Op op);
  void note_sync(int descriptor, Op::Kind kind);

 private:
  struct Open {
    int file = 0;
    std::string folder;
  };
  bool hits(Fault::Kind kind);

  bool watching_ = false;
  std::string root_;
  Fault fault_;
  std::size_t calls_ = 0;
  bool reached_ = false;
  std::vector<Op> ops_;
  std::map<std::string, int> names_;
  std::map<int, std::string> once_;
  std::map<int, Open> open_;
  int next_file_ = 1;
};

}  // namespace relais::crash
