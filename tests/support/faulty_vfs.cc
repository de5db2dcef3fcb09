#include "tests/support/faulty_vfs.h"

#include <sqlite3.h>
#include <string.h>

#include <algorithm>
#include <atomic>

#include "sync/check.h"

namespace relais::test {
namespace {

constexpr std::size_t sector_bytes = 512;

FaultyVfs& disk_of(sqlite3_vfs* vfs) {
  return *static_cast<FaultyVfs*>(vfs->pAppData);
}

/// An open file; that of the VFS below stands behind it in memory.
struct ShimFile {
  sqlite3_file base;
  FaultyVfs* disk;
  std::string* path;  ///< null: a temporary file, which no cut leaves

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

ShimFile& shim(sqlite3_file* file) {
  return *reinterpret_cast<ShimFile*>(file);
}

std::int64_t size_of(ShimFile& file) {
  sqlite3_int64 size = 0;
  auto* real = file.real();
  CHECK(real->pMethods->xFileSize(real, &size) == SQLITE_OK);
  return size;
}

std::string bytes_at(ShimFile& file, std::int64_t offset, std::int64_t size) {
  std::string bytes(static_cast<std::size_t>(std::max<std::int64_t>(size, 0)),
                    '\0');
  auto* real = file.real();
  int code = real->pMethods->xRead(real, bytes.data(),
                                   static_cast<int>(bytes.size()), offset);
  CHECK(code == SQLITE_OK);
  return bytes;
}

void note(ShimFile& file, FaultyVfs::Write write) {
  if (file.path != nullptr) {
    file.disk->log_of(*file.path).push_back(std::move(write));
  }
}

int close_file(sqlite3_file* base) {
  ShimFile& file = shim(base);
  delete file.path;
  return file.real()->pMethods->xClose(file.real());
}

int read_file(sqlite3_file* base, void* to, int size, sqlite3_int64 offset) {
  ShimFile& file = shim(base);
  if (int code = file.disk->next_read(); code != SQLITE_OK) return code;
  return file.real()->pMethods->xRead(file.real(), to, size, offset);
}

int do_write(ShimFile& file, const void* from, int size, std::int64_t offset) {
  FaultyVfs::Write write;
  write.offset = offset;
  write.size_before = size_of(file);
  write.before = bytes_at(
      file, offset, std::min<std::int64_t>(size, write.size_before - offset));
  write.after.assign(static_cast<const char*>(from),
                     static_cast<std::size_t>(size));
  write.size_after = std::max(write.size_before, offset + size);
  note(file, std::move(write));
  return file.real()->pMethods->xWrite(file.real(), from, size, offset);
}

int write_file(sqlite3_file* base, const void* from, int size,
               sqlite3_int64 offset) {
  ShimFile& file = shim(base);
  int code = file.disk->next_operation();
  if (code == SQLITE_OK) return do_write(file, from, size, offset);
  if (file.disk->is_torn()) do_write(file, from, size / 2, offset);
  return code;
}

int truncate_file(sqlite3_file* base, sqlite3_int64 size) {
  ShimFile& file = shim(base);
  if (int code = file.disk->next_operation(); code != SQLITE_OK) return code;
  FaultyVfs::Write write;
  write.offset = size;
  write.size_before = size_of(file);
  write.size_after = size;
  write.before = bytes_at(file, size, write.size_before - size);
  note(file, std::move(write));
  return file.real()->pMethods->xTruncate(file.real(), size);
}

int sync_file(sqlite3_file* base, int) {
  ShimFile& file = shim(base);
  if (int code = file.disk->next_sync(); code != SQLITE_OK) {
    return code == SQLITE_FULL ? code : SQLITE_IOERR_FSYNC;
  }
  // The log is the disk here; a real sync would only make the test slow.
  const bool kept = file.path != nullptr && !file.disk->lies();
  if (kept) file.disk->log_of(*file.path).clear();
  return SQLITE_OK;
}

int file_size(sqlite3_file* base, sqlite3_int64* size) {
  auto* real = shim(base).real();
  return real->pMethods->xFileSize(real, size);
}

int lock_file(sqlite3_file* base, int level) {
  auto* real = shim(base).real();
  return real->pMethods->xLock(real, level);
}

int unlock_file(sqlite3_file* base, int level) {
  auto* real = shim(base).real();
  return real->pMethods->xUnlock(real, level);
}

int check_lock(sqlite3_file* base, int* locked) {
  auto* real = shim(base).real();
  return real->pMethods->xCheckReservedLock(real, locked);
}

int control_file(sqlite3_file* base, int operation, void* argument) {
  auto* real = shim(base).real();
  // A size given in advance would grow the file behind our back.
  if (operation == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;
  return real->pMethods->xFileControl(real, operation, argument);
}

int sector_size(sqlite3_file*) {
  return sector_bytes;
}

/// Nothing is atomic and nothing ordered: the worst disk.
int characteristics(sqlite3_file*) {
  return 0;
}

constexpr sqlite3_io_methods methods = {1,
                                        close_file,
                                        read_file,
                                        write_file,
                                        truncate_file,
                                        sync_file,
                                        file_size,
                                        lock_file,
                                        unlock_file,
                                        check_lock,
                                        control_file,
                                        sector_size,
                                        characteristics,
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr,
                                        nullptr};

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* base, int flags,
              int* out) {
  ShimFile& file = shim(base);
  file.base.pMethods = nullptr;
  FaultyVfs& disk = disk_of(vfs);
  sqlite3_vfs* below = disk.below();
  int there = 1;
  if (path != nullptr) {
    below->xAccess(below, path, SQLITE_ACCESS_EXISTS, &there);
  }
  if (there == 0 && (flags & SQLITE_OPEN_CREATE) != 0) {
    int code = disk.next_operation();
    if (code != SQLITE_OK) return code == SQLITE_FULL ? code : SQLITE_CANTOPEN;
  }
  if (!disk.has_power()) return SQLITE_CANTOPEN;
  int code = below->xOpen(below, path, file.real(), flags, out);
  if (code != SQLITE_OK) return code;
  file.disk = &disk;
  file.path = path == nullptr ? nullptr : new std::string(path);
  file.base.pMethods = &methods;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int) {
  FaultyVfs& disk = disk_of(vfs);
  int code = disk.next_operation();
  if (code != SQLITE_OK) {
    return code == SQLITE_FULL ? code : SQLITE_IOERR_DELETE;
  }
  disk.forget(path);
  return disk.below()->xDelete(disk.below(), path, 0);
}

int access_file(sqlite3_vfs* vfs, const char* path, int how, int* answer) {
  sqlite3_vfs* below = disk_of(vfs).below();
  return below->xAccess(below, path, how, answer);
}

int full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
  sqlite3_vfs* below = disk_of(vfs).below();
  return below->xFullPathname(below, path, size, out);
}

/// A file of the VFS below, to be set to what the power cut left of it.
class Remains {
 public:
  Remains(sqlite3_vfs* vfs, const std::string& path)
      : memory_(static_cast<std::size_t>(vfs->szOsFile)) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB;
    CHECK(vfs->xOpen(vfs, path.c_str(), file(), flags, &flags) == SQLITE_OK);
  }
  Remains(const Remains&) = delete;
  Remains& operator=(const Remains&) = delete;
  ~Remains() { file()->pMethods->xClose(file()); }

