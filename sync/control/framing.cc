#include "sync/control/framing.h"

namespace relais::sync {
namespace {

constexpr std::size_t length_bytes = 4;

}  // namespace

Result<Bytes> frame(const google::protobuf::MessageLite& message) {
  const std::size_t size = message.ByteSizeLong();
  if (size > control_message_bytes_max) {
    return fail(
        Errc::over_limit,
        "A message of {0} bytes is too long for the local socket; at "
        "most {1}.",
        {std::to_string(size), std::to_string(control_message_bytes_max)});
  }
  Bytes bytes;
  bytes.reserve(length_bytes + size);
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>((size >> shift) & 0xFF);
  }
  message.AppendToString(&bytes);
  return bytes;
}

Result<std::optional<Bytes>> Unframer::next() {
  if (buffer_.size() < length_bytes) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    size = (size << 8) | static_cast<unsigned char>(buffer_[i]);
  }
  if (size > control_message_bytes_max) {
    return fail(Errc::wire_format,
                "What came over the local socket is not of this program.");
  }
  if (buffer_.size() < length_bytes + size) return std::nullopt;
  Bytes message = buffer_.substr(length_bytes, size);
  buffer_.erase(0, length_bytes + size);
  return message;
}

}  // namespace relais::sync
