#include "sync/check.h"

#include <cstdio>
#include <cstdlib>

namespace relais::sync {

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, expression);
  std::abort();
}

}  // namespace relais::sync
