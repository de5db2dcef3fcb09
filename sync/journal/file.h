#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/session.pb.h"
#include "sync/ids.h"
#include "sync/result.h"

namespace relais::sync {

/// Frames of a stream and items of a .relais file: each preceded by its length
/// as a varint.
inline constexpr std::string_view packet_file_magic{"RELAIS\x01\n", 8};
inline constexpr std::string_view invitation_file_magic{"RELAISI\n", 8};

void put_framed(Bytes& out, std::string_view message);
Bytes encode_frame(const proto::Frame& frame);  ///< with its length

/// Takes bytes as they come and gives whole frames, never larger than
/// limits::frame_bytes_max. After an error it stays failed.
class FrameReader {
 public:
  /// Bytes as they arrived; any cut.
  void feed(std::string_view bytes);
  /// The next whole frame's bytes; empty optional: more are needed.
  Result<std::optional<Bytes>> next();
  /// True when nothing of an unfinished frame is left over.
  bool at_boundary() const { return buffer_.size() == start_; }

 private:
  Bytes buffer_;
  std::size_t start_ = 0;
  bool failed_ = false;
};

/// Parses with the depth cap; wire_format when it is not a Frame.
Result<proto::Frame> decode_frame(std::string_view bytes);

/// A .relais file: magic, then items. A damaged item costs itself and, when
/// its length is damaged, those behind it; both are said.
struct FileItems {
  std::vector<proto::FileItem> items;
  std::vector<Sentence> faults;
};
Bytes encode_file(const std::vector<proto::FileItem>& items);
Result<FileItems> decode_file(std::string_view bytes);

Bytes encode_invitation(const proto::Invitation& invitation);
Result<proto::Invitation> decode_invitation(std::string_view bytes);

}  // namespace relais::sync
