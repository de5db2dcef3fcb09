#include "sync/replica/code_digits.h"

#include <cctype>

namespace relais::sync {
namespace {

constexpr std::string_view code_alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t secret_digits = 16;
constexpr std::size_t secret_group = 4;

}  // namespace

char code_digit(unsigned five_bits) {
  return code_alphabet[five_bits & 31];
}

int code_digit_value(char character) {
  char upper =
      static_cast<char>(std::toupper(static_cast<unsigned char>(character)));
  if (upper == 'O') upper = '0';
  if (upper == 'I' || upper == 'L') upper = '1';
  const auto at = code_alphabet.find(upper);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::string encode_secret(std::string_view ten_bytes) {
  std::string text;
  unsigned held = 0;
  unsigned bits = 0;
  std::size_t digits = 0;
  for (const char byte : ten_bytes) {
    held = held << 8 | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 5; bits -= 5) {
      if (digits++ % secret_group == 0 && !text.empty()) text += '-';
      text += code_digit(held >> (bits - 5));
    }
  }
  return text;
}

Result<std::string> decode_secret(std::string_view text) {
  std::string bytes;
  unsigned held = 0;
  unsigned bits = 0;
  std::size_t digits = 0;
  bool good = true;
  for (const char character : text) {
    if (character == '-' || character == ' ') continue;
    const int digit = code_digit_value(character);
    good = good && digit >= 0;
    ++digits;
    held = held << 5 | (static_cast<unsigned>(digit) & 31);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(static_cast<unsigned char>(held >> bits));
  }
  if (good && digits == secret_digits) return bytes;
  return fail(Errc::usage,
              "The code of the envelope has 16 digits and letters, in groups "
              "of four: type it again as it stands there");
}

}  // namespace relais::sync
