#include "server-stub/http/server.h"

#include <openssl/ssl.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server-stub/http/connection.h"
#include "server-stub/http/limits.h"
#include "server-stub/http/tls_context.h"

namespace relais::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failure = boost::system::error_code;

/// Accepts, and knows every connection there is. Everything but the io_context
/// is touched in `strand` only.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(SSL_CTX* tls, Router router)
      : tls_(tls), router_(std::move(router)) {}

  Result<> open(const std::string& address, std::uint16_t port);
  std::uint16_t port() const { return port_; }
  asio::io_context& io() { return io_; }
  void accept();
  void stop(std::chrono::milliseconds grace);

 private:
  using AcceptorOnStrand = asio::basic_socket_acceptor<tcp, Strand>;

  void on_accepted(Failure failed, Socket socket);
  void on_over(const std::shared_ptr<Connection>& connection);

  asio::io_context io_;
  asio::ssl::context tls_;
  Router router_;
  Strand strand_ = asio::make_strand(io_);
  AcceptorOnStrand acceptor_{strand_};
  asio::steady_timer timer_{strand_};
  std::set<std::shared_ptr<Connection>> connections_;
  std::uint16_t port_ = 0;
  bool full_ = false;
  bool stopping_ = false;
};

Result<> Listener::open(const std::string& address, std::uint16_t port) {
  Failure failed;
  const tcp::endpoint place(asio::ip::make_address(address, failed), port);
  if (!failed) acceptor_.open(place.protocol(), failed);
  if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor_.bind(place, failed);
  if (!failed)
    acceptor_.listen(asio::socket_base::max_listen_connections, failed);
  if (failed == asio::error::address_in_use) {
    return sync::fail(sync::Errc::busy,
                      "Port {0} of {1} is taken by another program. Stop it, "
                      "or choose another port.",
                      {std::to_string(port), address});
  }
  if (failed) {
    return sync::fail(sync::Errc::invalid,
                      "Nobody can listen at {0}, port {1}. Give an address of "
                      "this machine, or 0.0.0.0 for all, and a port it may "
                      "use.",
                      {address, std::to_string(port)});
  }
  port_ = acceptor_.local_endpoint().port();
  return {};
}

void Listener::accept() {
  acceptor_.async_accept(
      asio::make_strand(io_),
      [self = shared_from_this()](Failure failed, Socket socket) {
        self->on_accepted(failed, std::move(socket));
      });
}

void Listener::on_accepted(Failure failed, Socket socket) {
  if (stopping_) return;
  if (failed) {
    // Mostly: no descriptor left. Some will come back.
    spdlog::warn("a connection was not accepted: {}", failed.message());
    timer_.expires_after(limits::accept_again);
    timer_.async_wait([self = shared_from_this()](Failure stopped) {
      if (!stopped && !self->stopping_) self->accept();
    });
    return;
  }
  const auto connection = Connection::make(
      std::move(socket),
      {shared_from_this(), tls_, router_,
       [this](const std::shared_ptr<Connection>& over) {
         asio::post(strand_,
                    [self = shared_from_this(), over] { self->on_over(over); });
       }});
  connections_.insert(connection);
  connection->start();
  full_ = connections_.size() >= limits::connections_max;
  if (!full_) return accept();
  spdlog::warn("{} connections: others wait", connections_.size());
}

void Listener::on_over(const std::shared_ptr<Connection>& connection) {
  connections_.erase(connection);
  if (stopping_) {
    if (connections_.empty()) timer_.cancel();
  } else if (std::exchange(full_, false)) {
    accept();
  }
}

void Listener::stop(std::chrono::milliseconds grace) {
  asio::post(strand_, [self = shared_from_this(), grace] {
    if (std::exchange(self->stopping_, true)) return;
    Failure ignored;
    self->acceptor_.close(ignored);
    self->timer_.cancel();
    if (self->connections_.empty()) return;
    for (const auto& connection : self->connections_) connection->finish();
    self->timer_.expires_after(grace);
    self->timer_.async_wait([self](Failure) {
      for (const auto& connection : self->connections_) connection->abort();
    });
  });
}

class HttpsServer final : public HttpServer {
 public:
  explicit HttpsServer(std::shared_ptr<Listener> listener)
      : listener_(std::move(listener)) {}
  ~HttpsServer() override { stop(0); }
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  std::uint16_t port() const override { return listener_->port(); }

  void start(int threads) override {
    listener_->accept();
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([listener = listener_] { listener->io().run(); });
    }
  }

  void stop(int grace_ms) override {
    if (std::exchange(stopped_, true)) return;
    listener_->stop(std::chrono::milliseconds(grace_ms));
    if (threads_.empty()) listener_->io().run();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::shared_ptr<Listener> listener_;
  std::vector<std::thread> threads_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(
    const std::string& address, std::uint16_t port, const TlsIdentity& identity,
    Router router) {
  auto tls = make_tls_context(identity);
  if (!tls) return sync::fail(tls.error());
  auto listener = std::make_shared<Listener>(*tls, std::move(router));
  if (auto opened = listener->open(address, port); !opened) {
    return sync::fail(opened.error());
  }
  return std::make_unique<HttpsServer>(std::move(listener));
}

}  // namespace relais::server
