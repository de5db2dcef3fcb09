#include "sync/sealed/secrecy.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace relais::sync {

void keep_memory_private() {
  const rlimit none{0, 0};
  static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
#ifndef __SANITIZE_ADDRESS__  // its search for leaks reads this memory
  static_cast<void>(::prctl(PR_SET_DUMPABLE, 0));
#endif
}

void keep_out_of_swap() {
  rlimit limit{};
  // Past a limit not the lock would fail but every later allocation.
  const bool free_to_lock = ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
                            limit.rlim_cur == RLIM_INFINITY;
  if (free_to_lock) static_cast<void>(::mlockall(MCL_CURRENT | MCL_FUTURE));
}

}  // namespace relais::sync
