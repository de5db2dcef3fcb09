#include "server-stub/http/https_connection.h"

#include <openssl/ssl.h>

#include <chrono>
#include <sstream>
#include <string_view>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/read.hpp>

#include "server-stub/http/limits.h"
#include "server-stub/http/sockets.h"
#include "server-stub/http/tls_context.h"

namespace relais::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Failure = boost::system::error_code;

}  // namespace

/// Reaches its connection only while that is there, and in its strand.
class HttpsConnection::Answerer final : public Responder {
 public:
  explicit Answerer(const Self& connection)
      : connection_(connection), request_(connection->request_) {}

  void begin(int status, std::string content_type) override {
    in_strand([head = AnswerHead{status, std::move(content_type), {}}](
                  HttpsConnection& connection) { connection.begin(head); });
  }
  void write(std::string bytes) override {
    in_strand([bytes = std::move(bytes)](HttpsConnection& connection) mutable {
      connection.answer_.write(std::move(bytes));
    });
  }
  void end() override {
    in_strand([](HttpsConnection& connection) { connection.answer_.end(); });
  }
  void reply(int status, std::string content_type, std::string body) override {
    in_strand([head = AnswerHead{status, std::move(content_type), body.size()},
               body = std::move(body)](HttpsConnection& connection) mutable {
      if (connection.answer_.begun()) return;
      connection.begin(head);
      connection.answer_.write(std::move(body));
      connection.answer_.end();
    });
  }
  void when_sent(std::function<void(bool)> next) override {
    const Self connection = connection_.lock();
    if (connection == nullptr) return next(false);
    asio::post(connection->strand_, [connection, request = request_,
                                     next = std::move(next)]() mutable {
      if (connection->reading_ == Reading::over) return next(false);
      // Another request begins only after the answer to this one has left.
      if (connection->request_ != request) return next(true);
      if (!connection->writing_) return next(true);
      connection->when_sent_.push_back(std::move(next));
    });
  }

 private:
  template <class Act>
  void in_strand(Act act) {
    const Self connection = connection_.lock();
    if (connection == nullptr) return;
    asio::post(connection->strand_, [connection, request = request_,
                                     act = std::move(act)]() mutable {
      if (!connection->open_for(request)) return;
      act(*connection);
      connection->send();
    });
  }

  std::weak_ptr<HttpsConnection> connection_;
  std::uint64_t request_;
};

void HttpsConnection::start() {
  asio::post(strand_, [self = shared_from_this()] {
    Failure failed;
    Socket& socket = self->stream_.next_layer();
    const auto peer = socket.remote_endpoint(failed);
    if (failed) return self->close();
    std::ostringstream remote;
    remote << peer;
    self->remote_ = remote.str();
    prepare_socket(socket.native_handle());
    self->tick();
    self->stream_.async_handshake(
        asio::ssl::stream_base::server, [self](Failure refused) {
          if (refused || self->reading_ == Reading::over) return self->close();
          self->read_head();
        });
  });
}

void HttpsConnection::finish() {
  asio::post(strand_, [self = shared_from_this()] {
    self->finishing_ = true;
    Failure ignored;
    const bool between_requests =
        self->reading_ == Reading::handshake || self->reading_ == Reading::head;
    if (between_requests) self->stream_.next_layer().cancel(ignored);
  });
}

void HttpsConnection::abort() {
  asio::post(strand_, [self = shared_from_this()] { self->close(); });
}

void HttpsConnection::read_head() {
  if (finishing_) return say_goodbye();
  reading_ = Reading::head;
  last_ = false;
  answer_ = Answer();
  moved_at_ = std::chrono::steady_clock::now();
  ++request_;
  buffer_.reserve(limits::read_bytes);
  parser_.emplace();
  parser_->header_limit(limits::request_header_bytes_max);
  parser_->body_limit(boost::none);  // Handlers count: they know what is due.
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Failure failed, std::size_t) {
        self->on_head(failed);
      });
}

void HttpsConnection::on_head(Failure failed) {
  if (reading_ == Reading::over) return;
  if (failed == asio::error::operation_aborted && finishing_) {
    return say_goodbye();
  }
  if (failed == http::error::end_of_stream) return say_goodbye();
  static const auto& parsing =
      make_error_code(http::error::bad_method).category();
  if (failed && failed.category() != parsing) return close();
  moved_at_ = std::chrono::steady_clock::now();
  if (failed == http::error::header_limit) return refuse(431);
  if (failed) return refuse(400);
  if (parser_->get().version() != 11) return refuse(505);
  route();
}

void HttpsConnection::route() {
  const auto& request = parser_->get();
  RequestHead head;
  head.method = request.method_string();
  head.target = request.target();
  head.client_certificate_der = peer_certificate_der(stream_.native_handle());
  head.remote = remote_;
  head.content_type = request[http::field::content_type];
  head.authorization = request[http::field::authorization];
  answer_ = Answer(request.method() == http::verb::head);
  last_ = !request.keep_alive();
  handler_ = home_.router(head, std::make_shared<Answerer>(shared_from_this()));
  if (handler_ == nullptr) return refuse(404);
  const bool waits =
      boost::beast::iequals(request[http::field::expect], "100-continue");
  if (waits && !parser_->is_done()) {
    answer_.go_on();
    send();
  }
  read_on();
}

void HttpsConnection::read_on() {
  if (parser_->is_done()) {
    reading_ = Reading::complete;
    handler_->on_end();
    return after_answer();
  }
  reading_ = Reading::body;
  piece_.resize(limits::read_bytes);
  auto& body = parser_->get().body();
  body.data = piece_.data();
  body.size = piece_.size();
  http::async_read_some(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Failure failed, std::size_t) {
        self->on_piece(failed);
      });
}

