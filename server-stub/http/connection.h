#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>

#include "server-stub/http/server.h"

namespace relais::server {

/// A socket whose callbacks come one after another, on any thread.
using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;

/// One connection of one peer: a handshake, then requests one after another,
/// each given to the handler that the router makes for it. Reading the body
/// and writing the answer go on side by side.
///
/// Threads  Every function may be called from any thread.
/// Limits   One piece read, and what the handler leaves unsent (limits.h).
class Connection {
 public:
  /// What a connection needs of its server.
  struct Home {
    /// Keeps alive what runs the socket's callbacks.
    std::shared_ptr<void> keeper;
    boost::asio::ssl::context& tls;
    const Router& router;
    /// Called once, when the connection is over. Must not call back.
    std::function<void(const std::shared_ptr<Connection>&)> on_over;
  };

  static std::shared_ptr<Connection> make(Socket socket, Home home);
  virtual ~Connection() = default;
  virtual void start() = 0;
  /// Ends after the request that runs; at once when none does.
  virtual void finish() = 0;
  /// Ends at once.
  virtual void abort() = 0;
};

}  // namespace relais::server
