#include "client/cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "sync/control/reason.h"

namespace relais::cli {
namespace {

using sync::Errc;
using sync::fail;

tl::unexpected<sync::Error> unwritable(const std::string& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return fail(full ? Errc::disk_full : Errc::invalid,
              "The file {0} cannot be written: {1}.",
              {path, sync::system_reason(error)});
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

sync::Result<OutputFile> OutputFile::open(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return unwritable(path, EISDIR);
  }
  std::string beside = path + ".XXXXXX";
  const int file = mkostemp(beside.data(), O_CLOEXEC);
  if (file < 0) return unwritable(path, errno);
  return OutputFile(path, beside, file);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      beside_(std::exchange(other.beside_, {})),
      file_(std::exchange(other.file_, -1)) {}

OutputFile::~OutputFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(beside_.c_str());
}

sync::Result<> OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unwritable(path_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

sync::Result<> OutputFile::keep() {
  // Readable as any file that the person makes.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  const bool written = ::fchmod(file_, 0666 & ~mask) == 0 &&
                       ::fsync(file_) == 0 &&
                       std::rename(beside_.c_str(), path_.c_str()) == 0;
  if (!written) return unwritable(path_, errno);
  ::close(std::exchange(file_, -1));
  const int folder = ::open(folder_of(path_).c_str(), O_RDONLY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

}  // namespace relais::cli
