#include "server-stub/http/sockets.h"

// The C library's own <netinet/tcp.h>, which Asio includes, does not know the
// fields below, and the two cannot stand in one file.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string_view>

#include "server-stub/http/limits.h"

namespace relais::server {

void prepare_socket(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  const int unsent = limits::kernel_unsent_bytes;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent,
             sizeof unsent);
  constexpr std::string_view algorithm = "bbr";
  setsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, algorithm.data(),
             static_cast<socklen_t>(algorithm.size()));
}

std::uint64_t bytes_acknowledged(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    return 0;
  }
  return info.tcpi_bytes_acked;
}

}  // namespace relais::server
