#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace relais::client {

/// Says to the service manager how we are (sd_notify(3)): one datagram to
/// $NOTIFY_SOCKET. Without that variable nobody is told.
void notify_service(std::string_view state);

/// How often the service manager wants to hear "WATCHDOG=1" from us; absent:
/// not at all.
std::optional<std::chrono::microseconds> watchdog_period();

}  // namespace relais::client
