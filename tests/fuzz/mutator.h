#pragma once

#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// Changes messages field by field, so that what comes out still parses: the
/// part of a hostile sender who knows the format. `message` is empty, and
/// becomes what is written to the buffer.
namespace relais::fuzz {

/// libFuzzer's own way.
std::size_t mutate_bytes(std::uint8_t* bytes, std::size_t size,
                         std::size_t size_max);

/// As libFuzzer wants it; the new size.
std::size_t mutate(google::protobuf::Message& message, std::uint8_t* bytes,
                   std::size_t size, std::size_t size_max, unsigned seed);

/// A copy of `one` with a field of the same kind from `other`.
std::size_t cross(google::protobuf::Message& message, std::string_view one,
                  google::protobuf::Message& from, std::string_view other,
                  std::span<std::uint8_t> out, unsigned seed);

}  // namespace relais::fuzz
