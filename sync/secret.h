#pragma once

#include <string>
#include <string_view>

#include "sync/result.h"

namespace relais::sync {

/// A key or a password in memory: where the system allows it never swapped
/// out, between pages that nobody may touch, wiped at its end.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view bytes);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;

  std::string_view view() const { return {bytes_, size_}; }
  bool empty() const { return size_ == 0; }

 private:
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

/// What a person remembers, made slow to guess: Argon2id, two passes over
/// 64 MiB, 64 bytes. `salt` has 16. over_limit: there is no such memory.
Result<Secret> stretch(std::string_view remembered, std::string_view salt);
inline constexpr std::size_t stretched_bytes = 64;

/// Overwrites it; the compiler does not take that away.
void wipe(std::string& text);

}  // namespace relais::sync
