#pragma once

namespace relais::sync {

/// Writes the broken expression and its place to stderr, then aborts.
[[noreturn]] void check_failed(const char* expression, const char* file,
                               int line);

}  // namespace relais::sync

/// Holds in every build unless we made a mistake. Never for bytes from
/// outside: those give a Result. systemd restarts the daemon, and what was
/// saved is on the disk.
#define CHECK(expression)        \
  (static_cast<bool>(expression) \
       ? static_cast<void>(0)    \
       : ::relais::sync::check_failed(#expression, __FILE__, __LINE__))
