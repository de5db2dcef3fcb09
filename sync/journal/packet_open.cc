#include <algorithm>
#include <utility>

#include "sync/compression.h"
#include "sync/journal/packet.h"
#include "sync/journal/packet_format.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"

namespace relais::sync {
namespace {

tl::unexpected<Error> bad_packet(std::string_view field) {
  return fail(Errc::wire_format,
              "A packet cannot be read: \"{0}\" is not as any version of the "
              "program writes it. It was refused; have it sent again.",
              {std::string(field)});
}

tl::unexpected<Error> newer_packet(std::string_view field) {
  return fail(Errc::version,
              "A packet was made by a newer version: this one cannot read its "
              "\"{0}\". Install the newest version.",
              {std::string(field)});
}

tl::unexpected<Error> large_packet() {
  return fail(Errc::over_limit,
              "A packet is larger than {0} bytes. It was refused; have it "
              "sent again by an unaltered program.",
              {std::to_string(limits::packet_bytes_max)});
}

/// A body of many empty items would cost far more memory than its bytes; so
/// items are counted before anything is made of them.
Result<> count_items(std::string_view body) {
  constexpr char entry_tag = 0x0A;
  constexpr char attachment_tag = 0x12;
  std::size_t items = 0;
  while (!body.empty()) {
    if (body[0] != entry_tag && body[0] != attachment_tag) {
      return newer_packet("body");
    }
    const FramedLength framed = read_length(body.substr(1));
    const std::size_t before = 1 + framed.bytes;
    if (framed.state != FramedLength::State::whole ||
        framed.length > body.size() - before) {
      return bad_packet("body");
    }
    if (++items > limits::packet_entries_max) {
      return fail(Errc::over_limit,
                  "A packet holds more than {0} entries. It was refused; have "
                  "it sent again by an unaltered program.",
                  {std::to_string(limits::packet_entries_max)});
    }
    body.remove_prefix(before + framed.length);
  }
  return {};
}

bool is_feed_only(proto::EntryKind kind) {
  return kind == proto::ENTRY_KIND_REFERENCE ||
         kind == proto::ENTRY_KIND_DOCUMENT ||
         kind == proto::ENTRY_KIND_NOTICE || kind == proto::ENTRY_KIND_WITHDRAW;
}

bool is_good_reference(const proto::FeedReference& reference) {
  return get_dot(reference.dot()) && reference.device().size() == 16 &&
         reference.body_hash().size() == 32 && !reference.meta().empty();
}

/// Reads one SignedPacket, step by step; each step trusts only what those
/// before it have checked.
class Reader {
 public:
  Reader(std::string_view bytes, const SigningKeys& keys)
      : bytes_(bytes), keys_(&keys) {}

  /// `recipient` absent: a packet that came back to whoever signed it.
  Result<OpenedPacket> read(const std::optional<KeyId>& recipient) {
    whole_ = recipient.has_value();
    using Step = Result<> (Reader::*)();
    if (auto done = check_signature(recipient); !done) {
      return fail(done.error());
    }
    for (const Step step : {&Reader::read_statement, &Reader::read_body,
                            &Reader::read_header, &Reader::read_salts,
                            &Reader::read_entries, &Reader::read_attachments}) {
      if (auto done = (this->*step)(); !done) return fail(done.error());
    }
    out_.signed_bytes = Bytes(bytes_);
    return std::move(out_);
  }

 private:
  Result<> check_signature(const std::optional<KeyId>& recipient);
  Result<> read_statement();
  Result<> read_body();
  Result<> read_header();
  Result<> read_salts();
  Result<> read_entries();
  Result<> read_entry(proto::PacketEntry& from, std::uint64_t position);
  Result<> read_attachments();
  Result<> check_kind(const proto::EntryMeta& meta, const Entry& entry);

