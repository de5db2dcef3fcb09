#include "sync/journal/packet.h"

#include <algorithm>
#include <utility>

#include "sync/check.h"
#include "sync/compression.h"
#include "sync/journal/packet_format.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"

namespace relais::sync {
namespace {

tl::unexpected<Error> too_large(std::size_t bytes) {
  return fail(
      Errc::over_limit,
      "A packet of {0} bytes is larger than the {1} bytes that may be "
      "sent at once. Send fewer entries in one packet.",
      {std::to_string(bytes), std::to_string(limits::packet_bytes_max)});
}

/// Whether what stands in the salt's place is what the lost body hashed to.
bool stub_binds(const Entry& entry) {
  const auto bound = Hash::from_bytes(entry.salt);
  return bound && leaf_of(entry.meta, *bound) == entry.leaf;
}

bool has_stub(const PacketRange& range) {
  return std::any_of(range.entries.begin(), range.entries.end(),
                     [](const Entry& entry) { return entry.stub; });
}

/// A seed would tell the salt of an erased body, and with it which of a few
/// likely texts it was; so a range with a stub travels with its salts.
bool sends_seed(const PacketRange& range) {
  return !range.seed.empty() && !has_stub(range);
}

/// The entry as we hold it must be the one that the chain was built from.
Result<> check_entry(const Entry& entry, const PacketRange& range) {
  const std::string position = std::to_string(entry.position);
  if (entry.meta.size() + entry.body.size() >
      limits::entry_bytes_max + limits::feed_reference_bytes_extra) {
    return fail(Errc::over_limit,
                "Entry {0} of journal {1} is larger than {2} bytes and cannot "
                "be sent. Ask a technician to look at this machine.",
                {position, to_hex(range.journal),
                 std::to_string(limits::entry_bytes_max)});
  }
  if (entry.stub) return {};
  const Bytes salt =
      sends_seed(range) ? salt_of(range.seed, entry.position) : entry.salt;
  if (salt.size() == packet_format::salt_bytes &&
      leaf_of(entry.meta, body_hash(salt, entry.body)) == entry.leaf) {
    return {};
  }
  return fail(Errc::corrupt,
              "Entry {0} of journal {1} no longer matches its hash on this "
              "machine. Ask a technician to check the disk.",
              {position, to_hex(range.journal)});
}

Result<Hash> head_after(const PacketRange& range) {
  Hash head = range.head_before;
  for (const Entry& entry : range.entries) {
    const auto good = check_entry(entry, range);
    if (!good) return fail(good.error());
    head = next_head(head, entry.leaf);
  }
  return head;
}

struct Encoded {
  std::uint32_t codec = packet_format::codec_raw;
  Bytes bytes;
};

Encoded choose_codec(Bytes raw) {
  Bytes small = compress(raw);
  if (small.size() < raw.size()) {
    const auto again = decompress(small, limits::packet_body_bytes_max);
    if (again && *again == raw) {
      return {packet_format::codec_zstd, std::move(small)};
    }
  }
  return {packet_format::codec_raw, std::move(raw)};
}

proto::PacketStatement state(const PacketRange& range, const KeyId& recipient,
                             const Hash& after, const Encoded& encoded) {
  proto::PacketStatement statement;
  statement.set_device(Bytes(range.device.view()));
  statement.set_journal(Bytes(range.journal.view()));
  statement.set_lane(range.lane);
  statement.set_first(range.entries.front().position);
  statement.set_last(range.entries.back().position);
  statement.set_head_before(Bytes(range.head_before.view()));
  statement.set_head_after(Bytes(after.view()));
  statement.set_recipient(Bytes(recipient.view()));
  statement.set_codec(encoded.codec);
  if (range.feed_journal) {
    statement.set_feed_journal(Bytes(range.feed_journal->view()));
    statement.set_feed_position(range.feed_position);
  }
  statement.set_body_hash(Bytes(hash({encoded.bytes}).view()));
  return statement;
}

void put_salts(const PacketRange& range, proto::SignedPacket& packet) {
  if (sends_seed(range)) {
    packet.set_seed(range.seed);
    return;
  }
  for (const Entry& entry : range.entries) {
    const bool vouched = !entry.stub || stub_binds(entry);
    packet.add_salt(vouched ? entry.salt : Bytes());
  }
}

bool is_contiguous(const std::vector<Entry>& entries) {
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].position != entries[i - 1].position + 1) return false;
  }
  return !entries.empty();
}

}  // namespace

Bytes packet_format::raw_body(
    const std::vector<Entry>& entries,
    const std::vector<proto::Attachment>& attachments) {
  proto::PacketBody body;
  for (const Entry& entry : entries) {
    proto::PacketEntry& out = *body.add_entry();
    out.set_meta(entry.meta);
    if (entry.stub) {
      out.set_leaf(Bytes(entry.leaf.view()));
    } else {
      out.set_body(entry.body);
    }
  }
  for (const proto::Attachment& attachment : attachments) {
    *body.add_attachment() = attachment;
  }
  return serialise(body);
}

Result<Bytes> sign_packet(const PacketRange& range, const KeyPair& signing_key,
                          const KeyId& recipient) {
  CHECK(is_contiguous(range.entries));
  CHECK(range.header.empty() == (range.entries.front().position != 1));
  const auto after = head_after(range);
  if (!after) return fail(after.error());
  Bytes raw = packet_format::raw_body(range.entries, range.attachments);
  const std::size_t items = range.entries.size() + range.attachments.size();
  if (raw.size() > limits::packet_body_bytes_max ||
      items > limits::packet_entries_max) {
    return too_large(raw.size());
  }
  Encoded encoded = choose_codec(std::move(raw));
  proto::SignedPacket packet;
  packet.set_statement(serialise(state(range, recipient, *after, encoded)));
  packet.set_signature(
      sign(signing_key, packet_format::context, packet.statement()));
  packet.set_header(range.header);
  put_salts(range, packet);
  packet.set_body(std::move(encoded.bytes));
  Bytes bytes = serialise(packet);
  if (bytes.size() > packet_format::signed_bytes_max) {
    return too_large(bytes.size());
  }
  return bytes;
}

Result<Bytes> seal_packet(std::string_view signed_packet,
                          std::string_view box_public_key) {
  if (signed_packet.size() > packet_format::signed_bytes_max) {
    return too_large(signed_packet.size());
  }
  auto sealed = seal(box_public_key, signed_packet);
  if (!sealed) return fail(sealed.error());
  proto::SealedPacket packet;
  packet.set_format(packet_format::format);
  packet.set_recipient(Bytes(key_id(box_public_key).view()));
  packet.set_sealed(*std::move(sealed));
  return serialise(packet);
}

}  // namespace relais::sync
