#include "tests/support/memory_files.h"

#include <sqlite3.h>
#include <string.h>

#include <algorithm>
#include <atomic>

#include "sync/check.h"

namespace relais::test {
namespace {

MemoryFiles& files_of(sqlite3_vfs* vfs) {
  return *static_cast<MemoryFiles*>(vfs->pAppData);
}

struct OpenFile {
  sqlite3_file base;
  MemoryFiles::Content* content;
};

std::string& content(sqlite3_file* file) {
  return **reinterpret_cast<OpenFile*>(file)->content;
}

int close_memory(sqlite3_file* file) {
  delete reinterpret_cast<OpenFile*>(file)->content;
  return SQLITE_OK;
}

int read_memory(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  const std::string& bytes = content(file);
  const auto wanted = static_cast<std::size_t>(size);
  const auto at = std::min(static_cast<std::size_t>(offset), bytes.size());
  const std::size_t there = std::min(wanted, bytes.size() - at);
  ::memcpy(to, bytes.data() + at, there);
  if (there == wanted) return SQLITE_OK;
  ::memset(static_cast<char*>(to) + there, 0, wanted - there);
  return SQLITE_IOERR_SHORT_READ;
}

int write_memory(sqlite3_file* file, const void* from, int size,
                 sqlite3_int64 offset) {
  std::string& bytes = content(file);
  const auto at = static_cast<std::size_t>(offset);
  const auto count = static_cast<std::size_t>(size);
  if (bytes.size() < at + count) bytes.resize(at + count);
  ::memcpy(bytes.data() + at, from, count);
  return SQLITE_OK;
}

int truncate_memory(sqlite3_file* file, sqlite3_int64 size) {
  content(file).resize(static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int size_of_memory(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(content(file).size());
  return SQLITE_OK;
}

int done(sqlite3_file*, int) {
  return SQLITE_OK;
}

int nobody_locks(sqlite3_file*, int* locked) {
  *locked = 0;
  return SQLITE_OK;
}

int no_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}

int sector(sqlite3_file*) {
  return 512;
}

int nothing_special(sqlite3_file*) {
  return 0;
}

constexpr sqlite3_io_methods memory_methods = {1,
                                               close_memory,
                                               read_memory,
                                               write_memory,
                                               truncate_memory,
                                               done,
                                               size_of_memory,
                                               done,
                                               done,
                                               nobody_locks,
                                               no_control,
                                               sector,
                                               nothing_special,
                                               nullptr,
                                               nullptr,
                                               nullptr,
                                               nullptr,
                                               nullptr,
                                               nullptr};

int open_memory(sqlite3_vfs* vfs, const char* path, sqlite3_file* base,
                int flags, int* out) {
  auto* file = reinterpret_cast<OpenFile*>(base);
  file->base.pMethods = nullptr;
  MemoryFiles& files = files_of(vfs);
  const bool make = (flags & SQLITE_OPEN_CREATE) != 0;
  if (path != nullptr && !make && !files.has(path)) return SQLITE_CANTOPEN;
  file->content = new MemoryFiles::Content(
      path == nullptr ? std::make_shared<std::string>() : files.open(path));
  file->base.pMethods = &memory_methods;
  if (out != nullptr) *out = flags;
  return SQLITE_OK;
}

int remove_memory(sqlite3_vfs* vfs, const char* path, int) {
  files_of(vfs).remove(path);
  return SQLITE_OK;
}

int has_memory(sqlite3_vfs* vfs, const char* path, int, int* there) {
  *there = files_of(vfs).has(path) ? 1 : 0;
  return SQLITE_OK;
}

int same_path(sqlite3_vfs*, const char* path, int size, char* out) {
  if (::strlen(path) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  ::strcpy(out, path);
  return SQLITE_OK;
}

}  // namespace

MemoryFiles::MemoryFiles() {
  static std::atomic<int> count = 0;
  name_ = "memory-" + std::to_string(++count);
  sqlite3_initialize();
  vfs_ = std::make_unique<sqlite3_vfs>(*sqlite3_vfs_find("unix"));
  vfs_->iVersion = 1;
  vfs_->szOsFile = static_cast<int>(sizeof(OpenFile));
  vfs_->pNext = nullptr;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = open_memory;
  vfs_->xDelete = remove_memory;
  vfs_->xAccess = has_memory;
  vfs_->xFullPathname = same_path;
  CHECK(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

MemoryFiles::~MemoryFiles() {
  sqlite3_vfs_unregister(vfs_.get());
}

void MemoryFiles::copy(const MemoryFiles& other, const std::string& from,
                       const std::string& to) {
  const auto found = other.file_.find(from);
  if (found == other.file_.end()) {
    file_.erase(to);
  } else {
    file_[to] = std::make_shared<std::string>(*found->second);
  }
}

MemoryFiles::Content MemoryFiles::open(const std::string& path) {
  Content& content = file_[path];
  if (!content) content = std::make_shared<std::string>();
  return content;
}

}  // namespace relais::test
