#include "server-stub/headquarters/machine_clock.h"

#include <chrono>
#include <fstream>
#include <string>

#include "sync/replica/machine.h"

namespace relais::server {
namespace {

template <class Clock>
std::int64_t milliseconds_of() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             Clock::now().time_since_epoch())
      .count();
}

}  // namespace

std::int64_t MachineClock::wall_ms() {
  return milliseconds_of<std::chrono::system_clock>();
}

std::int64_t MachineClock::monotonic_ms() {
  return milliseconds_of<std::chrono::steady_clock>();
}

sync::Result<std::uint32_t> count_boot(sync::Store& store, bool writes) {
  auto count = sync::number_fact(store, "boot.count");
  if (!count) return sync::fail(count.error());
  auto known = sync::fact(store, "boot.id");
  if (!known) return sync::fail(known.error());
  std::string now;
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), now);
  if (writes && now != *known) {
    ++*count;
    if (auto set = sync::set_number_fact(store, "boot.count", *count); !set) {
      return sync::fail(set.error());
    }
    if (auto set = sync::set_fact(store, "boot.id", now); !set) {
      return sync::fail(set.error());
    }
  }
  return static_cast<std::uint32_t>(*count);
}

}  // namespace relais::server
