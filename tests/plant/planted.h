#pragma once

#include <cstdlib>
#include <cstring>

/// Whether this deliberate defect is in force, for this run of the program.
inline bool planted(const char* name) {
  static const char* const chosen = std::getenv("RELAIS_PLANTED");
  return chosen != nullptr && std::strcmp(chosen, name) == 0;
}
