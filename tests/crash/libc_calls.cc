// The C library's calls that change files, as this program and the libraries
// under it find them first: SQLite's own code and ours run unchanged above.
// Each asks the Tap whether it fails, does what the kernel would, and writes
// it down. A road past these would show: what was written down must give the
// very files that are there (points.cc).
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>

#include "tests/crash/tap.h"

namespace {

using relais::crash::Op;
using relais::crash::Tap;

int failing(int error) {
  errno = error;
  return -1;
}

int call(long result) {
  return static_cast<int>(result);
}

int raw_open(const char* path, int flags, mode_t mode) {
  return call(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

bool is_folder(int descriptor) {
  struct stat about {};
  return ::fstat(descriptor, &about) == 0 && S_ISDIR(about.st_mode);
}

off_t size_of(int descriptor) {
  struct stat about {};
  return ::fstat(descriptor, &about) == 0 ? about.st_size : 0;
}

int do_open(const char* path, int flags, mode_t mode) {
  Tap& tap = Tap::get();
  const auto name = tap.below(path);
  if (!name) return raw_open(path, flags, mode);
  const bool makes =
      (flags & O_CREAT) != 0 && ::syscall(SYS_access, path, F_OK) != 0;
  if (makes) {
    if (const int error = tap.next_change(true)) return failing(error);
  }
  const int descriptor = raw_open(path, flags, mode);
  if (descriptor < 0) return descriptor;
  if (makes) {
    Op op;
    op.kind = Op::Kind::make_file;
    op.path = *name;
    tap.note(op);
  }
  tap.opened(descriptor, *name, is_folder(descriptor));
  return descriptor;
}

mode_t mode_of(int flags, std::va_list& rest) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
}

/// `offset`: -1 for where the descriptor stands.
ssize_t do_write(int descriptor, const void* from, std::size_t size,
                 off_t offset) {
  Tap& tap = Tap::get();
  const auto file = tap.file(descriptor);
  if (file) {
    off_t at = offset;
    if (at < 0) {
      const int flags = call(::syscall(SYS_fcntl, descriptor, F_GETFL));
      at = (flags & O_APPEND) != 0 ? size_of(descriptor)
                                   : ::lseek(descriptor, 0, SEEK_CUR);
    }
    const bool grows = at + static_cast<off_t>(size) > size_of(descriptor);
    if (const int error = tap.next_change(grows)) return failing(error);
    Op op;
    op.kind = Op::Kind::write;
    op.file = *file;
    op.offset = at;
    op.bytes.assign(static_cast<const char*>(from), size);
    tap.note(op);
  }
  if (offset < 0) return ::syscall(SYS_write, descriptor, from, size);
  return ::syscall(SYS_pwrite64, descriptor, from, size, offset);
}

int do_cut(int descriptor, off_t size) {
  Tap& tap = Tap::get();
  if (const auto file = tap.file(descriptor)) {
    if (const int error = tap.next_change(false)) return failing(error);
    Op op;
    op.kind = Op::Kind::cut;
    op.file = *file;
    op.offset = size;
    tap.note(op);
  }
  return call(::syscall(SYS_ftruncate, descriptor, size));
}

/// What is watched needs no real disk: the list is the disk.
int do_sync(int descriptor, long number) {
  Tap& tap = Tap::get();
  if (!tap.file(descriptor)) return call(::syscall(number, descriptor));
  if (const int error = tap.next_change(false)) {
    tap.note_sync(descriptor, Op::Kind::failed_sync);
    return failing(error);
  }
  tap.note_sync(descriptor, Op::Kind::sync);
  return 0;
}

int do_remove(const char* path, int flags) {
  Tap& tap = Tap::get();
  const auto name = tap.below(path);
  const bool there = name && ::syscall(SYS_access, path, F_OK) == 0;
  if (there) {
    if (const int error = tap.next_change(false)) return failing(error);
  }
  const int done = call(::syscall(SYS_unlinkat, AT_FDCWD, path, flags));
  if (there && done == 0) {
    Op op;
    op.kind = Op::Kind::remove;
    op.path = *name;
    tap.note(op);
  }
  return done;
}

ssize_t do_read(int descriptor, void* to, std::size_t size, off_t offset) {
  Tap& tap = Tap::get();
  if (tap.file(descriptor)) {
    if (const int error = tap.next_read()) return failing(error);
  }
  if (offset < 0) return ::syscall(SYS_read, descriptor, to, size);
  return ::syscall(SYS_pread64, descriptor, to, size, offset);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return do_open(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return do_open(path, flags, mode);
}

int mkostemp(char* pattern, int flags) {
  constexpr int tries_max = 100;
  char* tail = pattern + std::char_traits<char>::length(pattern) - 6;
  for (int tries = 0; tries < tries_max; ++tries) {
    static unsigned names = 0;
    unsigned rest = ++names;
    for (int i = 0; i < 6; ++i, rest /= 26) {
      tail[i] = static_cast<char>('a' + rest % 26);
    }
    const int made = do_open(pattern, flags | O_RDWR | O_CREAT | O_EXCL, 0600);
    if (made >= 0 || errno != EEXIST) return made;
  }
  return failing(EEXIST);
}

int close(int descriptor) {
  Tap::get().closed(descriptor);
  return call(::syscall(SYS_close, descriptor));
}

ssize_t write(int descriptor, const void* from, std::size_t size) {
  return do_write(descriptor, from, size, -1);
}

ssize_t pwrite(int descriptor, const void* from, std::size_t size,
               off_t offset) {
  return do_write(descriptor, from, size, offset);
}

ssize_t pwrite64(int descriptor, const void* from, std::size_t size,
                 off64_t offset) {
  return do_write(descriptor, from, size, offset);
}

ssize_t read(int descriptor, void* to, std::size_t size) {
  return do_read(descriptor, to, size, -1);
}

ssize_t pread(int descriptor, void* to, std::size_t size, off_t offset) {
  return do_read(descriptor, to, size, offset);
}

ssize_t pread64(int descriptor, void* to, std::size_t size, off64_t offset) {
  return do_read(descriptor, to, size, offset);
}

int ftruncate(int descriptor, off_t size) noexcept {
  return do_cut(descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) noexcept {
  return do_cut(descriptor, size);
}

int fsync(int descriptor) {
  return do_sync(descriptor, SYS_fsync);
}

int fdatasync(int descriptor) {
  return do_sync(descriptor, SYS_fdatasync);
}

int rename(const char* from, const char* to) noexcept {
  Tap& tap = Tap::get();
  const auto name = tap.below(from);
  if (name) {
    if (const int error = tap.next_change(false)) return failing(error);
  }
  const int done = call(::syscall(SYS_rename, from, to));
  if (name && done == 0) {
    Op op;
    op.kind = Op::Kind::rename;
    op.path = *name;
    op.to = tap.below(to).value();
    tap.note(op);
  }
  return done;
}

int unlink(const char* path) noexcept {
  return do_remove(path, 0);
}

int rmdir(const char* path) noexcept {
  return do_remove(path, AT_REMOVEDIR);
}

int remove(const char* path) noexcept {
  const int done = do_remove(path, 0);
  if (done == 0 || errno != EISDIR) return done;
  return do_remove(path, AT_REMOVEDIR);
}

int mkdir(const char* path, mode_t mode) noexcept {
  Tap& tap = Tap::get();
  const auto name = tap.below(path);
  const bool makes = name && ::syscall(SYS_access, path, F_OK) != 0;
  if (makes) {
    if (const int error = tap.next_change(true)) return failing(error);
  }
  const int done = call(::syscall(SYS_mkdir, path, mode));
  if (makes && done == 0) {
    Op op;
    op.kind = Op::Kind::make_folder;
    op.path = *name;
    tap.note(op);
  }
  return done;
}

}  // extern "C"
