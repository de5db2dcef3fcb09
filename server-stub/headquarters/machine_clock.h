#pragma once

#include <cstdint>

#include "sync/clock.h"
#include "sync/result.h"
#include "sync/store/store.h"

namespace relais::server {

/// The clocks of this machine. Threads: any.
class MachineClock final : public sync::Clock {
 public:
  explicit MachineClock(std::uint32_t boot) : boot_(boot) {}
  std::int64_t wall_ms() override;
  std::int64_t monotonic_ms() override;
  std::uint32_t boot() override { return boot_; }

 private:
  std::uint32_t boot_;
};

/// How often the machine was started since this home was made, as far as it
/// was seen: kept in the store, one higher whenever the kernel's boot id is
/// another one. `writes` false: only reads.
sync::Result<std::uint32_t> count_boot(sync::Store& store, bool writes);

}  // namespace relais::server
