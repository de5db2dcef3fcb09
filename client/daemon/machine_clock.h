#pragma once

#include <cstdint>

#include "sync/clock.h"
#include "sync/result.h"
#include "sync/store/store.h"

namespace relais::client {

/// The clocks of this machine. Threads: any, once made.
class MachineClock final : public sync::Clock {
 public:
  /// Counts the machine's starts in the store: one higher whenever the
  /// kernel's boot id is another one.
  sync::Result<> count_boot(sync::Store& store);

  std::int64_t wall_ms() override;
  /// Goes on while the machine sleeps.
  std::int64_t monotonic_ms() override;
  std::uint32_t boot() override { return boot_; }

 private:
  std::uint32_t boot_ = 0;
};

}  // namespace relais::client
