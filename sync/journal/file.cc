#include "sync/journal/file.h"

#include <utility>

#include "sync/journal/packet_format.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"

namespace relais::sync {
namespace {

using State = FramedLength::State;

tl::unexpected<Error> bad_length() {
  return fail(Errc::wire_format,
              "What the other side sent cannot be cut into frames. The "
              "session ends here; it will be tried again.");
}

tl::unexpected<Error> large_frame() {
  return fail(Errc::over_limit,
              "A frame is larger than {0} bytes. It was refused; have it sent "
              "again by an unaltered program.",
              {std::to_string(limits::frame_bytes_max)});
}

tl::unexpected<Error> not_a_file(std::string_view bytes) {
  if (bytes.starts_with(invitation_file_magic)) {
    return fail(Errc::wire_format,
                "This file is an invitation, not a packet. Use it to enrol a "
                "new machine.");
  }
  if (bytes.starts_with(packet_file_magic.substr(0, 6))) {
    return fail(Errc::version,
                "This packet file was made by a newer version. Install the "
                "newest version.");
  }
  return fail(Errc::wire_format,
              "This file is not a packet file of Relais. Choose a file whose "
              "name ends in .relais.");
}

bool is_good_item(std::string_view bytes, proto::FileItem& item) {
  if (!parse(bytes, item) || has_unknown(item)) return false;
  switch (item.kind_case()) {
    case proto::FileItem::kPacket:
      return packet_format::is_plausible(item.packet());
    case proto::FileItem::kLetter:
      return packet_format::is_plausible(item.letter());
    case proto::FileItem::KIND_NOT_SET:
      return false;
  }
  return false;
}

Sentence damaged_item(std::size_t number) {
  return Sentence{
      "Item {0} of this file is damaged and was left out; the others were "
      "read. Copy the file again to get it too.",
      {std::to_string(number)}};
}

Sentence damaged_rest(std::size_t number) {
  return Sentence{
      "This file is damaged or cut from item {0} on; the rest of it could not "
      "be read. Copy the file again.",
      {std::to_string(number)}};
}

/// Names the first field of an invitation that is not as it is written.
const char* wrong_field(const proto::Invitation& invitation) {
  if (invitation.id().size() != 16) return "id";
  if (invitation.secret().size() != 10) return "secret";
  if (invitation.epoch().size() != 16) return "epoch";
  if (invitation.headquarters().sign().size() != 32 ||
      invitation.headquarters().box().size() != 32) {
    return "headquarters";
  }
  if (unclean_text(invitation)) return "text";
  return invitation.signature().size() == 64 ? nullptr : "signature";
}

}  // namespace

void put_framed(Bytes& out, std::string_view message) {
  put_length(out, message.size());
  out += message;
}

Bytes encode_frame(const proto::Frame& frame) {
  Bytes out;
  put_framed(out, serialise(frame));
  return out;
}

void FrameReader::feed(std::string_view bytes) {
  if (failed_) return;
  // Frames that were taken make room before more comes in.
  buffer_.erase(0, start_);
  start_ = 0;
  buffer_ += bytes;
}

Result<std::optional<Bytes>> FrameReader::next() {
  if (failed_) return bad_length();
  const std::string_view left = std::string_view(buffer_).substr(start_);
  const FramedLength framed = read_length(left);
  const bool large = framed.length > limits::frame_bytes_max;
  if (framed.state == State::bad || large) {
    failed_ = true;
    buffer_ = Bytes();
    start_ = 0;
    if (large) return large_frame();
    return bad_length();
  }
  if (framed.state == State::cut ||
      left.size() - framed.bytes < framed.length) {
    return std::optional<Bytes>();
  }
  start_ += framed.bytes + framed.length;
  return std::optional<Bytes>(left.substr(framed.bytes, framed.length));
}

Result<proto::Frame> decode_frame(std::string_view bytes) {
  if (bytes.size() > limits::frame_bytes_max) return large_frame();
  proto::Frame frame;
  if (!parse(bytes, frame)) {
    return fail(Errc::wire_format,
                "A frame of a session is damaged. The session ends here; it "
                "will be tried again.");
  }
  if (frame.kind_case() == proto::Frame::KIND_NOT_SET) {
    return fail(Errc::version,
                "The other side sent a frame that this version does not know. "
                "Install the newest version.");
  }
  return frame;
}

Bytes encode_file(const std::vector<proto::FileItem>& items) {
  Bytes out(packet_file_magic);
  for (const proto::FileItem& item : items) put_framed(out, serialise(item));
  return out;
}

Result<FileItems> decode_file(std::string_view bytes) {
  if (!bytes.starts_with(packet_file_magic)) return not_a_file(bytes);
  bytes.remove_prefix(packet_file_magic.size());
  FileItems file;
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const FramedLength framed = read_length(bytes);
    if (framed.state != State::whole ||
        framed.length > bytes.size() - framed.bytes ||
        file.faults.size() == limits::file_faults_max) {
      file.faults.push_back(damaged_rest(number));
      break;
    }
    proto::FileItem item;
    const auto content = bytes.substr(framed.bytes, framed.length);
    if (content.size() <= limits::frame_bytes_max &&
        is_good_item(content, item)) {
      file.items.push_back(std::move(item));
    } else {
      file.faults.push_back(damaged_item(number));
    }
    bytes.remove_prefix(framed.bytes + framed.length);
  }
  return file;
}

Bytes encode_invitation(const proto::Invitation& invitation) {
  return Bytes(invitation_file_magic) + serialise(invitation);
}

Result<proto::Invitation> decode_invitation(std::string_view bytes) {
  if (!bytes.starts_with(invitation_file_magic)) {
    return fail(Errc::wire_format,
                "This file is not an invitation of Relais. Ask headquarters "
                "for the file it made for this machine.");
  }
  if (bytes.size() > limits::invitation_bytes_max) {
    return fail(Errc::over_limit,
                "This invitation is larger than {0} bytes. Ask headquarters to "
                "make it again.",
                {std::to_string(limits::invitation_bytes_max)});
  }
  proto::Invitation invitation;
  bytes.remove_prefix(invitation_file_magic.size());
  const char* wrong =
      parse(bytes, invitation) ? wrong_field(invitation) : "file";
  if (wrong == nullptr) return invitation;
  return fail(Errc::wire_format,
              "This invitation is damaged at \"{0}\". Copy the file again, or "
              "ask headquarters to make it again.",
              {wrong});
}

}  // namespace relais::sync
