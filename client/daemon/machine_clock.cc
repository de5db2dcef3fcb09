#include "client/daemon/machine_clock.h"

#include <time.h>

#include <fstream>
#include <string>

#include "sync/replica/machine.h"

namespace relais::client {
namespace {

std::int64_t read_ms(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

std::int64_t MachineClock::wall_ms() {
  return read_ms(CLOCK_REALTIME);
}

std::int64_t MachineClock::monotonic_ms() {
  return read_ms(CLOCK_BOOTTIME);
}

sync::Result<> MachineClock::count_boot(sync::Store& store) {
  auto count = sync::number_fact(store, "boot.count");
  auto known = sync::fact(store, "boot.id");
  if (!count || !known) {
    return sync::fail(count ? known.error() : count.error());
  }
  std::string now;
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::getline(file, now);
  boot_ = static_cast<std::uint32_t>(*count);
  if (now == *known) return {};
  if (auto begun = store.begin(); !begun) return begun;
  auto set = sync::set_number_fact(store, "boot.count", ++boot_);
  if (set) set = sync::set_fact(store, "boot.id", now);
  if (set) return store.commit();
  store.rollback();
  return set;
}

}  // namespace relais::client
