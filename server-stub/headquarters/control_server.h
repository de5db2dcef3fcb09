#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "proto/control.pb.h"
#include "sync/command/command.h"

namespace relais::server {

using sync::Result;

/// One command that came over the socket: what is asked, all that was streamed
/// in, and where the answer goes.
struct ControlCall {
  const proto::Request* request = nullptr;
  sync::Input* input = nullptr;
  sync::Output* output = nullptr;
  std::function<bool()> stopped;  ///< the caller went away
  std::function<Result<>(const sync::Call::Job&)> write;  ///< as Call has it
};
/// Runs it and says how it ended. Called on the connection's own thread; what
/// it does for the caller may happen on another one meanwhile.
using RunCall = std::function<proto::End(const ControlCall& call)>;

/// HOME/control.sock of a serving headquarters, for its owner alone. A thread
/// a connection: commands are few.
///
/// Limits   control_connections_max; one more is hung up on.
class ControlServer {
 public:
  /// Replaces a socket file that was left there: the caller holds the home.
  static Result<std::unique_ptr<ControlServer>> start(const std::string& home,
                                                      RunCall run);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Hangs up on every caller once its command has ended, removes the socket
  /// file. Harmless again.
  void stop();

 private:
  class Connection;
  ControlServer(int listening, int wake, std::string path, RunCall run);
  void accept_all();
  void forget_ended();

  int listening_;
  int wake_;  ///< readable: stop
  std::string path_;
  RunCall run_;
  std::list<std::unique_ptr<Connection>> connections_;  ///< of the thread
  std::thread thread_;
};

}  // namespace relais::server
