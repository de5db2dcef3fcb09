#include <algorithm>

#include "sync/limits.h"
#include "sync/replica/feed_read.h"
#include "sync/replica/kept_packets.h"
#include "sync/replica/post.h"
#include "sync/replica/shelf_key.h"

/// What a post does for a headquarters that was restored: it keeps what it read
/// as it was signed, and gives back what is forgotten there.
namespace relais::sync {
namespace {

constexpr std::string_view known_fact = "file.known";

/// Whether headquarters said that it knows so much of a feed.
bool covers(const proto::Welcome& known, const proto::LaneLine& read) {
  return std::any_of(known.feed_known().begin(), known.feed_known().end(),
                     [&](const proto::LaneLine& line) {
                       return line.journal() == read.journal() &&
                              line.position() >= read.position();
                     });
}

}  // namespace

Result<> Post::keep_to_return(const OpenedPacket& packet) {
  return replica_->store().put(
      kept_feed, shelf_key(packet.journal, packet.first), packet.signed_bytes);
}

/// Whether a feed heard of for the first time begins where we are. A restored
/// headquarters begins one without what it forgot: then not before it knows all
/// that was read here, or nobody would give that back. It sends it again.
Result<bool> Post::goes_on(const Header& header) const {
  auto cursor = feed_cursor();
  if (!cursor) return fail(cursor.error());
  if (header.predecessor) {
    auto before = replica_->store().journal(*header.predecessor);
    if (!before) return fail(before.error());
    if (!*before || (*before)->last < header.predecessor_position) return false;
    const bool ours = header.predecessor->view() == cursor->journal();
    if (ours && header.predecessor_position == cursor->position()) return true;
  }
  if (cursor->journal().empty()) return true;
  auto known = feed_known();
  auto read = feeds_read();
  if (!known || !read) return fail(known ? read.error() : known.error());
  if (!*known) return false;
  if ((*known)->feed_agreed()) return covers(**known, *cursor);
  return std::all_of(read->begin(), read->end(),
                     [&](const auto& line) { return covers(**known, line); });
}

Result<> Post::hear_feed_known(const proto::Welcome& welcome) {
  proto::Welcome kept;
  kept.set_protocol(limits::protocol_version);
  *kept.mutable_feed_known() = welcome.feed_known();
  kept.set_feed_agreed(welcome.feed_agreed());
  return set_fact(replica_->store(), known_fact, kept.SerializeAsString());
}

Result<std::optional<proto::Welcome>> Post::feed_known() const {
  auto known = fact(replica_->store(), known_fact);
  if (!known) return fail(known.error());
  std::optional<proto::Welcome> welcome(std::in_place);
  if (known->empty() || !welcome->ParseFromString(*known)) welcome.reset();
  return welcome;
}

Result<std::vector<proto::LaneLine>> Post::feeds_read() const {
  auto journals = feed_journals();
  if (!journals) return fail(journals.error());
  return feed_lines(*journals);
}

Result<std::vector<StoredJournal>> Post::feed_journals() const {
  auto sign = fact(replica_->store(), "headquarters.sign");
  if (!sign) return fail(sign.error());
  if (sign->empty()) return std::vector<StoredJournal>{};
  return replica_->store().journals(device_id(*sign), proto::LANE_FEED);
}

/// Adds those of one feed that go beyond `held`.
Result<> Post::kept_packets(const StoredJournal& journal, std::uint64_t held,
                            std::vector<Bytes>& packets) const {
  if (journal.last <= held) return {};
  const std::string_view name = journal.header.journal.view();
  return replica_->store().scan(
      kept_feed, name, [&](std::string_view key, std::string_view packet) {
        if (!key.starts_with(name)) return false;
        if (number_of(key) + limits::packet_entries_max > held) {
          auto opened = open_signed(packet, *this);
          if (opened && opened->last > held) packets.emplace_back(packet);
        }
        return true;
      });
}

Result<std::vector<Bytes>> Post::packets_to_return() const {
  std::vector<Bytes> packets;
  auto known = feed_known();
  auto journals = feed_journals();
  if (!known || !journals) {
    return fail(known ? journals.error() : known.error());
  }
  if (!*known || (*known)->feed_agreed()) return packets;
  for (const StoredJournal& journal : *journals) {
    std::uint64_t held = 0;
    for (const proto::LaneLine& line : (*known)->feed_known()) {
      if (line.journal() == journal.header.journal.view()) {
        held = line.position();
      }
    }
    auto kept = kept_packets(journal, held, packets);
    if (!kept) return fail(kept.error());
  }
  return packets;
}

}  // namespace relais::sync