  void do_again(const FaultyVfs::Write& write, std::size_t bytes) {
    put(write.after.data(), bytes, write.offset);
    if (write.size_after < write.size_before) cut(write.size_after);
  }
  void undo(const FaultyVfs::Write& write) {
    put(write.before.data(), write.before.size(), write.offset);
    cut(write.size_before);
  }

 private:
  sqlite3_file* file() {
    return reinterpret_cast<sqlite3_file*>(memory_.data());
  }
  void put(const char* bytes, std::size_t count, std::int64_t offset) {
    if (count == 0) return;
    CHECK(file()->pMethods->xWrite(file(), bytes, static_cast<int>(count),
                                   offset) == SQLITE_OK);
  }
  /// Or grown with zeroes.
  void cut(std::int64_t size) {
    sqlite3_int64 now = 0;
    CHECK(file()->pMethods->xFileSize(file(), &now) == SQLITE_OK);
    if (now < size) put("", 1, size - 1);
    CHECK(file()->pMethods->xTruncate(file(), size) == SQLITE_OK);
  }

  std::vector<char> memory_;
};

}  // namespace

FaultyVfs::FaultyVfs(std::uint64_t seed, const std::string& below)
    : below_((sqlite3_initialize(), sqlite3_vfs_find(below.c_str()))),
      random_(seed) {
  static std::atomic<int> count = 0;
  name_ = "faulty-" + std::to_string(++count);
  CHECK(below_ != nullptr);
  vfs_ = std::make_unique<sqlite3_vfs>(*below_);
  vfs_->iVersion = 1;
  vfs_->szOsFile += static_cast<int>(sizeof(ShimFile));
  vfs_->pNext = nullptr;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = open_file;
  vfs_->xDelete = delete_file;
  vfs_->xAccess = access_file;
  vfs_->xFullPathname = full_path;
  CHECK(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(vfs_.get());
}

void FaultyVfs::fail_at(int n, Fault fault) {
  operations_left_ = n;
  fault_ = fault;
  reached_ = false;
}

void FaultyVfs::fail_read_at(int n) {
  reads_left_ = n;
  reached_ = false;
}

int FaultyVfs::next_operation() {
  torn_ = false;
  if (!power_) return SQLITE_IOERR_WRITE;
  if (full_) return SQLITE_FULL;
  if (operations_left_ < 0 || --operations_left_ != 0) return SQLITE_OK;
  operations_left_ = -1;
  reached_ = true;
  full_ = fault_ == Fault::disk_full;
  power_ = fault_ != Fault::power;
  torn_ = fault_ == Fault::torn;
  return full_ ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

/// What is on a full disk already can still be synced there.
int FaultyVfs::next_sync() {
  return full_ && power_ ? SQLITE_OK : next_operation();
}

int FaultyVfs::next_read() {
  ++reads_;
  if (!power_) return SQLITE_IOERR_READ;
  if (reads_left_ < 0 || --reads_left_ != 0) return SQLITE_OK;
  reads_left_ = -1;
  reached_ = true;
  return SQLITE_IOERR_READ;
}

bool FaultyVfs::has(const std::string& path) const {
  int there = 0;
  below_->xAccess(below_, path.c_str(), SQLITE_ACCESS_EXISTS, &there);
  return there != 0;
}

void FaultyVfs::power_cycle(Keep keep) {
  for (auto& [path, log] : logs_) {
    if (log.empty() || !has(path)) continue;
    Remains file(below_, path);
    if (keep != Keep::all) {
      std::for_each(log.rbegin(), log.rend(),
                    [&](const Write& write) { file.undo(write); });
    }
    for (const Write& write : log) {
      if (keep != Keep::some || random_() % 2 == 0) continue;
      const bool last = &write == &log.back();
      const auto sectors = write.after.size() / sector_bytes;
      const auto kept =
          last ? random_() % (sectors + 1) * sector_bytes : write.after.size();
      file.do_again(write, kept);
    }
  }
  logs_.clear();
  operations_left_ = reads_left_ = -1;
  full_ = torn_ = lies_ = false;
  power_ = true;
}

}  // namespace relais::test
