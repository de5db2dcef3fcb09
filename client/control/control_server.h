#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "proto/control.pb.h"
#include "sync/result.h"

namespace relais::client {

using sync::Result;

/// Callers at once; one more is hung up on.
inline constexpr std::size_t callers_max = 64;
/// Answers waiting for a caller that does not read, in bytes. Past it he is
/// hung up on: neither the daemon's memory nor its threads wait for anybody.
inline constexpr std::size_t unread_bytes_max = 64 * 1024 * 1024;
/// Input messages read ahead of the handler; then the caller waits.
inline constexpr std::size_t unused_inputs_max = 16;

/// The other end of one request. Shared with whoever works on it.
/// Threads: any, for every function.
class Caller {
 public:
  virtual ~Caller() = default;

  /// Queues a reply of any kind but `end`. Order is kept. Nothing happens
  /// once the caller is gone.
  virtual void reply(proto::Reply reply) = 0;
  /// The last reply, once. The caller may then ask again.
  virtual void end(proto::End end) = 0;
  /// He hung up, or sends no more, or the server stopped: work for him may
  /// end. One who only sends no more is still answered.
  virtual bool gone() const = 0;

  /// `got` is called once, on the loop, with the next Input; with cancelled
  /// when the caller is gone. Another only after that. What follows the end
  /// of all input is cancelled too.
  virtual void next_input(std::function<void(Result<proto::Input>)> got) = 0;
  /// The same for a thread that may wait; never the loop's.
  Result<proto::Input> wait_for_input();
};

struct ControlCall {
  proto::Request request;
  uid_t uid = 0;  ///< by SO_PEERCRED, not by what the caller says
  std::shared_ptr<Caller> caller;
};

/// Called on the loop for each request, and returns at once; the answer comes
/// through the caller, from this thread or another. A caller has one request
/// at a time.
using ControlHandler = std::function<void(ControlCall)>;

/// The local socket of the daemon (proto/control.proto): HOME/control.sock,
/// mode 0660.
///
/// Ownership   Borrows the loop, which outlives it.
/// Threads     The loop's, which is one.
class ControlServer {
 public:
  /// Listens and serves from the loop's next turn on. A socket file that
  /// nobody listens on any more is replaced; busy when somebody does.
  static Result<std::unique_ptr<ControlServer>> start(
      boost::asio::io_context& loop, const std::string& path,
      ControlHandler handler);
  virtual ~ControlServer() = default;

  /// Hangs up on every caller and removes the socket file. Harmless again;
  /// the destructor does it too. What runs for a caller sees gone().
  virtual void stop() = 0;
};

}  // namespace relais::client
