#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "client/net/transport.h"
#include "server-stub/http/server.h"
#include "tests/support/authority.h"

namespace relais::test {

using client::Answer;
using client::Exchange;
using client::Peer;
using client::Transport;
using server::RequestHandler;
using server::RequestHead;
using server::Responder;
using server::Router;

inline constexpr char relais_type[] = "application/x-relais";

/// A handler made of functions. Told nothing else, it takes every piece, keeps
/// it and asks for the next.
struct Handler : RequestHandler {
  std::function<void(std::string bytes, std::function<void(bool)> done)> body;
  std::function<void(const std::string& whole)> end;
  std::function<void()> closed;
  std::string whole;

  void on_body(std::string bytes, std::function<void(bool)> done) override {
    if (body) return body(std::move(bytes), std::move(done));
    whole += bytes;
    done(true);
  }
  void on_end() override {
    if (end) end(whole);
  }
  void on_closed() override {
    if (closed) closed();
  }
};

/// Answers each whole request with what `tell` says of it.
Router answering(
    std::function<std::string(const RequestHead&, const std::string&)> tell);

/// A headquarters on a port of 127.0.0.1, and how to call it.
class Headquarters {
 public:
  explicit Headquarters(Router router);
  Headquarters(Router router, Authority& authority, const Credentials& server);

  server::HttpServer& server() { return *server_; }
  Authority& authority() { return authority_; }
  /// A post that knows the root and is not enrolled.
  Peer peer() const;
  Peer peer(const Credentials& machine) const;

 private:
  Authority authority_;
  std::unique_ptr<server::HttpServer> server_;
};

/// What else may answer in a network: says always the same, in TLS or not, and
/// closes. Counts.
class Stranger {
 public:
  struct Tls {
    Credentials credentials;
    std::string also_shows_der;  ///< one more certificate in the chain
    bool old_tls = false;        ///< 1.2 at most
  };
  explicit Stranger(std::string says);
  Stranger(std::string says, const Tls& tls);
  ~Stranger();
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  std::string url() const;
  int calls() const { return calls_; }

 private:
  void serve(const Tls* tls);

  std::string says_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> calls_ = 0;
  std::thread thread_;
};

/// Whether a TLS client of at most this version (0x0303: 1.2) is let in.
bool handshake_succeeds(std::uint16_t port, int version_max);
/// Whether a TCP connection is accepted at all.
bool connects(std::uint16_t port);

/// An exchange with a short body whose answer comes whole.
Exchange saying(const std::string& body);

}  // namespace relais::test
