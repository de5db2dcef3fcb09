#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "sync/result.h"

namespace relais::sync {

/// HOME/control.sock.
std::string control_socket(const std::string& home);

/// The address of a Unix socket, however long its path is: the system takes
/// 107 bytes, so the folder is opened and named by its descriptor. Lives until
/// bind or connect is done.
class SocketPath {
 public:
  /// not_found when the folder is not there; denied when it may not be
  /// entered.
  static Result<SocketPath> open(const std::string& path);
  ~SocketPath();
  SocketPath(SocketPath&& other) noexcept;
  SocketPath& operator=(SocketPath&&) = delete;

  const sockaddr_un& address() const { return address_; }
  /// The same as a path.
  const char* name() const { return address_.sun_path; }

 private:
  SocketPath() = default;

  int folder_ = -1;
  sockaddr_un address_{};
};

}  // namespace relais::sync
