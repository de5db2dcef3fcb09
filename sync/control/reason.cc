#include "sync/control/reason.h"

#include <cstring>

namespace relais::sync {

std::string system_reason(int error) {
  // The one that libc translates, by LANGUAGE, and the one that it does not.
  const std::string french = std::strerror(error);
  const char* english = strerrordesc_np(error);
  return french + '\x1F' + (english == nullptr ? french : english);
}

}  // namespace relais::sync
