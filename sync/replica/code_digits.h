#pragma once

#include <string>
#include <string_view>

#include "sync/result.h"

namespace relais::sync {

/// Codes that people read aloud and type: Crockford's base 32, five bits a
/// digit. Without I, L, O or U, so that they survive the telephone.
char code_digit(unsigned five_bits);
/// Reads O as 0, I and L as 1, without case. Negative: no digit.
int code_digit_value(char character);

/// 80 bits as sixteen digits in groups of four.
std::string encode_secret(std::string_view ten_bytes);
/// Case, spaces and dashes do not matter. usage when it is no such code.
Result<std::string> decode_secret(std::string_view text);

}  // namespace relais::sync
