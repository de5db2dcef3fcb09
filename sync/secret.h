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

/// What a person remembers or has on paper, made slow to guess: Argon2id, three
/// passes over 64 MiB, tenths of a second. `salt` has 16 bytes. over_limit:
/// there is no such memory.
Result<Secret> stretch(std::string_view remembered, std::string_view salt,
                       std::size_t bytes);
/// Of a PIN.
inline constexpr std::size_t stretched_bytes = 64;

/// Overwrites it; the compiler does not take that away.
void wipe(std::string& text);

}  // namespace relais::sync
