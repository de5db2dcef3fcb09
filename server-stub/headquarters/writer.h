#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "sync/replica/replica.h"
#include "sync/result.h"

namespace relais::server {

using sync::Result;

/// The one thread that writes the store. What many sessions bring at the same
/// time goes into one transaction, so that they share its fsync; each hears of
/// it after the commit, never before. Verbs run alone, with transactions of
/// their own.
///
/// Ownership   Borrows the replica; until stop() only this thread may use it.
/// Threads     share() and alone() from any; they return at once.
/// Limits      shared_commit_max pieces of work in one transaction.
class Writer {
 public:
  struct Counts {
    std::uint64_t commits = 0;  ///< transactions of shared work
    std::uint64_t shared = 0;   ///< pieces of work in them
    std::uint64_t alone = 0;
  };

  explicit Writer(sync::Replica& replica);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// `work` runs inside a transaction that it may share; an error of it is the
  /// store's own, for no other piece is to blame. When a transaction fails,
  /// each of its pieces is tried again alone: `work` must then begin anew.
  /// `done` is told how the commit went.
  void share(std::function<Result<>()> work,
             std::function<void(const Result<>&)> done);
  /// Runs outside any transaction, in turn.
  void alone(std::function<void()> job);

  /// Does what was asked for, then ends. Nothing may be asked for after it.
  /// Harmless again.
  void stop();
  /// Only from work of this thread, or after stop().
  const Counts& counts() const { return counts_; }

 private:
  struct Piece {
    std::function<Result<>()> work;
    std::function<void(const Result<>&)> done;
  };
  void schedule();
  void run_all();
  void commit(const std::vector<Piece>& pieces);

  sync::Replica* replica_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
      stay_;
  std::deque<Piece> shared_;
  std::deque<std::function<void()>> alone_;
  bool scheduled_ = false;
  Counts counts_;
  std::thread thread_;
};

}  // namespace relais::server
