#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "client/control/control_server.h"
#include "client/daemon/caller_streams.h"
#include "client/daemon/gate.h"
#include "client/daemon/sync_runner.h"

namespace relais::client {

/// Answers requests of the control socket: asks the gate who acts, runs the
/// verb where it belongs, and tells the runner what was saved.
///
/// Ownership   Borrows `hands`, the runner and the gate.
/// Threads     The loop's.
class Requests {
 public:
  Requests(Hands hands, SyncRunner& runner, Gate& gate);

  /// Ends when the caller was told how it ended.
  boost::asio::awaitable<void> serve(ControlCall call);

 private:
  /// One request, shared by the loop and the store thread in turn.
  struct Job {
    explicit Job(ControlCall asked);
    sync::Call call();
    std::string verb() const;

    ControlCall asked;
    sync::Actor actor;
    CallerOutput output;
    CallerInput input;
    std::function<bool()> stopped;
  };
  using JobPointer = std::shared_ptr<Job>;

  boost::asio::awaitable<proto::End> answer(JobPointer job);
  boost::asio::awaitable<proto::End> run(JobPointer job);
  boost::asio::awaitable<proto::End> run_verb(JobPointer job);
  boost::asio::awaitable<Result<>> sync_now(JobPointer job);
  boost::asio::awaitable<Result<>> enrol_by_code(JobPointer job);

  Hands hands_;
  SyncRunner* runner_;
  Gate* gate_;
  std::shared_ptr<const sync::Verbs> verbs_;
};

}  // namespace relais::client
