#include "sync/store/home.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string>
#include <system_error>
#include <utility>

namespace relais::sync {
namespace {

constexpr mode_t folder_mode = 0700;
constexpr mode_t others = 0077;

/// A descriptor that closes itself.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }
  bool close() { return ::close(release()) == 0; }

 private:
  int descriptor_;
};

/// In no language, as the sentence around it is in one of two: "EROFS".
std::string errno_name(int error) {
  const char* name = strerrorname_np(error);
  return name == nullptr ? std::to_string(error) : name;
}

tl::unexpected<Error> failed(int error, const std::filesystem::path& path) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return fail(Errc::disk_full,
                  "The disk is full: {0} cannot be written. Free some space "
                  "and try again.",
                  {path.string()});
    case ENOENT:
    case ENOTDIR:
      return fail(Errc::not_found,
                  "There is no {0}. Check the name and try again.",
                  {path.string()});
    case EACCES:
    case EPERM:
    case EROFS:
      return fail(Errc::denied,
                  "{0} may not be read or written ({1}). Check who owns it, "
                  "or choose another folder.",
                  {path.string(), errno_name(error)});
    default:
      return fail(Errc::corrupt,
                  "The disk failed at {0} ({1}). Copy the folder to another "
                  "disk.",
                  {path.string(), errno_name(error)});
  }
}

Result<> write_all(int descriptor, std::string_view bytes,
                   const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed(errno, path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> sync_to_disk(const std::filesystem::path& path) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return failed(errno, path);
  if (::fsync(file.get()) != 0) return failed(errno, path);
  return {};
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  const auto parent = path.parent_path();
  return parent.empty() ? std::filesystem::path(".") : parent;
}

/// Only a folder that we made, or an empty one, has its rights changed.
bool is_ours(const std::filesystem::path& folder) {
  std::error_code error;
  return std::filesystem::exists(folder / "lock", error) ||
         std::filesystem::is_empty(folder, error);
}

Result<> make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder_of(folder), error);
  if (error) return failed(error.value(), folder);
  if (::mkdir(folder.c_str(), folder_mode) == 0) {
    return sync_to_disk(folder_of(folder));
  }
  if (errno != EEXIST) return failed(errno, folder);
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) return failed(errno, folder);
  if (!S_ISDIR(status.st_mode)) {
    return fail(Errc::invalid,
                "{0} is not a folder: choose another one for --home.",
                {folder.string()});
  }
  if ((status.st_mode & others) == 0) return {};
  if (is_ours(folder) && ::chmod(folder.c_str(), folder_mode) == 0) return {};
  return fail(Errc::denied,
              "Other people of this machine can look into {0}. Choose an "
              "empty folder, or run: chmod 700 {0}",
              {folder.string()});
}

std::string holder(int lock) {
  std::array<char, 16> text{};
  const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size))
                  : "?";
}

}  // namespace

Result<Home> Home::open(const std::filesystem::path& folder) {
  std::error_code error;
  const auto whole =
      std::filesystem::absolute(folder, error).lexically_normal();
  auto made = make_folder(whole);
  if (!made) return fail(made.error());

  const auto path = whole / "lock";
  File lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode_private));
  if (lock.get() < 0) return failed(errno, path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed(errno, path);
    return fail(Errc::busy,
                "Another Relais (process {0}) is running on {1}. Use that "
                "one, or stop it and try again.",
                {holder(lock.get()), whole.string()});
  }
  // For people only; the lock is the kernel's, so what stands here may be old.
  const std::string process = std::to_string(::getpid());
  if (::ftruncate(lock.get(), 0) != 0) return failed(errno, path);
  auto written = write_all(lock.get(), process, path);
  if (!written && written.error().code != Errc::disk_full) {
    return fail(written.error());
  }
  return Home(whole, lock.release());
}

Home::Home(std::filesystem::path folder, int lock)
    : folder_(std::move(folder)), lock_(lock) {}

Home::Home(Home&& other) noexcept
    : folder_(std::move(other.folder_)),
      lock_(std::exchange(other.lock_, -1)) {}

Home& Home::operator=(Home&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(lock_, other.lock_);
  return *this;
}

Home::~Home() {
  if (lock_ >= 0) ::close(lock_);
}

void keep_private(const std::filesystem::path& path) {
  const int made =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_private);
  if (made >= 0) {
    ::close(made);
  } else {
    ::chmod(path.c_str(), mode_private);
  }
}

Result<> write_file_durably(const std::filesystem::path& path,
                            std::string_view bytes, mode_t mode) {
  std::filesystem::path temporary = path;
  temporary += ".part";
  ::unlink(temporary.c_str());
  File file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (file.get() < 0) return failed(errno, path);
  auto written = write_all(file.get(), bytes, path);
  if (written && ::fchmod(file.get(), mode) != 0) written = failed(errno, path);
  if (written && !file.close()) written = failed(errno, path);
  if (written) written = publish_file(temporary, path);
  if (!written) ::unlink(temporary.c_str());
  return written;
}

Result<> publish_file(const std::filesystem::path& temporary,
                      const std::filesystem::path& path) {
  auto synced = sync_to_disk(temporary);
  if (!synced) return synced;
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return failed(errno, path);
  }
  return sync_to_disk(folder_of(path));
}

Result<> sync_folder(const std::filesystem::path& folder) {
  return sync_to_disk(folder);
}

Result<Bytes> read_file(const std::filesystem::path& path,
                        std::size_t bytes_max) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return failed(errno, path);
  Bytes bytes;
  std::array<char, 64 * 1024> block{};
  for (;;) {
    const ssize_t size = ::read(file.get(), block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failed(errno, path);
    if (size == 0) return bytes;
    bytes.append(block.data(), static_cast<std::size_t>(size));
    if (bytes.size() > bytes_max) {
      return fail(Errc::over_limit,
                  "{0} is larger than {1} bytes. Check that it is the right "
                  "file.",
                  {path.string(), std::to_string(bytes_max)});
    }
  }
}

}  // namespace relais::sync
