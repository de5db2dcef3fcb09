#include <utility>

#include "sync/replica/feed_read.h"
#include "sync/replica/headquarters.h"
#include "sync/replica/purge_reach.h"
#include "sync/replica/shelf_key.h"
#include "sync/replica/tombstone.h"

namespace relais::sync {
namespace {

constexpr std::string_view returned_shelf = "document.returned";

/// A form or a table published after the backup was made, when its last piece
/// is here; nothing: not yet, or it is known.
Result<std::optional<StoredDocument>> returned_document(
    Replica& replica, const proto::FeedDocument& about, const Entry& entry) {
  std::optional<StoredDocument> none;
  auto body = decode_body(entry.body);
  if (!body) return fail(body.error());
  Bytes key(about.hash());
  put_u32(key, about.version());
  put_u32(key, about.index());
  Store& store = replica.store();
  auto put = store.put(returned_shelf, key, body->piece());
  if (!put) return fail(put.error());
  if (about.index() + 1 < about.count()) return none;
  key.resize(key.size() - 4);
  StoredDocument document;
  auto read = store.scan(returned_shelf, key, [&](auto at, auto piece) {
    if (!at.starts_with(key)) return false;
    document.bytes.append(piece);
    return true;
  });
  if (!read) return fail(read.error());
  document.kind = about.kind();
  document.name = about.name();
  document.version = about.version();
  document.hash = hash({document.bytes});
  document.version_hash =
      Hash::from_bytes(about.version_hash()).value_or(Hash{});
  if (document.hash.view() != about.hash()) return none;
  auto known = store.document(document.kind, document.name, document.version);
  if (!known) return fail(known.error());
  // Its number may have been given anew since: two states of the tables under
  // one number would be neither.
  const auto same = document.kind == proto::DOCUMENT_KIND_TABLE
                        ? replica.publications().tables(document.version)
                        : nullptr;
  if (same && same->version.hash != document.version_hash) return none;
  return *known ? none : std::optional(std::move(document));
}

}  // namespace

Result<Epoch> Headquarters::epoch() const {
  auto text = fact(replica_->store(), "epoch");
  if (!text) return fail(text.error());
  return Epoch::from_bytes(*text).value_or(Epoch{});
}

Result<> Headquarters::new_epoch() {
  return set_fact(replica_->store(), "epoch", replica_->random().bytes(16));
}

/// One of our own feed packets, known by its signature: changes and feed
/// positions that a backup did not have come back; what is known stays.
Result<> Headquarters::take_back(std::string_view signed_packet) {
  auto packet = open_signed(signed_packet, *this);
  if (!packet) return fail(packet.error());
  if (packet->device != replica_->keys().device ||
      packet->lane != proto::LANE_FEED) {
    return fail(Errc::denied,
                "A returned packet is not one of headquarters' own");
  }
  auto found = replica_->store().journal(packet->journal);
  if (!found) return fail(found.error());
  StoredJournal journal;
  if (*found) {
    journal = **found;
  } else {
    if (packet->first > 1) return {};  // those before it were not taken
    auto header = decode_header(packet->header);
    if (!header) return fail(header.error());
    journal.header = *header;
    journal.header_bytes = packet->header;
    journal.head = packet->head_before;
    journal.seed = packet->seed;
    if (auto named = remember_feed(*header); !named) return named;
  }
  std::size_t attachment = 0;
  Hash head = packet->head_before;
  for (const Entry& entry : packet->entries) {
    auto meta = decode_meta(entry.meta);
    if (!meta) return fail(meta.error());
    const proto::Attachment* given = nullptr;
    if (meta->kind() == proto::ENTRY_KIND_REFERENCE) {
      given = &packet->attachments[attachment++];
    }
    if (entry.position == journal.last + 1 && head == journal.head) {
      auto taken = take_back_entry(*packet, entry, *meta, given, journal);
      if (!taken) return taken;
    }
    head = next_head(head, entry.leaf);
  }
  if (auto run = feed_.find(*journal.header.reader);
      run != feed_.end() && run->second.header.journal == packet->journal) {
    run->second = journal;
  }
  return {};
}

Result<> Headquarters::take_back_entry(const OpenedPacket& packet,
                                       const Entry& entry,
                                       const proto::EntryMeta& meta,
                                       const proto::Attachment* given,
                                       StoredJournal& journal) {
  StoredEntry stored;
  stored.dot = {packet.journal, entry.position};
  stored.device = packet.device;
  stored.meta = entry.meta;
  if (!entry.stub) stored.body = entry.body;
  stored.salt = entry.salt;
  stored.leaf = entry.leaf;
  stored.chained = true;
  if (auto put = replica_->extend(journal, stored); !put) return put;
  if (meta.kind() == proto::ENTRY_KIND_DOCUMENT) {
    auto document = returned_document(*replica_, meta.document(), entry);
    if (!document) return fail(document.error());
    if (!*document) return {};
    return publish_again(**document, *journal.header.reader);
  }
  if (meta.kind() == proto::ENTRY_KIND_WITHDRAW) {
    auto record = RecordId::from_bytes(meta.withdraw().record());
    if (!record) return {};
    returned_[{*record, meta.withdraw().part()}];
    return remember_withdrawn(*journal.header.reader, *record,
                              meta.withdraw().part());
  }
  if (given == nullptr) return {};
  auto change = decode_meta(meta.reference().meta());
  if (!change) return fail(change.error());
  auto journal_id = JournalId::from_bytes(meta.reference().dot().journal());
  auto device_id = DeviceId::from_bytes(meta.reference().device());
  auto record = RecordId::from_bytes(change->record());
  auto bound = Hash::from_bytes(meta.reference().body_hash());
  if (!journal_id || !device_id || !record || !bound) return {};
  // It holds something of the part; all of it only where we know so: it is
  // fed whole once more. A purge goes to those who gave the part up as well.
  if (!is_purge(*change)) {
    auto held = remember_some(*journal.header.reader, *record, change->part());
    if (!held) return held;
  }
  returned_[{*record, change->part()}];
  StoredEntry taken;
  taken.dot = {*journal_id, meta.reference().dot().position()};
  auto known = replica_->store().entry(taken.dot);
  if (!known) return fail(known.error());
  // What is known stays; a body that is missing comes back.
  if (*known && ((*known)->body || given->salt().empty())) return {};
  taken.device = *device_id;
  taken.meta = meta.reference().meta();
  taken.salt = Bytes(bound->view());
  if (!given->salt().empty()) {
    taken.body = given->body();
    taken.salt = given->salt();
  }
  taken.leaf = leaf_of(taken.meta, *bound);
  taken.record = *record;
  taken.part = change->part();
  taken.verdict = meta.reference().reason();
  if (auto put = replica_->take(taken); !put) return put;
  // Purges that a backup did not have come back as well.
  auto content = change_of(taken);
  if (content && is_purge(*content) && taken.verdict->empty()) {
    if (auto obeyed = obey_purge(*this, *content); !obeyed) return obeyed;
  }
  returned_[{*record, change->part()}].insert(taken.dot);
  auto state = replica_->refold(*record, change->part(), change->form());
  if (!state) return fail(state.error());
  return {};
}

/// Last for now: the machine says when it read it (order_feeds).
Result<> Headquarters::remember_feed(const Header& header) {
  auto earlier = feeds(*header.reader);
  if (!earlier) return fail(earlier.error());
  return replica_->store().put(feeds_shelf,
                               shelf_key(*header.reader, earlier->size()),
                               header.journal.view());
}

}  // namespace relais::sync
