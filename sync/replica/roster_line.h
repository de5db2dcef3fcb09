#pragma once

#include <cstdint>
#include <string>

#include "sync/ids.h"

namespace relais::sync {

/// One line of the roster.
struct RosterLine {
  DeviceId device;
  std::string post;
  std::string letter;
  Bytes sign;         ///< 32 bytes
  Bytes box;          ///< 32 bytes
  Bytes certificate;  ///< DER
  bool retired = false;
  bool forked = false;       ///< a clone or a restored copy wrote: no feed
  std::int64_t contact = 0;  ///< last one, headquarters' clock, ms
};

}  // namespace relais::sync
