#include "client/control/control_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "client/control/connection.h"
#include "sync/check.h"
#include "sync/control/reason.h"
#include "sync/control/socket_path.h"

namespace relais::client {
namespace {

namespace asio = boost::asio;
using sync::Errc;
using sync::fail;
using Acceptor = asio::local::stream_protocol::acceptor;

constexpr mode_t socket_mode = 0660;
constexpr std::chrono::milliseconds accept_again_after{100};

void never_throws(std::exception_ptr thrown) {
  CHECK(thrown == nullptr);
}

class Server final : public ControlServer {
 public:
  Server(asio::io_context& loop, std::string path, ControlHandler handler)
      : path_(std::move(path)),
        handler_(std::move(handler)),
        acceptor_(std::make_shared<Acceptor>(loop)) {}
  ~Server() override { stop(); }

  Result<> listen();
  void serve();
  void stop() override;

 private:
  using Callers = std::vector<std::weak_ptr<Connection>>;

  static asio::awaitable<void> accept(std::shared_ptr<Acceptor> acceptor,
                                      std::shared_ptr<Callers> callers,
                                      ControlHandler handler);

  std::string path_;
  ControlHandler handler_;
  std::shared_ptr<Acceptor> acceptor_;
  std::shared_ptr<Callers> callers_ = std::make_shared<Callers>();
  bool listening_ = false;
};

tl::unexpected<sync::Error> cannot_listen(const std::string& path, int error) {
  return fail(Errc::busy, "{0} cannot be opened: {1}.",
              {path, sync::system_reason(error)});
}

bool somebody_listens(const sync::SocketPath& path) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  const sockaddr_un& address = path.address();
  const int connected = ::connect(
      probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::close(probe);
  return connected == 0;
}

Result<> Server::listen() {
  auto path = sync::SocketPath::open(path_);
  if (!path) return fail(path.error());
  if (somebody_listens(*path)) {
    return fail(Errc::busy, "Another daemon answers at {0} already.", {path_});
  }
  struct stat found {};
  if (::lstat(path->name(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) return cannot_listen(path_, ENOTSOCK);
    ::unlink(path->name());
  }
  const int made =
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0) return cannot_listen(path_, errno);
  // Before bind, so that there is no moment with another mode; after it,
  // because the umask took away.
  const sockaddr_un& address = path->address();
  if (::fchmod(made, socket_mode) != 0 ||
      ::bind(made, reinterpret_cast<const sockaddr*>(&address),
             sizeof address) != 0 ||
      ::chmod(path->name(), socket_mode) != 0 ||
      ::listen(made, SOMAXCONN) != 0) {
    const int error = errno;
    ::close(made);
    return cannot_listen(path_, error);
  }
  acceptor_->assign(asio::local::stream_protocol(), made);
  listening_ = true;
  return {};
}

void Server::serve() {
  asio::co_spawn(acceptor_->get_executor(),
                 accept(acceptor_, callers_, handler_), never_throws);
}

asio::awaitable<void> Server::accept(std::shared_ptr<Acceptor> acceptor,
                                     std::shared_ptr<Callers> callers,
                                     ControlHandler handler) {
  while (acceptor->is_open()) {
    auto [error, socket] = co_await acceptor->async_accept(as_values);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // A passing failure (no descriptor left) must not end the service, nor
      // turn the loop without end.
      asio::steady_timer pause(acceptor->get_executor(), accept_again_after);
      co_await pause.async_wait(as_values);
      continue;
    }
    std::erase_if(*callers, [](const auto& one) { return one.expired(); });
    ucred peer{};
    socklen_t size = sizeof peer;
    const int known = ::getsockopt(socket.native_handle(), SOL_SOCKET,
                                   SO_PEERCRED, &peer, &size);
    if (known != 0 || callers->size() >= callers_max) continue;
    auto caller =
        std::make_shared<Connection>(std::move(socket), peer.uid, handler);
    callers->push_back(caller);
    asio::co_spawn(acceptor->get_executor(), Connection::run(caller),
                   never_throws);
  }
}

void Server::stop() {
  if (!listening_) return;
  listening_ = false;
  boost::system::error_code ignored;
  acceptor_->close(ignored);
  ::unlink(path_.c_str());
  for (const auto& one : *callers_) {
    if (const auto caller = one.lock()) caller->hang_up();
  }
  callers_->clear();
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(
    asio::io_context& loop, const std::string& path, ControlHandler handler) {
  auto server = std::make_unique<Server>(loop, path, std::move(handler));
  if (auto listening = server->listen(); !listening) {
    return fail(listening.error());
  }
  server->serve();
  return server;
}

}  // namespace relais::client
