#include "sync/replica/enrolment.h"

#include "sync/replica/code_digits.h"

namespace relais::sync {
namespace {

constexpr std::size_t secret_bytes = 10;
constexpr int root_bits = 50;
constexpr std::size_t code_characters = 26;
constexpr std::size_t group = 5;

bool bit_of(const EnrolmentCode& code, std::size_t bit) {
  if (bit < secret_bytes * 8) {
    const auto byte = static_cast<unsigned char>(code.secret[bit / 8]);
    return (byte >> (7 - bit % 8) & 1) != 0;
  }
  const std::size_t place = root_bits - 1 - (bit - secret_bytes * 8);
  return (code.root_bits >> place & 1) != 0;
}

}  // namespace

std::string encode_code(const EnrolmentCode& code) {
  std::string text;
  for (std::size_t i = 0; i < code_characters; ++i) {
    if (i > 0 && i % group == 0) text += '-';
    unsigned digit = 0;
    for (std::size_t b = 0; b < 5; ++b) {
      digit = digit << 1 | (bit_of(code, i * 5 + b) ? 1U : 0U);
    }
    text += code_digit(digit);
  }
  return text;
}

Result<EnrolmentCode> decode_code(std::string_view text) {
  EnrolmentCode code;
  code.secret.assign(secret_bytes, '\0');
  std::size_t bits = 0;
  for (char character : text) {
    if (character == '-' || character == ' ') continue;
    const int digit = code_digit_value(character);
    if (digit < 0 || bits == code_characters * 5) {
      return fail(Errc::usage,
                  "The code cannot hold '{0}': type the 26 characters as "
                  "headquarters gave them",
                  {std::string(1, character)});
    }
    for (int b = 4; b >= 0; --b, ++bits) {
      const bool set = (digit >> b & 1) != 0;
      if (bits < secret_bytes * 8) {
        auto& byte = code.secret[bits / 8];
        byte = static_cast<char>(static_cast<unsigned char>(byte) << 1 |
                                 (set ? 1 : 0));
      } else {
        code.root_bits = code.root_bits << 1 | (set ? 1U : 0U);
      }
    }
  }
  if (bits != code_characters * 5) {
    return fail(Errc::usage,
                "The code has {0} characters instead of 26: type it again",
                {std::to_string(bits / 5)});
  }
  return code;
}

}  // namespace relais::sync
