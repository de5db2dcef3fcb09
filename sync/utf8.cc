#include "sync/utf8.h"

#include <algorithm>

#include "sync/unicode.h"

namespace relais::sync {
namespace {

/// Length of the character at the front; 0 when there is none.
std::size_t character_length(std::string_view text) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(text.size(), 4);
       ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace

std::string as_utf8(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    out += text.substr(0, length);
    if (length == 0) {
      const auto byte = static_cast<unsigned char>(text.front());
      out += {'\\', 'x', digits[byte >> 4], digits[byte & 0xF]};
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace relais::sync
