#include "client/daemon/service_notice.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <string>

namespace relais::client {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

void notify_service(std::string_view state) {
  const std::string_view path = variable("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  // A name that begins with @ is an abstract one: there it begins with zero.
  if (path.front() == '@') address.sun_path[0] = '\0';
  const int made = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (made < 0) return;
  const auto size = offsetof(sockaddr_un, sun_path) + path.size();
  sendto(made, state.data(), state.size(), MSG_NOSIGNAL,
         reinterpret_cast<const sockaddr*>(&address),
         static_cast<socklen_t>(size));
  close(made);
}

std::optional<std::chrono::microseconds> watchdog_period() {
  const auto pid = number_of<pid_t>(variable("WATCHDOG_PID"));
  if (pid && *pid != getpid()) return std::nullopt;
  const auto period = number_of<std::int64_t>(variable("WATCHDOG_USEC"));
  if (!period || *period <= 0) return std::nullopt;
  return std::chrono::microseconds(*period);
}

}  // namespace relais::client
