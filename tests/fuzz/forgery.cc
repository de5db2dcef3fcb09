#include "tests/fuzz/forgery.h"

#include <algorithm>

#include "sync/check.h"
#include "sync/compression.h"
#include "sync/journal/file.h"
#include "sync/journal/packet_format.h"
#include "sync/journal/receipt.h"
#include "sync/journal/wire.h"

namespace relais::fuzz {
namespace {

using sync::Bytes;

Bytes repeated(char byte, std::size_t count) {
  return Bytes(count, byte);
}

class Repeating final : public sync::Random {
 public:
  explicit Repeating(std::uint8_t byte) : byte_(byte) {}
  Bytes bytes(std::size_t count) override {
    return repeated(static_cast<char>(byte_), count);
  }

 private:
  std::uint8_t byte_;
};

Bytes header_of(const HostilePacket& packet, const Road& road) {
  proto::JournalHeader header;
  header.set_device(Bytes(road.from.device.view()));
  header.set_journal(repeated('J', 16));
  header.set_lane(road.lane);
  if (road.lane == proto::LANE_FEED) {
    header.set_reader(Bytes(road.to.device.view()));
  }
  header.MergeFrom(packet.header());
  return sync::serialise(header);
}

/// What a reference promises of its attachment.
void bind(proto::EntryMeta& meta, const HostilePacket& packet, int& reference) {
  if (!meta.has_reference()) return;
  const int at = reference++;
  if (!meta.reference().body_hash().empty()) return;
  const proto::Attachment given = at < packet.attachment_size()
                                      ? packet.attachment(at)
                                      : proto::Attachment();
  meta.mutable_reference()->set_body_hash(
      Bytes(sync::body_hash(given.salt(), given.body()).view()));
}

proto::PacketBody body_of(const HostilePacket& packet, std::uint64_t first) {
  proto::PacketBody body;
  int reference = 0;
  for (const HostileEntry& hostile : packet.entry()) {
    proto::EntryMeta meta = hostile.meta();
    const auto at = static_cast<std::uint64_t>(body.entry_size());
    if (meta.position() == 0) meta.set_position(first + at);
    bind(meta, packet, reference);
    proto::PacketEntry& entry = *body.add_entry();
    entry.set_meta(hostile.raw_meta().empty() ? sync::encode(meta)
                                              : hostile.raw_meta());
    entry.set_leaf(hostile.leaf());
    if (!hostile.raw_body().empty()) {
      entry.set_body(hostile.raw_body());
    } else if (hostile.has_body()) {
      entry.set_body(sync::encode(hostile.body()));
    }
  }
  *body.mutable_attachment() = packet.attachment();
  return body;
}

/// Salts as the packet says; else a seed, or salts where there is a stub.
void salt(proto::SignedPacket& out, const HostilePacket& packet,
          const proto::PacketBody& body) {
  out.set_seed(packet.seed());
  *out.mutable_salt() = packet.salt();
  if (out.salt_size() > 0 || !out.seed().empty()) return;
  const bool stub =
      std::any_of(body.entry().begin(), body.entry().end(),
                  [](const auto& entry) { return !entry.leaf().empty(); });
  if (!stub) return out.set_seed(repeated('S', 32));
  for (const auto& entry : body.entry()) {
    out.add_salt(entry.leaf().empty() ? repeated('s', 16) : Bytes());
  }
}

sync::Hash head_after(sync::Hash head, const proto::SignedPacket& packet,
                      const proto::PacketBody& body, std::uint64_t first) {
  for (int i = 0; i < body.entry_size(); ++i) {
    const proto::PacketEntry& entry = body.entry(i);
    Bytes salt = i < packet.salt_size() ? packet.salt(i) : Bytes();
    if (packet.seed().size() >= 16 && packet.seed().size() <= 64) {
      salt =
          sync::salt_of(packet.seed(), first + static_cast<std::uint64_t>(i));
    }
    const auto leaf = sync::Hash::from_bytes(entry.leaf());
    head = sync::next_head(
        head, leaf ? *leaf
                   : sync::leaf_of(entry.meta(),
                                   sync::body_hash(salt, entry.body())));
  }
  return head;
}

proto::PacketStatement statement_of(const HostilePacket& packet,
                                    const Road& road,
                                    const proto::SignedPacket& made,
                                    const proto::PacketBody& body) {
  proto::PacketStatement right = packet.statement();
  if (right.first() == 0) right.set_first(1);
  proto::JournalHeader header;
  CHECK(sync::parse(header_of(packet, road), header));
  right.set_device(Bytes(road.from.device.view()));
  right.set_journal(header.journal());
  right.set_lane(header.lane());
  const auto entries = static_cast<std::uint64_t>(body.entry_size());
  right.set_last(right.first() + entries - 1);
  const sync::Hash before =
      sync::Hash::from_bytes(packet.statement().head_before())
          .value_or(sync::first_head(made.header()));
  right.set_head_before(Bytes(before.view()));
  right.set_head_after(
      Bytes(head_after(before, made, body, right.first()).view()));
  right.set_recipient(Bytes(sync::key_id(road.to.box.public_key).view()));
  right.set_body_hash(Bytes(sync::hash({made.body()}).view()));
  right.MergeFrom(packet.statement());
  return right;
}

proto::Frame frame_of(const HostileFrame& hostile, const Road& road,
                      std::string_view nonce) {
  proto::Frame frame = hostile.frame();
  if (hostile.has_packet()) {
    *frame.mutable_packet() =
        sealed(signed_packet(hostile.packet(), road), road);
  }
  if (hostile.has_returned()) {
    const Road own{road.to, road.from, proto::LANE_FEED};
    frame.set_returned(signed_packet(hostile.returned(), own));
  }
  if (hostile.has_receipt()) {
    proto::Receipt receipt = hostile.receipt();
    if (receipt.nonce().empty()) receipt.set_nonce(Bytes(nonce));
    if (receipt.device().empty()) {
      receipt.set_device(Bytes(road.to.device.view()));
    }
    frame.mutable_welcome()->set_receipt(
        sync::sign_receipt(receipt, road.from.sign));
  }
  if (frame.has_hello() && frame.hello().device().empty()) {
    frame.mutable_hello()->set_device(Bytes(road.from.device.view()));
  }
  return frame;
}

}  // namespace

Party fixed_party(std::uint8_t seed) {
  sync::start_crypto();
  Repeating random(seed);
  Party party{sync::make_signing_key(random), sync::make_box_key(random), {}};
  party.device = sync::device_id(party.sign.public_key);
  return party;
}

Bytes BothEnds::signing_key(const sync::DeviceId& device) const {
  if (device == road_->from.device) return road_->from.sign.public_key;
  if (device == road_->to.device) return road_->to.sign.public_key;
  return {};
}

Bytes signed_packet(const HostilePacket& packet, const Road& road) {
  const std::uint64_t first =
      std::max<std::uint64_t>(packet.statement().first(), 1);
  const proto::PacketBody body = body_of(packet, first);
  proto::SignedPacket out;
  out.set_header(header_of(packet, road));
  salt(out, packet, body);
  const Bytes raw = sync::serialise(body);
  if (!packet.raw_body().empty()) {
    out.set_body(packet.raw_body());
  } else if (packet.statement().codec() == sync::packet_format::codec_zstd) {
    out.set_body(sync::compress(raw));
  } else {
    out.set_body(raw);
  }
  out.set_statement(sync::serialise(statement_of(packet, road, out, body)));
  if (first != 1) out.clear_header();
  out.set_signature(sync::sign(road.from.sign, sync::packet_format::context,
                               out.statement()));
  return sync::serialise(out);
}

proto::SealedPacket sealed(std::string_view signed_packet, const Road& road) {
  proto::SealedPacket out;
  out.set_format(sync::packet_format::format);
  out.set_recipient(Bytes(sync::key_id(road.to.box.public_key).view()));
  const auto bytes = sync::seal(road.to.box.public_key, signed_packet);
  CHECK(bytes);
  out.set_sealed(*bytes);
  return out;
}

Bytes stream_of(const HostileStream& stream, const Road& road,
                std::string_view nonce) {
  Bytes out;
  for (const HostileFrame& hostile : stream.frame()) {
    out += hostile.has_raw()
               ? hostile.raw()
               : sync::encode_frame(frame_of(hostile, road, nonce));
  }
  return out;
}

Bytes file_of(const HostileStream& stream, const Road& road) {
  Bytes out(sync::packet_file_magic);
  for (const HostileFrame& hostile : stream.frame()) {
    if (hostile.has_raw()) {
      out += hostile.raw();
      continue;
    }
    const proto::Frame frame = frame_of(hostile, road, {});
    proto::FileItem item;
    if (frame.has_packet()) {
      *item.mutable_packet() = frame.packet();
    } else {
      const auto letter = sync::seal_letter(
          frame, road.from.device, road.from.sign, road.to.box.public_key);
      CHECK(letter && sync::parse(*letter, *item.mutable_letter()));
    }
    sync::put_framed(out, sync::serialise(item));
  }
  return out;
}

}  // namespace relais::fuzz
