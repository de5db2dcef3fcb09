#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "client/daemon/joining.h"
#include "sync/random.h"
#include "sync/session/pace.h"
#include "sync/session/retry.h"

namespace relais::client {

/// What a person asked of one sync.
struct SyncOrder {
  std::optional<sync::Lane> lane;
  std::optional<std::uint64_t> bytes_max;  ///< of all requests together
  /// Told after each request how far it is, while there is more; may be empty.
  std::function<void(const sync::Sentence&)> told;
};

struct SyncOutcome {
  Result<> ended;
  bool forgotten = false;  ///< headquarters does not know this machine
  sync::SessionReport report;
};

/// Decides when this post syncs, and does it: at the start, after a save, when
/// the link comes back, when asked, after a failure later and later, and now
/// and then when everything is held. One session at a time.
///
/// Ownership   Borrows all of `hands` and the loop.
/// Threads     The loop's.
class SyncRunner {
 public:
  SyncRunner(boost::asio::io_context& loop, Hands hands);

  /// Until stop().
  boost::asio::awaitable<void> run();
  void stop();

  /// Something was saved, or not: what waits now.
  void saved(const Waiting& waiting);
  /// The kernel says so.
  void link_came_up();
  /// The next session begins at once.
  void ask(const SyncOrder& order);
  /// The same, and how that session ended.
  boost::asio::awaitable<SyncOutcome> ask_and_wait(SyncOrder order);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Waiter {
    explicit Waiter(boost::asio::io_context& loop) : bell(loop, Time::max()) {}
    boost::asio::steady_timer bell;
    std::optional<SyncOutcome> outcome;
  };

  void due_in(std::chrono::milliseconds wait);
  boost::asio::awaitable<SyncOutcome> attempt(SyncOrder order);
  boost::asio::awaitable<SyncOutcome> talk(Road road, SyncOrder order);
  boost::asio::awaitable<Result<Road>> find_road();
  boost::asio::awaitable<Result<Road>> enrol_again(std::vector<Peer> peers);
  /// What waits until headquarters holds it; 0 too where that is not known.
  boost::asio::awaitable<std::uint64_t> unheld();
  boost::asio::awaitable<void> tell(SyncOrder order, Time begun,
                                    std::uint64_t before);
  boost::asio::awaitable<Carried> send(std::vector<Peer> peers,
                                       std::string body);
  boost::asio::awaitable<void> conclude(SyncOutcome outcome);
  sync::SessionBudget budget(const SyncOrder& order,
                             std::uint64_t bytes_up) const;

  boost::asio::io_context& loop_;
  Hands hands_;
  sync::SystemRandom random_;
  sync::Retry retry_;
  sync::Pace pace_;
  boost::asio::steady_timer timer_;
  Time due_;
  Time last_attempt_;
  std::uint64_t known_saved_ = 0;
  bool ask_first_ = false;  ///< the last session was cut
  bool failed_ = false;     ///< the last attempt did not reach headquarters
  Answerer answerer_ = Answerer::nobody;  ///< in the attempt that runs
  bool stopped_ = false;
  std::size_t peer_ = 0;  ///< the address that answered last
  SyncOrder order_;
  std::vector<std::shared_ptr<Waiter>> waiters_;
};

}  // namespace relais::client
