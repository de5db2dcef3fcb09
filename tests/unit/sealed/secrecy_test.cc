#include "sync/sealed/secrecy.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>

namespace relais::sync {
namespace {

/// In a process of its own: there is no way back.
TEST(SecretsInMemory, ReachNeitherACoreNorAnotherProcess) {
  const auto in_private = [] {
    keep_memory_private();
    keep_out_of_swap();
    rlimit core{1, 1};
    const bool none = ::getrlimit(RLIMIT_CORE, &core) == 0 &&
                      core.rlim_cur == 0 && core.rlim_max == 0;
#ifdef __SANITIZE_ADDRESS__
    const bool hidden = true;
#else
    const bool hidden = ::prctl(PR_GET_DUMPABLE) == 0;
#endif
    std::exit(none && hidden ? 0 : 1);
  };
  EXPECT_EXIT(in_private(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace relais::sync
