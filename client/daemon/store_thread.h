#pragma once

#include <thread>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace relais::client {

/// The one thread that touches the store and everything built on it. Work goes
/// to it by value and its result comes back by value, inside a co_await.
///
/// Threads: run() the loop's; give_way() the store's.
class StoreThread {
 public:
  StoreThread();
  /// Ends what runs, then the thread.
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  template <class Work>
  boost::asio::awaitable<std::invoke_result_t<Work>> run(Work work) {
    co_return co_await boost::asio::co_spawn(context_, call(std::move(work)),
                                             boost::asio::use_awaitable);
  }

  /// Between two steps of long work, outside any transaction: what others
  /// asked meanwhile is done now, so that a save never waits behind an import.
  void give_way();

 private:
  template <class Work>
  static boost::asio::awaitable<std::invoke_result_t<Work>> call(Work work) {
    co_return work();
  }

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
      guard_;
  int inside_ = 0;  ///< long works that stand aside right now
  std::thread thread_;
};

}  // namespace relais::client
