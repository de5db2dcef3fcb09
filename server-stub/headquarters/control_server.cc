#include "server-stub/headquarters/control_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "server-stub/headquarters/control_connection.h"
#include "server-stub/headquarters/limits.h"
#include "sync/control/socket_path.h"

namespace relais::server {
namespace {

using sync::Errc;
using sync::fail;

tl::unexpected<sync::Error> cannot_listen(const std::string& path) {
  return fail(Errc::busy, "Nobody can listen at {0}: {1}",
              {path, std::strerror(errno)});
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(
    const std::string& home, RunCall run) {
  const std::string path = sync::control_socket(home);
  auto place = sync::SocketPath::open(path);
  if (!place) return fail(place.error());
  const int listening =
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listening < 0) return cannot_listen(path);
  ::unlink(place->name());
  const sockaddr_un& address = place->address();
  if (::bind(listening, reinterpret_cast<const sockaddr*>(&address),
             sizeof address) != 0 ||
      ::chmod(place->name(), 0660) != 0 || ::listen(listening, 16) != 0) {
    auto failed = cannot_listen(path);
    ::close(listening);
    return failed;
  }
  const int wake = ::eventfd(0, EFD_CLOEXEC);
  if (wake < 0) {
    ::close(listening);
    return cannot_listen(path);
  }
  return std::unique_ptr<ControlServer>(
      new ControlServer(listening, wake, path, std::move(run)));
}

ControlServer::ControlServer(int listening, int wake, std::string path,
                             RunCall run)
    : listening_(listening),
      wake_(wake),
      path_(std::move(path)),
      run_(std::move(run)),
      thread_([this] { accept_all(); }) {}

ControlServer::~ControlServer() {
  stop();
  ::close(listening_);
  ::close(wake_);
}

void ControlServer::stop() {
  if (!thread_.joinable()) return;
  ::eventfd_write(wake_, 1);
  thread_.join();
}

void ControlServer::accept_all() {
  for (;;) {
    pollfd events[] = {{listening_, POLLIN, 0}, {wake_, POLLIN, 0}};
    if (::poll(events, 2, -1) < 0 && errno != EINTR) break;
    if (events[1].revents != 0) break;
    const int caller = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    forget_ended();
    if (caller < 0) continue;
    if (connections_.size() >= limits::control_connections_max) {
      ::close(caller);
      continue;
    }
    connections_.push_back(std::make_unique<Connection>(caller, run_));
  }
  if (auto place = sync::SocketPath::open(path_)) ::unlink(place->name());
  for (const auto& connection : connections_) connection->hang_up();
  connections_.clear();  // joins
}

void ControlServer::forget_ended() {
  connections_.remove_if(
      [](const auto& connection) { return connection->ended(); });
}

}  // namespace relais::server
