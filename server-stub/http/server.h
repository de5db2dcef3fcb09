#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sync/result.h"

namespace relais::server {

using sync::Result;

/// What the server presents and trusts.
struct TlsIdentity {
  std::string certificate_der;  ///< of the server, signed by the root
  std::string private_key_pem;
  std::string root_der;
};

/// One request as it arrives. The handler is told of the head, then of the
/// body piece by piece, then of its end; it answers whenever it can, also
/// before the end. All calls for one request come one after another.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  /// A piece of the body. `done(true)`: go on reading; `done(false)`: stop
  /// (an answer was given or the connection should close). Back-pressure: the
  /// next piece is read after `done`.
  virtual void on_body(std::string bytes, std::function<void(bool)> done) = 0;
  virtual void on_end() = 0;
  /// The peer went away.
  virtual void on_closed() = 0;
};

/// Writes the answer of one request. Thread-safe: any thread may call; calls
/// keep their order, and do nothing once the connection or the answer is over.
class Responder {
 public:
  virtual ~Responder() = default;
  /// Status line and headers; a chunked body follows.
  virtual void begin(int status, std::string content_type) = 0;
  virtual void write(std::string bytes) = 0;
  /// Calls `next(true)` once what was written so far has left, `next(false)`
  /// when it never will. Whoever streams more than a few hundred kilobytes
  /// waits for it: the server gives up a connection that holds 64 MB unsent.
  virtual void when_sent(std::function<void(bool)> next) { next(true); }
  virtual void end() = 0;
  /// All three at once, with a Content-Length.
  virtual void reply(int status, std::string content_type,
                     std::string body) = 0;
};

/// Copies: nothing here points into the connection.
struct RequestHead {
  std::string method;
  std::string target;
  std::string client_certificate_der;  ///< empty: none was shown
  std::string remote;                  ///< address and port, for the log
  std::string content_type;            ///< as sent; empty: none
  std::string authorization;           ///< as sent; empty: none
};

/// Makes the handler of a request; null: 404.
using Router = std::function<std::shared_ptr<RequestHandler>(
    const RequestHead& head, std::shared_ptr<Responder> responder)>;

/// The HTTPS side of headquarters: Beast, HTTP/1.1, TLS 1.3 only, client
/// certificates asked for but not demanded (the routes decide), session
/// tickets off but one, no early data, TCP_NODELAY, header and idle deadlines,
/// a cap on connections (http/limits.h). The router and the handlers are called
/// on the server's threads and must not block for long.
class HttpServer {
 public:
  /// Binds at once; fails with invalid (address) or busy (port taken).
  static Result<std::unique_ptr<HttpServer>> listen(const std::string& address,
                                                    std::uint16_t port,
                                                    const TlsIdentity& identity,
                                                    Router router);
  virtual ~HttpServer() = default;
  /// The port really bound (0 asked for any).
  virtual std::uint16_t port() const = 0;
  /// Serves until stop(); on `threads` threads of its own.
  virtual void start(int threads) = 0;
  /// Accepts no more, lets running requests end within `grace_ms`, closes.
  /// Returns when every thread has ended. Harmless again.
  virtual void stop(int grace_ms) = 0;
};

}  // namespace relais::server
