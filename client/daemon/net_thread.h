#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "client/net/transport.h"

namespace relais::client {

/// What the network made of one request.
struct Carried {
  Result<Answer> answer;
  std::uint64_t bytes_up = 0;  ///< of the body, as far as is known
  std::int64_t took_ms = 0;
  Answerer answerer = Answerer::nobody;
};

/// The one thread that talks to headquarters, begun at the first request. It
/// gets a request by value and gives an answer by value.
///
/// Threads: the loop's.
class NetThread {
 public:
  ~NetThread();

  boost::asio::awaitable<Carried> post(Peer peer, std::string path,
                                       std::string body);
  /// What runs ends within a second, and nothing begins any more.
  void stop() { stopped_ = true; }
  /// Gives connections and memory back until the next request.
  boost::asio::awaitable<void> rest();

 private:
  Carried carry(const Peer& peer, const std::string& path,
                const std::string& body);

  std::optional<boost::asio::thread_pool> pool_;
  std::unique_ptr<Transport> transport_;  ///< the net thread's
  std::atomic<bool> stopped_ = false;     ///< read by curl's callback
};

}  // namespace relais::client
