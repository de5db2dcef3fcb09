#pragma once

#include <atomic>
#include <deque>
#include <thread>

#include "server-stub/headquarters/control_server.h"
#include "sync/control/framing.h"

namespace relais::server {

/// One caller: its requests, one after another, on a thread of its own.
/// Threads  The thread's, but for the answers of a command, which come from
///          where it runs, and hang_up() and ended(), from any.
class ControlServer::Connection final : public sync::Output,
                                        public sync::Input {
 public:
  Connection(int socket, RunCall run);
  ~Connection() override;

  /// After the command that runs.
  void hang_up();
  bool ended() const { return ended_; }

  void row(std::string json) override;
  void note(const sync::Sentence& note) override;
  void rejected(const proto::Rejected& rejected) override;
  void progress(const sync::Sentence& progress) override;
  void data(std::string_view bytes) override;
  Result<std::optional<proto::Input>> next() override;

 private:
  void serve();
  bool answer(const proto::Request& request);
  bool read_message(proto::ClientMessage& message);
  Result<> read_input();
  void send(const proto::Reply& reply);
  bool gone() const;

  int socket_;
  RunCall run_;
  sync::Unframer unframer_;
  std::deque<proto::Input> input_;
  std::atomic<bool> broken_ = false;  ///< it takes no more
  std::atomic<bool> ending_ = false;  ///< headquarters stops
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace relais::server
