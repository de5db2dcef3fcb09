#include "client/daemon/link_monitor.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace relais::client {
namespace {

namespace asio = boost::asio;

/// The body of a message, or zeros when it is too short to be one.
template <class Body>
Body body_of(std::string_view message) {
  Body body{};
  if (message.size() >= sizeof(nlmsghdr) + sizeof body) {
    std::memcpy(&body, message.data() + sizeof(nlmsghdr), sizeof body);
  }
  return body;
}

/// A descriptor, or -1: then nobody tells us, and only the timer is left.
int open_socket() {
  const int made = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                          NETLINK_ROUTE);
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
                      RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (made >= 0 && bind(made, reinterpret_cast<const sockaddr*>(&address),
                        sizeof address) != 0) {
    close(made);
    return -1;
  }
  return made;
}

bool is_on_loopback(const Peer& peer) {
  const std::size_t at = peer.url.find("://");
  if (at == std::string::npos) return false;
  const std::string_view host = std::string_view(peer.url).substr(at + 3);
  return host.starts_with("127.") || host.starts_with("localhost") ||
         host.starts_with("[::1]");
}

bool is_way_out(const ifaddrs& one) {
  const bool running = (one.ifa_flags & IFF_RUNNING) != 0;
  const bool loopback = (one.ifa_flags & IFF_LOOPBACK) != 0;
  const int family = one.ifa_addr == nullptr ? 0 : one.ifa_addr->sa_family;
  return running && !loopback && (family == AF_INET || family == AF_INET6);
}

}  // namespace

bool may_reach(const std::vector<Peer>& peers, const ifaddrs* addresses) {
  if (std::any_of(peers.begin(), peers.end(), is_on_loopback)) return true;
  for (const ifaddrs* one = addresses; one != nullptr; one = one->ifa_next) {
    if (is_way_out(*one)) return true;
  }
  return false;
}

bool may_reach(const std::vector<Peer>& peers) {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return true;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(first,
                                                             &freeifaddrs);
  return may_reach(peers, first);
}

bool LinkEvents::came_up(std::string_view datagram) {
  bool up = false;
  while (datagram.size() >= sizeof(nlmsghdr)) {
    nlmsghdr head{};
    std::memcpy(&head, datagram.data(), sizeof head);
    if (head.nlmsg_len < sizeof head || head.nlmsg_len > datagram.size()) break;
    const std::string_view message = datagram.substr(0, head.nlmsg_len);
    if (head.nlmsg_type == RTM_NEWLINK) {
      const auto link = body_of<ifinfomsg>(message);
      const bool now = (link.ifi_flags & IFF_RUNNING) != 0 &&
                       (link.ifi_flags & IFF_LOOPBACK) == 0;
      bool& before = running_[link.ifi_index];
      up = up || (now && !before);
      before = now;
    } else if (head.nlmsg_type == RTM_DELLINK) {
      running_.erase(body_of<ifinfomsg>(message).ifi_index);
    } else if (head.nlmsg_type == RTM_NEWADDR) {
      up = up || body_of<ifaddrmsg>(message).ifa_scope == RT_SCOPE_UNIVERSE;
    } else if (head.nlmsg_type == RTM_NEWROUTE) {
      const auto route = body_of<rtmsg>(message);
      up = up || (route.rtm_dst_len == 0 && route.rtm_table == RT_TABLE_MAIN);
    }
    const std::size_t length = NLMSG_ALIGN(head.nlmsg_len);
    datagram.remove_prefix(std::min(length, datagram.size()));
  }
  return up;
}

LinkMonitor::LinkMonitor(asio::io_context& loop) : socket_(loop) {
  const int made = open_socket();
  if (made >= 0) socket_.assign(made);
}

void LinkMonitor::stop() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

asio::awaitable<void> LinkMonitor::run(std::function<void()> came_up) {
  LinkEvents events;
  std::array<char, 16 * 1024> buffer{};
  while (socket_.is_open()) {
    auto [error, size] = co_await socket_.async_read_some(
        asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
    // Too many at once: some are lost, and something surely happened.
    const bool overrun = error.value() == ENOBUFS;
    if (error && !overrun) co_return;
    if (overrun || events.came_up({buffer.data(), size})) came_up();
  }
}

}  // namespace relais::client
