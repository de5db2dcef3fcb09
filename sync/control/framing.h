#pragma once

#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sync/ids.h"
#include "sync/result.h"

namespace relais::sync {

/// The messages of proto/control.proto on a stream: the length in 4 bytes,
/// big-endian, then the message.

/// No message is longer; a peer that says so is cut off.
inline constexpr std::size_t control_message_bytes_max = 1024 * 1024;
/// Pieces of a file are cut to this: few enough messages, little memory.
inline constexpr std::size_t control_piece_bytes = 64 * 1024;
/// A line of an import, whole: refused, it comes back in one message with the
/// reasons. A longer one is cut here.
inline constexpr std::size_t import_line_bytes_max = 512 * 1024;

/// Fails with over_limit.
Result<Bytes> frame(const google::protobuf::MessageLite& message);

/// Cuts a stream into messages. Holds at most one message and one piece of
/// the stream.
class Unframer {
 public:
  void add(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole message, or nothing until more is added. Fails with
  /// wire_format for a length past the limit; the stream is then useless.
  Result<std::optional<Bytes>> next();
  /// False: the stream ended inside a message.
  bool empty() const { return buffer_.empty(); }

 private:
  Bytes buffer_;
};

}  // namespace relais::sync
