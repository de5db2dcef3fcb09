#include "tests/integration/link_proxy.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sync/check.h"

namespace relais::test {
namespace {

constexpr int second_ms = 1000;

sockaddr_in at_loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

int new_socket() {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(made >= 0);
  const int yes = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return made;
}

/// The other end gets a reset, not an end.
void reset(int descriptor) {
  const linger at_once{1, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent =
        ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

LinkProxy::LinkProxy(std::uint16_t to) : to_(to), listener_(new_socket()) {
  sockaddr_in address = at_loopback(0);
  CHECK(bind(listener_, generic(address), sizeof address) == 0);
  CHECK(listen(listener_, SOMAXCONN) == 0);
  socklen_t size = sizeof address;
  CHECK(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) ==
        0);
  port_ = ntohs(address.sin_port);
  CHECK(pipe(bell_) == 0);
  thread_ = std::thread([this] { run(); });
}

LinkProxy::~LinkProxy() {
  over_ = true;
  CHECK(write(bell_[1], "x", 1) == 1);
  thread_.join();
  for (const int descriptor : {listener_, bell_[0], bell_[1]}) {
    close(descriptor);
  }
}

std::string LinkProxy::url() const {
  return "https://127.0.0.1:" + std::to_string(port_);
}

void LinkProxy::give_order(std::optional<Order> order) {
  const std::scoped_lock lock(mutex_);
  order_ = order;
  carried_[0] = carried_[1] = 0;
  dribbles_.reset();
  failed_ = false;
}

void LinkProxy::fail_at(Way way, std::size_t byte, Fault fault) {
  give_order(Order{way, byte, fault});
}

void LinkProxy::heal() {
  give_order(std::nullopt);
}

void LinkProxy::dribble(Way way, std::size_t slow) {
  give_order(std::nullopt);
  const std::scoped_lock lock(mutex_);
  dribbles_ = way;
  slow_ = slow;
}

void LinkProxy::run() {
  while (!over_) {
    std::vector<pollfd> all = {{listener_, POLLIN, 0}, {bell_[0], POLLIN, 0}};
    for (const Connection& one : connections_) {
      for (const int end : one.ends) {
        all.push_back({one.silent ? -1 : end, POLLIN, 0});
      }
    }
    poll(all.data(), all.size(), -1);
    const std::size_t before = connections_.size();
    if (all[0].revents != 0) welcome();
    for (std::size_t i = 0; i < before; ++i) {
      for (const Way way : {Way::up, Way::down}) {
        const auto at = 2 + 2 * i + static_cast<std::size_t>(way);
        Connection& one = connections_[i];
        if (all[at].revents != 0 && !one.over && !one.silent) carry(one, way);
      }
    }
    std::erase_if(connections_, [this](const Connection& one) {
      const bool gone = one.over || over_;
      if (gone) {
        close(one.ends[0]);
        close(one.ends[1]);
      }
      return gone;
    });
  }
}

void LinkProxy::welcome() {
  const int from = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (from < 0) return;
  const int to = new_socket();
  const sockaddr_in address = at_loopback(to_);
  if (connect(to, generic(address), sizeof address) != 0) {
    close(from);
    close(to);
    return;
  }
  const int yes = 1;
  setsockopt(from, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  connections_.push_back({{from, to}});
}

void LinkProxy::carry(Connection& connection, Way way) {
  std::array<char, 16 * 1024> bytes{};
  const auto size = recv(connection.ends[static_cast<std::size_t>(way)],
                         bytes.data(), bytes.size(), 0);
  if (size > 0) {
    connection.over =
        !pass(connection, way, {bytes.data(), static_cast<std::size_t>(size)});
  } else {
    connection.over = true;
  }
}

/// False: the connection is over.
bool LinkProxy::pass(Connection& connection, Way way, std::string bytes) {
  const int other = connection.ends[way == Way::up ? 1 : 0];
  const bool goes_on = break_before(connection, way, bytes);
  return send(other, way, bytes) && goes_on;
}

/// Does what was ordered when its byte is among these; leaves those that still
/// pass. False: the connection is over after them.
bool LinkProxy::break_before(Connection& connection, Way way,
                             std::string& bytes) {
  const std::scoped_lock lock(mutex_);
  std::size_t& carried = carried_[static_cast<std::size_t>(way)];
  const std::size_t first = std::exchange(carried, carried + bytes.size());
  if (!order_ || order_->way != way || carried <= order_->byte) return true;
  const std::size_t at = order_->byte - first;
  const Fault fault = order_->fault;
  order_.reset();
  failed_ = true;
  if (fault == Fault::flip) {
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    return true;
  }
  bytes.resize(at);
  if (fault == Fault::silence) {
    connection.silent = true;
    return true;
  }
  if (fault == Fault::reset) {
    reset(connection.ends[0]);
    reset(connection.ends[1]);
  }
  return false;
}

bool LinkProxy::send(int descriptor, Way way, const std::string& bytes) {
  std::unique_lock lock(mutex_);
  if (dribbles_ != way) {
    lock.unlock();
    return send_all(descriptor, bytes);
  }
  for (const char byte : bytes) {
    const bool slow = slow_ > 0;
    if (slow) --slow_;
    lock.unlock();
    pollfd end{bell_[0], POLLIN, 0};
    if (slow) poll(&end, 1, second_ms);
    if (!send_all(descriptor, {&byte, 1})) return false;
    lock.lock();
  }
  return true;
}

}  // namespace relais::test
