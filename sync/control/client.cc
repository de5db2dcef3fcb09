#include "sync/control/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "sync/control/reason.h"
#include "sync/control/socket_path.h"

namespace relais::sync {
namespace {

constexpr std::chrono::milliseconds look_again{50};

tl::unexpected<Error> cannot_connect(const Daemon& daemon, int error) {
  const std::string socket = control_socket(daemon.home);
  if (error == EACCES || error == EPERM) {
    return fail(Errc::denied,
                "{0} is not open to you. Ask the administrator to put you in "
                "the group that owns it.",
                {socket});
  }
  if (error == ENOENT || error == ECONNREFUSED || error == ENOTDIR) {
    return fail(Errc::busy,
                "{0} is not running for {1}. Start it with: {0} --home {1} "
                "(or: systemctl start {0}).",
                {daemon.program, daemon.home});
  }
  return fail(Errc::busy, "{0} cannot be reached: {1}.",
              {socket, system_reason(error)});
}

tl::unexpected<Error> went_away() {
  return fail(Errc::wire_format,
              "The daemon went away before it had answered. What it called "
              "saved is saved; ask again.");
}

tl::unexpected<Error> interrupted() {
  return fail(Errc::cancelled, "Interrupted.");
}

}  // namespace

Result<ControlClient> ControlClient::connect(
    const Daemon& daemon, std::chrono::milliseconds patience) {
  for (std::chrono::milliseconds waited(0);; waited += look_again) {
    auto client = connect_once(daemon);
    const bool final = client || client.error().code != Errc::busy;
    if (final || waited >= patience) return client;
    ::poll(nullptr, 0, static_cast<int>(look_again.count()));
  }
}

Result<ControlClient> ControlClient::connect_once(const Daemon& daemon) {
  auto path = SocketPath::open(control_socket(daemon.home));
  if (!path) {
    const bool closed = path.error().code == Errc::denied;
    return cannot_connect(daemon, closed ? EACCES : ENOENT);
  }
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) return cannot_connect(daemon, errno);
  ControlClient client(made);
  const sockaddr_un& address = path->address();
  if (::connect(made, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) != 0) {
    return cannot_connect(daemon, errno);
  }
  return client;
}

ControlClient::~ControlClient() {
  if (socket_ >= 0) ::close(socket_);
}

ControlClient::ControlClient(ControlClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      stopped_(std::move(other.stopped_)),
      how_(other.how_),
      leaving_(other.leaving_),
      unsent_(std::move(other.unsent_)),
      sent_(other.sent_),
      input_ended_(other.input_ended_),
      closed_(other.closed_),
      replies_(std::move(other.replies_)) {}

bool ControlClient::stop() {
  if (!stopped_ || !stopped_()) return false;
  if (how_ == Stop::at_once) return true;
  if (leaving_) return false;
  leaving_ = true;
  unsent_.clear();
  sent_ = 0;
  input_ended_ = true;
  ::shutdown(socket_, SHUT_WR);
  return false;
}

Result<> ControlClient::wait(bool to_write) {
  pollfd waiting{socket_, POLLIN, 0};
  if (to_write) waiting.events |= POLLOUT;
  while (::poll(&waiting, 1, -1) < 0) {
    if (errno != EINTR) return went_away();
    if (stop()) return interrupted();
  }
  if ((waiting.revents & POLLOUT) != 0) {
    if (auto written = write_some(); !written) return written;
  }
  if ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
    return read_some();
  }
  return {};
}

Result<> ControlClient::write_some() {
  const ssize_t count =
      ::send(socket_, unsent_.data() + sent_, unsent_.size() - sent_,
             MSG_NOSIGNAL | MSG_DONTWAIT);
  // A daemon that closed may have said why: that is read, not lost here.
  if (count < 0 && errno == EPIPE) {
    unsent_.clear();
    sent_ = 0;
    input_ended_ = true;
    return {};
  }
  if (count < 0 && errno != EAGAIN && errno != EINTR) return went_away();
  if (count > 0) sent_ += static_cast<std::size_t>(count);
  if (sent_ == unsent_.size()) {
    unsent_.clear();
    sent_ = 0;
  }
  return {};
}

Result<> ControlClient::read_some() {
  char buffer[control_piece_bytes];
  const ssize_t count = ::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (count <= 0) {
    closed_ = true;
    return {};
  }
  replies_.add({buffer, static_cast<std::size_t>(count)});
  return {};
}

Result<> ControlClient::pull_input(const InputSource& input) {
  auto piece = input();
  if (!piece) return fail(piece.error());
  proto::ClientMessage message;
  proto::Input& sent = *message.mutable_input();
  if (*piece) {
    sent = **std::move(piece);
  } else {
    input_ended_ = true;
  }
  auto framed = frame(message);
  if (!framed) return fail(framed.error());
  unsent_ += *framed;
  return {};
}

Result<proto::End> ControlClient::ask(const proto::Request& request,
                                      const InputSource& input,
                                      const OnReply& on_reply) {
  proto::ClientMessage message;
  *message.mutable_request() = request;
  message.mutable_request()->set_input(input != nullptr);
  auto framed = frame(message);
  if (!framed) return fail(framed.error());
  unsent_ = *std::move(framed);
  sent_ = 0;
  input_ended_ = input == nullptr;
  while (true) {
    auto bytes = replies_.next();
    if (!bytes) return fail(bytes.error());
    if (*bytes) {
      proto::Reply reply;
      if (!reply.ParseFromString(**bytes)) return went_away();
      if (reply.has_end()) return reply.end();
      if (auto taken = on_reply(reply); !taken) return fail(taken.error());
      continue;
    }
    if (closed_) return went_away();
    if (stop()) return interrupted();
    if (unsent_.empty() && !input_ended_) {
      if (auto pulled = pull_input(input); !pulled) {
        return fail(pulled.error());
      }
    }
    if (auto moved = wait(!unsent_.empty()); !moved) {
      return fail(moved.error());
    }
  }
}

}  // namespace relais::sync
