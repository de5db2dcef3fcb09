#pragma once

#include <map>
#include <memory>
#include <string>

struct sqlite3_vfs;

namespace relais::test {

/// Files under SQLite that are kept in memory: as whole as a disk, and as
/// empty when this is gone. No locks and no shared memory: stores open
/// exclusively. Threads: one.
class MemoryFiles {
 public:
  MemoryFiles();
  MemoryFiles(const MemoryFiles&) = delete;
  MemoryFiles& operator=(const MemoryFiles&) = delete;
  ~MemoryFiles();

  const std::string& name() const { return name_; }  ///< of the VFS

  bool has(const std::string& path) const { return file_.contains(path); }
  std::size_t size(const std::string& path) const {
    const auto found = file_.find(path);
    return found == file_.end() ? 0 : found->second->size();
  }
  /// `to` becomes what `from` is, there or not. Nobody has `to` open.
  void copy(const std::string& from, const std::string& to) {
    copy(*this, from, to);
  }
  void copy(const MemoryFiles& other, const std::string& from,
            const std::string& to);

  // What follows is for open files.
  using Content = std::shared_ptr<std::string>;
  Content open(const std::string& path);
  void remove(const std::string& path) { file_.erase(path); }

 private:
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, Content> file_;
};

}  // namespace relais::test
