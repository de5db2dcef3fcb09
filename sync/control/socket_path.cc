#include "sync/control/socket_path.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "sync/control/reason.h"

namespace relais::sync {

std::string control_socket(const std::string& home) {
  return home + "/control.sock";
}

Result<SocketPath> SocketPath::open(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string folder =
      whole.has_parent_path() ? whole.parent_path().string() : ".";
  SocketPath opened;
  opened.folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (opened.folder_ < 0) {
    const bool closed = errno == EACCES;
    return fail(closed ? Errc::denied : Errc::not_found,
                "The folder {0} cannot be entered: {1}.",
                {folder, system_reason(errno)});
  }
  const std::string name = "/proc/self/fd/" + std::to_string(opened.folder_) +
                           "/" + whole.filename().string();
  if (name.size() >= sizeof opened.address_.sun_path) {
    return fail(Errc::over_limit, "The name {0} is too long for a socket.",
                {whole.filename().string()});
  }
  opened.address_.sun_family = AF_UNIX;
  name.copy(opened.address_.sun_path, name.size());
  return opened;
}

SocketPath::SocketPath(SocketPath&& other) noexcept
    : folder_(std::exchange(other.folder_, -1)), address_(other.address_) {}

SocketPath::~SocketPath() {
  if (folder_ >= 0) ::close(folder_);
}

}  // namespace relais::sync