void HttpsConnection::on_piece(Failure failed) {
  if (reading_ == Reading::over) return;
  if (failed && failed != http::error::need_buffer) return close();
  moved_at_ = std::chrono::steady_clock::now();
  const std::size_t size = piece_.size() - parser_->get().body().size;
  if (size == 0) return read_on();
  hand_over(size);
}

void HttpsConnection::hand_over(std::size_t size) {
  reading_ = Reading::paused;
  handler_->on_body(piece_.substr(0, size),
                    [weak = weak_from_this(), request = request_](bool go_on) {
                      const Self self = weak.lock();
                      if (self == nullptr) return;
                      asio::post(self->strand_, [self, request, go_on] {
                        self->on_done(request, go_on);
                      });
                    });
}

void HttpsConnection::on_done(std::uint64_t request, bool go_on) {
  if (request != request_ || reading_ != Reading::paused) return;
  moved_at_ = std::chrono::steady_clock::now();
  if (go_on) return read_on();
  reading_ = Reading::refused;
  after_answer();
}

bool HttpsConnection::open_for(std::uint64_t request) const {
  return request == request_ && handler_ != nullptr && !answer_.complete() &&
         reading_ != Reading::over;
}

void HttpsConnection::begin(const AnswerHead& head) {
  const bool refuses_early =
      head.status >= 300 && reading_ != Reading::complete;
  last_ = last_ || finishing_ || refuses_early;
  answer_.begin(head, last_);
}

/// The server's own answer to what no handler takes.
void HttpsConnection::refuse(int status) {
  reading_ = parser_->is_done() ? Reading::complete : Reading::refused;
  begin({status, "text/plain", 0});
  answer_.end();
  send();
}

void HttpsConnection::send() {
  if (answer_.unsent_bytes() > limits::unsent_answer_bytes_max) return close();
  if (reading_ == Reading::over || writing_) return;
  const std::string_view next = answer_.next();
  if (next.empty()) return after_answer();
  writing_ = true;
  stream_.async_write_some(
      asio::buffer(next.data(), next.size()),
      [self = shared_from_this()](Failure failed, std::size_t size) {
        self->on_written(failed, size);
      });
}

void HttpsConnection::on_written(Failure failed, std::size_t size) {
  if (reading_ == Reading::over) return;
  if (failed) return close();
  writing_ = false;
  moved_at_ = std::chrono::steady_clock::now();
  answer_.sent(size);
  if (!answer_.next().empty()) return send();
  for (const auto& next : std::exchange(when_sent_, {})) next(true);
  after_answer();
}

/// Goes to the next request once both directions of this one are done with.
void HttpsConnection::after_answer() {
  if (!answer_.complete() || writing_) return;
  if (reading_ == Reading::refused) {
    handler_.reset();
    return say_goodbye();
  }
  if (reading_ != Reading::complete) return;
  handler_.reset();
  if (last_) return say_goodbye();
  read_head();
}

/// Closes so that the peer can still read the answer: TLS's own end and TCP's,
/// then what still comes is read; data unread would reset the connection.
void HttpsConnection::say_goodbye() {
  const bool in_haste = finishing_ && reading_ != Reading::refused;
  reading_ = Reading::discarded;
  moved_at_ = std::chrono::steady_clock::now();
  // As if the peer had said it too, else OpenSSL would wait for that.
  SSL_set_shutdown(stream_.native_handle(), SSL_RECEIVED_SHUTDOWN);
  stream_.async_shutdown([self = shared_from_this(), in_haste](Failure) {
    if (self->reading_ == Reading::over) return;
    Failure ignored;
    self->stream_.next_layer().shutdown(Socket::shutdown_send, ignored);
    if (in_haste) return self->close();
    self->piece_.resize(limits::read_bytes);
    self->discard();
  });
}

void HttpsConnection::discard() {
  stream_.next_layer().async_read_some(
      asio::buffer(piece_),
      [self = shared_from_this()](Failure failed, std::size_t size) {
        if (self->reading_ == Reading::over) return;
        self->discarded_ += size;
        const bool enough = self->discarded_ > limits::discarded_bytes_max;
        if (failed || enough || self->idle_too_long()) return self->close();
        self->discard();
      });
}

void HttpsConnection::close() {
  if (reading_ == Reading::over) return;
  reading_ = Reading::over;
  Failure ignored;
  stream_.next_layer().close(ignored);
  timer_.cancel();
  if (auto handler = std::exchange(handler_, nullptr)) handler->on_closed();
  for (const auto& next : std::exchange(when_sent_, {})) next(false);
  home_.on_over(shared_from_this());
}

void HttpsConnection::tick() {
  if (reading_ == Reading::over) return;
  if (idle_too_long()) return close();
  timer_.expires_after(limits::tick);
  timer_.async_wait([self = shared_from_this()](Failure) { self->tick(); });
}

bool HttpsConnection::idle_too_long() {
  const auto now = std::chrono::steady_clock::now();
  if (writing_) {
    const std::uint64_t acknowledged =
        bytes_acknowledged(stream_.next_layer().native_handle());
    if (std::exchange(acknowledged_, acknowledged) != acknowledged) {
      moved_at_ = now;
    }
  }
  const bool handler_owes = !writing_ && (reading_ == Reading::paused ||
                                          reading_ == Reading::complete ||
                                          reading_ == Reading::refused);
  const auto patience = reading_ == Reading::discarded ? limits::discarding
                        : handler_owes                 ? limits::handler_idle
                                                       : limits::peer_idle;
  return now - moved_at_ > patience;
}

std::shared_ptr<Connection> Connection::make(Socket socket, Home home) {
  return std::make_shared<HttpsConnection>(std::move(socket), std::move(home));
}

}  // namespace relais::server
