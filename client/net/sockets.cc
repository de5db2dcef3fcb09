#include "client/net/sockets.h"

// The C library's own <netinet/tcp.h> does not know the fields below, and the
// two cannot stand in one file.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace relais::client {

void prepare_socket(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const int unsent = limits::unsent_bytes;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent,
             sizeof unsent);
  constexpr std::string_view algorithm = "bbr";
  setsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, algorithm.data(),
             static_cast<socklen_t>(algorithm.size()));
}

Progress progress_of(const std::vector<int>& descriptors) {
  Progress all;
  for (const int descriptor : descriptors) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        size <= offsetof(tcp_info, tcpi_delivery_rate)) {
      continue;
    }
    all.moved += info.tcpi_bytes_acked + info.tcpi_bytes_received;
    all.in_flight += info.tcpi_notsent_bytes +
                     std::uint64_t{info.tcpi_unacked} * info.tcpi_snd_mss;
    all.bytes_per_s =
        std::max<std::uint64_t>(all.bytes_per_s, info.tcpi_delivery_rate);
    all.round_trip_ms =
        std::max<std::int64_t>(all.round_trip_ms, info.tcpi_rtt / 1000);
  }
  return all;
}

}  // namespace relais::client
