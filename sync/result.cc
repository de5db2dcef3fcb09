#include "sync/result.h"

namespace relais::sync {

int exit_code(Errc code) {
  switch (code) {
    case Errc::offline:
    case Errc::timed_out:
      return 5;
    case Errc::usage:
      return 2;
    case Errc::not_found:
    case Errc::already:
      return 3;
    case Errc::denied:
      return 4;
    case Errc::cancelled:
    case Errc::invalid:
    case Errc::wire_format:
    case Errc::version:
    case Errc::over_limit:
    case Errc::disk_full:
    case Errc::corrupt:
    case Errc::busy:
      return 1;
  }
  return 1;
}

}  // namespace relais::sync
