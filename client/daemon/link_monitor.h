#pragma once

#include <ifaddrs.h>

#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "client/net/transport.h"

namespace relais::client {

/// Reads the kernel's messages about links, addresses and routes (rtnetlink).
/// Pure, but for what it remembers of the links.
class LinkEvents {
 public:
  /// One datagram. True: something came up by which headquarters may be
  /// reached now: a link, an address, a default route.
  bool came_up(std::string_view datagram);

 private:
  std::map<int, bool> running_;  ///< by interface
};

/// False: only the loopback has an address, and no peer is on it. An attempt
/// could but fail until the kernel says that a link came up.
bool may_reach(const std::vector<Peer>& peers);
/// The same, from this list of getifaddrs().
bool may_reach(const std::vector<Peer>& peers, const ifaddrs* addresses);

/// Waits for the kernel's word that the link is back, at no cost meanwhile.
///
/// Ownership   Borrows the loop.
/// Threads     The loop's.
class LinkMonitor {
 public:
  explicit LinkMonitor(boost::asio::io_context& loop);

  /// Until stop(). Ends at once where the system gives us no such socket.
  boost::asio::awaitable<void> run(std::function<void()> came_up);
  void stop();

 private:
  boost::asio::posix::stream_descriptor socket_;
};

}  // namespace relais::client
