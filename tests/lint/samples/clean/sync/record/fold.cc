#include "sync/record/fold.h"

#include <vector>

#include "proto/change.pb.h"
#include "sync/result.h"

// The word sleep_for in a comment, or "using namespace", is only a word.
namespace relais::sync {

Result<int> fold(int seconds) {
  if (seconds < 0) {
    return fail(Errc::invalid, "The value {0} is "
                               "too small.", {std::to_string(seconds)});
  }
  const char* quoted = "rand() and detached in a text";
  return seconds + static_cast<int>(sizeof quoted) * 1'000;
}

}  // namespace relais::sync
