#pragma once

#include <filesystem>
#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "client/control/control_server.h"
#include "client/daemon/gate.h"
#include "client/daemon/link_monitor.h"
#include "client/daemon/net_thread.h"
#include "client/daemon/requests.h"
#include "client/daemon/station.h"
#include "client/daemon/store_thread.h"
#include "client/daemon/sync_runner.h"
#include "sync/store/home.h"

namespace relais::client {

/// relaisd: puts its parts together and ends them in order. Three threads
/// (docs/adr/0003): the loop's is the one that calls run().
class Daemon {
 public:
  /// Takes the home, opens the store and listens. Fails with busy (another
  /// daemon has the home), denied, corrupt, version, disk_full.
  static Result<std::unique_ptr<Daemon>> start(
      const std::filesystem::path& home);

  /// Until SIGTERM or SIGINT; a second one kills. What ran then was stopped at
  /// a whole step.
  void run();

 private:
  Daemon(sync::Home home, std::unique_ptr<Station> station, uid_t owner);
  boost::asio::awaitable<void> wait_for_signal();
  boost::asio::awaitable<void> feed_watchdog();
  boost::asio::awaitable<void> end_idle_logins();
  boost::asio::awaitable<void> beat_envelopes();
  void spawn(boost::asio::awaitable<void> work);
  void stop();

  // Destroyed from below: threads end before what they work on.
  sync::Home home_;
  std::unique_ptr<Station> station_;
  Gate gate_;
  boost::asio::io_context loop_{1};
  StoreThread store_;
  NetThread net_;
  SyncRunner runner_;
  Requests requests_;
  LinkMonitor links_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer watchdog_;
  boost::asio::steady_timer idle_;
  boost::asio::steady_timer beat_;
  bool stopping_ = false;
  std::unique_ptr<ControlServer> control_;
};

}  // namespace relais::client
