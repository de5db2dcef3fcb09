#include <algorithm>
#include <utility>

#include "sync/limits.h"
#include "sync/replica/feed_read.h"
#include "sync/replica/headquarters.h"

namespace relais::sync {
namespace {

/// Salt and body of a reference, or nothing of it where it was purged.
Result<proto::Attachment> attachment_of(const Store& store,
                                        const proto::FeedReference& named) {
  proto::Attachment attachment;
  auto journal = JournalId::from_bytes(named.dot().journal());
  if (!journal) return attachment;
  auto entry = store.entry({*journal, named.dot().position()});
  if (!entry) return fail(entry.error());
  if (*entry && (*entry)->body) {
    attachment.set_salt((*entry)->salt);
    attachment.set_body(*(*entry)->body);
  }
  return attachment;
}

}  // namespace

Result<PacketRange> Headquarters::feed_range(const StoredJournal& journal,
                                             std::uint64_t before,
                                             std::size_t bytes) const {
  auto entries =
      replica_->store().entries(journal.header.journal, before + 1, bytes);
  if (!entries) return fail(entries.error());
  auto head = replica_->head_at(journal, before);
  if (!head) return fail(head.error());
  PacketRange range;
  range.device = replica_->keys().device;
  range.journal = journal.header.journal;
  range.lane = proto::LANE_FEED;
  range.head_before = *head;
  if (before == 0) range.header = journal.header_bytes;
  range.seed = journal.seed;
  std::size_t attached = 0;
  for (StoredEntry& stored : *entries) {
    auto meta = decode_meta(stored.meta);
    if (!meta) return fail(meta.error());
    if (meta->kind() == proto::ENTRY_KIND_REFERENCE) {
      if (attached > bytes) break;
      auto attachment = attachment_of(replica_->store(), meta->reference());
      if (!attachment) return fail(attachment.error());
      attached += attachment->body().size();
      range.attachments.push_back(std::move(*attachment));
    }
    Entry entry;
    entry.position = stored.dot.position;
    entry.meta = std::move(stored.meta);
    entry.stub = !stored.body.has_value();
    entry.body = std::move(stored.body).value_or(Bytes{});
    entry.salt = std::move(stored.salt);
    entry.leaf = stored.leaf;
    range.entries.push_back(std::move(entry));
  }
  return range;
}

Result<Headquarters::FeedAnswer> Headquarters::feed(const DeviceId& id,
                                                    const proto::Hello& hello,
                                                    std::size_t bytes) const {
  FeedAnswer answer;
  auto line = device(id);
  if (!line) return fail(line.error());
  if (!*line) return answer;
  auto journals = feeds(id);
  if (!journals) return fail(journals.error());
  const auto read = agreed_reading(*journals, hello);
  answer.agreed = read.has_value();
  if (!read) {
    answer.known = feed_lines(*journals);
  } else if (!hello.feed().journal().empty()) {
    answer.known.push_back(hello.feed());
  }
  // One that is retired or copied gets no news; it may give back what it read.
  if (!read || (*line)->retired || (*line)->forked) return answer;
  auto sent = send_feeds(**line, *journals, *read, bytes, answer);
  if (!sent) return fail(sent.error());
  return answer;
}

Result<> Headquarters::send_feeds(
    const RosterLine& reader, const std::vector<StoredJournal>& feeds,
    const std::map<JournalId, std::uint64_t>& read, std::size_t bytes,
    FeedAnswer& answer) const {
  std::size_t used = 0;
  for (const StoredJournal& journal : feeds) {
    const auto passed = read.find(journal.header.journal);
    std::uint64_t before = passed == read.end() ? 0 : passed->second;
    while (before < journal.last) {
      if (used >= bytes) {
        answer.more = true;
        return {};
      }
      auto packet = sealed_feed(journal, before, reader);
      if (!packet) return fail(packet.error());
      used += packet->size();
      answer.packets.push_back(std::move(*packet));
    }
  }
  return {};
}

Result<Bytes> Headquarters::sealed_feed(const StoredJournal& journal,
                                        std::uint64_t& before,
                                        const RosterLine& reader) const {
  // Texts shrink to a quarter or so; what does not fit is cut shorter.
  std::size_t bytes = limits::packet_bytes_target * 4;
  for (;;) {
    auto range = feed_range(journal, before, bytes);
    if (!range) return fail(range.error());
    auto packet =
        sign_packet(*range, replica_->keys().sign, key_id(reader.box));
    if (!packet && packet.error().code == Errc::over_limit &&
        range->entries.size() > 1) {
      bytes /= 2;
      continue;
    }
    if (!packet) return fail(packet.error());
    before = range->entries.back().position;
    return seal_packet(*packet, reader.box);
  }
}

}  // namespace relais::sync
