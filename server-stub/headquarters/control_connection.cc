#include "server-stub/headquarters/control_connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "server-stub/headquarters/limits.h"
#include "sync/journal/wire.h"
#include "sync/text/sentence.h"

namespace relais::server {
ControlServer::Connection::Connection(int socket, RunCall run)
    : socket_(socket), run_(std::move(run)) {
  thread_ = std::thread([this] {
    serve();
    // Whoever sent what cannot be read is not left waiting.
    ::shutdown(socket_, SHUT_RDWR);
    ended_ = true;
  });
}

ControlServer::Connection::~Connection() {
  if (thread_.joinable()) thread_.join();
  ::close(socket_);
}

void ControlServer::Connection::hang_up() {
  ::shutdown(socket_, SHUT_RD);
}

void ControlServer::Connection::serve() {
  for (;;) {
    proto::ClientMessage message;
    if (!read_message(message) || !message.has_request()) return;
    if (!answer(message.request())) return;
  }
}

/// False: the connection is of no more use.
bool ControlServer::Connection::answer(const proto::Request& request) {
  input_.clear();
  proto::Reply reply;
  auto read = request.input() ? read_input() : Result<>();
  if (read) {
    ControlCall call;
    call.request = &request;
    call.input = this;
    call.output = this;
    call.stopped = [this] { return gone(); };
    *reply.mutable_end() = run_(call);
  } else {
    reply.mutable_end()->set_exit_code(sync::exit_code(read.error().code));
    *reply.mutable_end()->add_sentence() = sync::to_proto(read.error().what);
  }
  send(reply);
  return read.has_value() && !broken_;
}

bool ControlServer::Connection::read_message(proto::ClientMessage& message) {
  std::array<char, 64 * 1024> block{};
  for (;;) {
    auto bytes = unframer_.next();
    if (!bytes) return false;
    if (*bytes) return sync::parse(**bytes, message);
    const ssize_t size = ::recv(socket_, block.data(), block.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    unframer_.add({block.data(), static_cast<std::size_t>(size)});
  }
}

/// All of it, before the command begins: whoever types slowly, types to us.
Result<> ControlServer::Connection::read_input() {
  std::size_t size = 0;
  for (;;) {
    proto::ClientMessage message;
    if (!read_message(message) || !message.has_input()) {
      return sync::fail(sync::Errc::cancelled, "Interrupted.");
    }
    proto::Input& input = *message.mutable_input();
    if (input.bytes().empty() && !input.last()) return {};
    size += input.bytes().size();
    if (size > limits::control_input_bytes_max) {
      return sync::fail(sync::Errc::over_limit,
                        "More than {0} bytes came in: give fewer files at once",
                        {std::to_string(limits::control_input_bytes_max)});
    }
    input_.push_back(std::move(input));
  }
}

Result<std::optional<proto::Input>> ControlServer::Connection::next() {
  if (input_.empty()) return std::optional<proto::Input>();
  std::optional<proto::Input> input = std::move(input_.front());
  input_.pop_front();
  return input;
}

void ControlServer::Connection::send(const proto::Reply& reply) {
  auto framed = sync::frame(reply);
  if (!framed) return;
  std::string_view left = *framed;
  std::chrono::seconds waited{0};
  while (!left.empty() && !broken_) {
    const ssize_t sent =
        ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      left.remove_prefix(static_cast<std::size_t>(sent));
      waited = std::chrono::seconds{0};
    } else if (errno == EAGAIN) {
      pollfd caller{socket_, POLLOUT, 0};
      if (::poll(&caller, 1, 1000) == 0) ++waited;
      broken_ = waited >
                (ending_ ? limits::caller_waits_at_end : limits::caller_waits);
    } else if (errno != EINTR) {
      broken_ = true;
    }
  }
}

bool ControlServer::Connection::gone() const {
  pollfd caller{socket_, POLLRDHUP, 0};
  if (broken_) return true;
  return ::poll(&caller, 1, 0) > 0 && (caller.revents & (POLLHUP | POLLERR));
}

void ControlServer::Connection::row(std::string json) {
  proto::Reply reply;
  reply.set_json(std::move(json));
  send(reply);
}

void ControlServer::Connection::note(const sync::Sentence& note) {
  proto::Reply reply;
  *reply.mutable_note() = sync::to_proto(note);
  send(reply);
}

void ControlServer::Connection::rejected(const proto::Rejected& rejected) {
  proto::Reply reply;
  *reply.mutable_rejected() = rejected;
  send(reply);
}

/// Nobody waits for it: a caller that is slow hears of less.
void ControlServer::Connection::progress(const sync::Sentence& progress) {
  pollfd caller{socket_, POLLOUT, 0};
  if (::poll(&caller, 1, 0) <= 0 || (caller.revents & POLLOUT) == 0) return;
  proto::Reply reply;
  *reply.mutable_progress() = sync::to_proto(progress);
  send(reply);
}

void ControlServer::Connection::data(std::string_view bytes) {
  while (!bytes.empty()) {
    proto::Reply reply;
    reply.set_data(std::string(bytes.substr(0, sync::control_piece_bytes)));
    bytes.remove_prefix(reply.data().size());
    send(reply);
  }
}

}  // namespace relais::server