  std::string_view bytes_;
  const SigningKeys* keys_;
  bool whole_ = true;  ///< else bodies may have been taken out of it
  proto::SignedPacket packet_;
  proto::PacketBody body_;
  std::vector<Bytes> salts_;        ///< one an entry; empty: a stub's
  std::vector<Bytes> body_hashes_;  ///< of the references, in order
  OpenedPacket out_;
};

Result<> Reader::check_signature(const std::optional<KeyId>& recipient) {
  if (bytes_.size() > packet_format::signed_bytes_max +
                          (whole_ ? 0 : packet_format::salts_bytes_max)) {
    return large_packet();
  }
  if (!parse(bytes_, packet_)) return bad_packet("packet");
  if (!parse(packet_.statement(), out_.statement)) {
    return bad_packet("statement");
  }
  const auto device = DeviceId::from_bytes(out_.statement.device());
  if (!device) return bad_packet("device");
  out_.device = *device;
  const Bytes key = keys_->signing_key(*device);
  if (key.empty()) {
    return fail(Errc::denied,
                "A packet comes from a machine that is not enrolled here "
                "({0}). Have it enrolled, then take its packet again.",
                {to_hex(*device)});
  }
  if (!verify(key, packet_format::context, packet_.statement(),
              packet_.signature())) {
    return fail(Errc::denied,
                "A packet is not signed by the machine that it names ({0}). "
                "It was refused; have it sent again by that machine.",
                {to_hex(*device)});
  }
  if (recipient && out_.statement.recipient() != recipient->view()) {
    return fail(Errc::denied,
                "A packet was written for another machine ({0}) and sealed "
                "again for this one. It was refused.",
                {to_hex(out_.statement.recipient())});
  }
  return {};
}

Result<> Reader::read_statement() {
  const proto::PacketStatement& statement = out_.statement;
  if (has_unknown(packet_)) return newer_packet("packet");
  if (has_unknown(statement)) return newer_packet("statement");
  const auto journal = JournalId::from_bytes(statement.journal());
  const auto before = Hash::from_bytes(statement.head_before());
  const auto after = Hash::from_bytes(statement.head_after());
  if (!journal) return bad_packet("journal");
  if (!before) return bad_packet("head_before");
  if (!after) return bad_packet("head_after");
  if (statement.lane() == proto::LANE_UNSPECIFIED) return bad_packet("lane");
  if (!proto::Lane_IsValid(statement.lane())) return newer_packet("lane");
  if (statement.first() == 0) return bad_packet("first");
  if (statement.last() < statement.first()) return bad_packet("last");
  if (statement.recipient().size() != 16) return bad_packet("recipient");
  const std::size_t feed = statement.feed_journal().size();
  if (feed != 0 && feed != 16) return bad_packet("feed_journal");
  if (statement.codec() > packet_format::codec_zstd) {
    return newer_packet("codec");
  }
  if (statement.dictionary() != 0) return newer_packet("dictionary");
  // Where bodies were taken out, the chain and the references bind the rest.
  const bool bound = whole_ || !packet_.purged();
  if (bound && hash({packet_.body()}).view() != statement.body_hash()) {
    return bad_packet("body_hash");
  }
  out_.journal = *journal;
  out_.lane = statement.lane();
  out_.first = statement.first();
  out_.last = statement.last();
  out_.head_before = *before;
  out_.head_after = *after;
  return {};
}

Result<> Reader::read_body() {
  Bytes raw = std::move(*packet_.mutable_body());
  if (out_.statement.codec() == packet_format::codec_zstd) {
    auto unpacked = decompress(raw, limits::packet_body_bytes_max);
    if (!unpacked) return fail(unpacked.error());
    raw = *std::move(unpacked);
  }
  if (auto counted = count_items(raw); !counted) return counted;
  if (!parse(raw, body_)) return bad_packet("body");
  if (has_unknown(body_)) return newer_packet("body");
  const auto entries = static_cast<std::uint64_t>(body_.entry_size());
  if (entries == 0 || entries - 1 != out_.last - out_.first) {
    return bad_packet("entry");
  }
  return {};
}

Result<> Reader::read_header() {
  out_.header = packet_.header();
  if (out_.header.empty() != (out_.first != 1)) return bad_packet("header");
  if (out_.first != 1) return {};
  const auto header = decode_header(out_.header);
  if (!header) return fail(header.error());
  if (header->journal != out_.journal || header->device != out_.device ||
      header->lane != out_.lane ||
      first_head(out_.header) != out_.head_before) {
    return bad_packet("header");
  }
  return {};
}

Result<> Reader::read_salts() {
  out_.seed = packet_.seed();
  const bool seeded = !out_.seed.empty();
  if (seeded && (out_.seed.size() != packet_format::seed_bytes ||
                 packet_.salt_size() != 0)) {
    return bad_packet("seed");
  }
  if (!seeded && packet_.salt_size() != body_.entry_size()) {
    return bad_packet("salt");
  }
  for (int i = 0; i < body_.entry_size(); ++i) {
    const bool stub = !body_.entry(i).leaf().empty();
    Bytes salt = seeded ? Bytes() : packet_.salt(i);
    if (seeded && !stub) {
      salt = salt_of(out_.seed, out_.first + static_cast<std::uint64_t>(i));
    }
    const bool fits = stub ? salt.empty() || Hash::from_bytes(salt)
                           : salt.size() == packet_format::salt_bytes;
    if (!fits) return bad_packet("salt");
    salts_.push_back(std::move(salt));
  }
  return {};
}

Result<> Reader::read_entries() {
  Hash head = out_.head_before;
  for (int i = 0; i < body_.entry_size(); ++i) {
    const std::uint64_t position = out_.first + static_cast<std::uint64_t>(i);
    auto read = read_entry(*body_.mutable_entry(i), position);
    if (!read) return read;
    head = next_head(head, out_.entries.back().leaf);
  }
  if (head == out_.head_after) return {};
  return fail(Errc::wire_format,
              "The entries of a packet are not those that its machine signed "
              "(journal {0}, {1} to {2}). It was refused; have it sent again.",
              {to_hex(out_.journal), std::to_string(out_.first),
               std::to_string(out_.last)});
}

Result<> Reader::read_entry(proto::PacketEntry& from, std::uint64_t position) {
  Entry entry;
  entry.position = position;
  entry.stub = !from.leaf().empty();
  entry.meta = std::move(*from.mutable_meta());
  entry.body = std::move(*from.mutable_body());
  entry.salt = std::move(salts_[out_.entries.size()]);
  if (entry.stub) {
    const auto leaf = Hash::from_bytes(from.leaf());
    if (!leaf || !entry.body.empty()) return bad_packet("leaf");
    entry.leaf = *leaf;
    const auto bound = Hash::from_bytes(entry.salt);
    if (bound && leaf_of(entry.meta, *bound) != entry.leaf) {
      return bad_packet("salt");
    }
  } else {
    entry.leaf = leaf_of(entry.meta, body_hash(entry.salt, entry.body));
  }
  const auto meta = decode_meta(entry.meta);
  if (!meta) return fail(meta.error());
  if (meta->position() != position) return bad_packet("position");
  if (auto good = check_kind(*meta, entry); !good) return good;
  out_.entries.push_back(std::move(entry));
  return {};
}

Result<> Reader::check_kind(const proto::EntryMeta& meta, const Entry& entry) {
  const bool reference = meta.kind() == proto::ENTRY_KIND_REFERENCE;
  const std::size_t bytes_max =
      limits::entry_bytes_max +
      (reference ? limits::feed_reference_bytes_extra : 0);
  if (entry.meta.size() + entry.body.size() > bytes_max) {
    return fail(Errc::over_limit,
                "Entry {0} of a packet is larger than {1} bytes. The packet "
                "was refused; have it sent again by an unaltered program.",
                {std::to_string(entry.position), std::to_string(bytes_max)});
  }
  if (is_feed_only(meta.kind()) && out_.lane != proto::LANE_FEED) {
    return bad_packet("kind");
  }
  if (!reference) return {};
  if (!is_good_reference(meta.reference())) return bad_packet("reference");
  body_hashes_.push_back(meta.reference().body_hash());
  return {};
}

/// What was purged is not attached: both halves are empty then.
Result<> Reader::read_attachments() {
  const auto count = static_cast<std::size_t>(body_.attachment_size());
  if (count != body_hashes_.size()) return bad_packet("attachment");
  for (std::size_t i = 0; i < count; ++i) {
    proto::Attachment& item = *body_.mutable_attachment(static_cast<int>(i));
    const bool purged = item.salt().empty() && item.body().empty();
    if (item.body().size() > limits::entry_bytes_max) return large_packet();
    if (!purged &&
        (item.salt().size() != packet_format::salt_bytes ||
         body_hash(item.salt(), item.body()).view() != body_hashes_[i])) {
      return fail(Errc::wire_format,
                  "What came with a change in a feed is not what headquarters "
                  "vouched for (journal {0}, {1} to {2}). It was refused; "
                  "have it sent again.",
                  {to_hex(out_.journal), std::to_string(out_.first),
                   std::to_string(out_.last)});
    }
    out_.attachments.push_back(std::move(item));
  }
  return {};
}

}  // namespace

namespace packet_format {

bool is_plausible(const proto::SealedPacket& packet) {
  return packet.format() != 0 && packet.recipient().size() == 16 &&
         packet.sealed().size() > seal_bytes;
}

Result<Bytes> unseal_for(const KeyPair& box_key, std::string_view sealed) {
  if (sealed.size() > limits::packet_bytes_max) return large_packet();
  proto::SealedPacket packet;
  if (!parse(sealed, packet) || !is_plausible(packet)) {
    return bad_packet("sealed");
  }
  if (packet.format() != format || has_unknown(packet)) {
    return newer_packet("format");
  }
  if (packet.recipient() != key_id(box_key.public_key).view()) {
    return fail(Errc::denied,
                "A packet is sealed for another machine ({0}). Take it to the "
                "machine it was made for.",
                {to_hex(packet.recipient())});
  }
  auto bytes = unseal(box_key, packet.sealed());
  if (bytes) return bytes;
  return fail(Errc::wire_format,
              "The seal of a packet is broken: it was altered or damaged on "
              "its way. Copy or send it again.");
}

}  // namespace packet_format

Result<OpenedPacket> open_packet(std::string_view sealed_packet,
                                 const KeyPair& box_key,
                                 const SigningKeys& keys) {
  auto bytes = packet_format::unseal_for(box_key, sealed_packet);
  if (!bytes) return fail(bytes.error());
  return Reader(*bytes, keys).read(key_id(box_key.public_key));
}

Result<OpenedPacket> open_signed(std::string_view signed_packet,
                                 const SigningKeys& keys) {
  return Reader(signed_packet, keys).read(std::nullopt);
}

}  // namespace relais::sync
