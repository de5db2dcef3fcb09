#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sync/ids.h"
#include "sync/result.h"

namespace relais::sync {

/// What stands in an enrolment code: 26 characters in groups, 80 bits of
/// secret and 50 bits of the root certificate's hash, so that the first
/// contact is already pinned.
struct EnrolmentCode {
  Bytes secret;                 ///< 10 bytes
  std::uint64_t root_bits = 0;  ///< the first 50 bits of the root's hash
};

std::string encode_code(const EnrolmentCode& code);
/// Case, spaces and dashes do not matter; O reads as 0, I and L as 1. Fails
/// with usage, naming the character.
Result<EnrolmentCode> decode_code(std::string_view text);

/// What a machine of the field knows of its place. Kept on the shelf
/// "machine".
struct Enrolment {
  std::string post;         ///< code of the post; empty: not enrolled
  std::string letter;       ///< A, B, ... within the post
  Bytes headquarters_sign;  ///< 32 bytes
  Bytes headquarters_box;   ///< 32 bytes
  Bytes root;               ///< DER
  Bytes certificate;        ///< DER; empty until the grant is back
  std::vector<std::string> urls;
};

}  // namespace relais::sync
