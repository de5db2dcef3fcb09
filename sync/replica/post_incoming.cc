#include <algorithm>
#include <utility>

#include "sync/check.h"
#include "sync/journal/receipt.h"
#include "sync/limits.h"
#include "sync/replica/kept_packets.h"
#include "sync/replica/post.h"
#include "sync/replica/shelf_key.h"
#include "sync/replica/tombstone.h"
#include "sync/replica/waiting.h"

namespace relais::sync {
namespace {

constexpr std::string_view early_shelf = "feed.early";
constexpr std::string_view piece_shelf = "document.piece";
constexpr std::string_view cursor_fact = "feed.journal";

/// A receipt whose line for this lane is no journal here is about another
/// branch: a copy of this machine wrote it. Its exceptions may be ours.
bool about_another(const proto::Receipt& receipt, Lane lane,
                   const proto::LaneLine* ours) {
  return ours == nullptr &&
         std::any_of(receipt.held().begin(), receipt.held().end(),
                     [&](const auto& line) { return line.lane() == lane; });
}

/// The line that speaks of this lane's journals here, if there is one.
const proto::LaneLine* line_for(const proto::Receipt& receipt, Lane lane,
                                const std::vector<StoredJournal>& journals,
                                std::size_t& at) {
  for (const proto::LaneLine& line : receipt.held()) {
    if (line.lane() != lane) continue;
    for (at = 0; at < journals.size(); ++at) {
      if (journals[at].header.journal.view() == line.journal()) return &line;
    }
  }
  at = 0;
  return nullptr;
}

std::uint64_t exception_for(const proto::Receipt& receipt,
                            const StoredJournal& journal) {
  std::uint64_t held = 0;
  for (const proto::HeldRange& range : receipt.exception()) {
    if (range.journal() == journal.header.journal.view() &&
        range.first() <= held + 1) {
      held = std::max(held, range.last());
    }
  }
  return std::min(held, journal.last);
}

/// A purge or a `lost` that headquarters heard of later may change what it
/// said of a change before: the last word counts.
Result<> take_verdict(Store& store, const StoredEntry& entry) {
  auto known = store.entry(entry.dot);
  if (!known) return fail(known.error());
  if (!*known || (*known)->chained || !(*known)->body || !entry.verdict ||
      (*known)->verdict == entry.verdict) {
    return {};
  }
  return store.set_verdict(entry.dot, *entry.verdict);
}

/// What we asked about was held (Post::lane_lines), and the answer, which has
/// room for it, leaves it out: a headquarters that was set back has lost it.
bool has_lost_ours(const proto::Receipt& receipt,
                   const std::vector<StoredJournal>& journals) {
  const auto asked =
      std::find_if(journals.rbegin(), journals.rend(),
                   [](const StoredJournal& one) { return one.held > 0; });
  const auto room = static_cast<int>(limits::receipt_exceptions_max);
  return !receipt.nonce().empty() && receipt.exception_size() < room &&
         asked != journals.rend() && exception_for(receipt, *asked) == 0;
}

}  // namespace

Result<> Post::note_held(Lane lane, const proto::Receipt& receipt, bool& less) {
  auto journals = replica_->store().journals(replica_->keys().device, lane);
  if (!journals) return fail(journals.error());
  std::size_t at = 0;
  const proto::LaneLine* line = line_for(receipt, lane, *journals, at);
  const bool another =
      about_another(receipt, lane, line) && !has_lost_ours(receipt, *journals);
  for (std::size_t i = 0; i < journals->size(); ++i) {
    StoredJournal& journal = (*journals)[i];
    std::uint64_t held = exception_for(receipt, journal);
    if (another) held = std::max(held, journal.held);
    if (line != nullptr && i < at) held = journal.last;
    if (line != nullptr && i == at) {
      held = std::max(held, std::min(line->position(), journal.last));
    }
    if (held == journal.held) continue;
    less = less || held < journal.held;
    journal.held = held;
    journal.sent = std::max(journal.sent, held);
    if (auto put = replica_->update_journal(journal); !put) return put;
  }
  return {};
}

Result<bool> Post::take_receipt(std::string_view signed_receipt,
                                std::string_view nonce) {
  Store& store = replica_->store();
  auto known = enrolment();
  if (!known) return fail(known.error());
  auto receipt = open_receipt(signed_receipt, known->headquarters_sign);
  if (!receipt) return fail(receipt.error());
  if (receipt->device() != replica_->keys().device.view()) {
    return fail(Errc::denied, "This receipt is for another machine");
  }
  const bool answers = !nonce.empty() && receipt->nonce() == nonce;
  if (!nonce.empty() && !answers) {
    return fail(Errc::denied,
                "This receipt answers another question: sync again");
  }
  auto epoch = fact(store, "epoch");
  auto last = number_fact(store, "receipt.time");
  if (!epoch || !last) return fail(epoch ? last.error() : epoch.error());
  if (!answers && receipt->time() <= *last) return false;
  bool less = false;
  for (Lane lane : {proto::LANE_URGENT, proto::LANE_SEALED, proto::LANE_NORMAL,
                    proto::LANE_BULK}) {
    if (auto noted = note_held(lane, *receipt, less); !noted) {
      return fail(noted.error());
    }
  }
  bool alarming = less;
  if (auto noted = note_archived(*receipt, alarming); !noted) {
    return fail(noted.error());
  }
  // Less within one epoch is an alarm, never a reason to delete.
  if (alarming && *epoch == receipt->epoch()) {
    auto alarm = set_fact(store, "alarm.receipt", "1");
    if (!alarm) return fail(alarm.error());
  }
  for (const auto& [name, value] :
       {std::pair<std::string_view, Bytes>{"epoch", receipt->epoch()},
        {"receipt", Bytes(signed_receipt)},
        {"receipt.time", std::to_string(receipt->time())}}) {
    if (auto kept = set_fact(store, name, value); !kept) {
      return fail(kept.error());
    }
  }
  auto contact = set_number_fact(store, "contact", replica_->clock().wall_ms());
  if (!contact) return fail(contact.error());
  if (auto heard = replica_->hear_time(receipt->time()); !heard) {
    return fail(heard.error());
  }
  return less;
}

Result<proto::LaneLine> Post::feed_cursor() const {
  proto::LaneLine line;
  line.set_lane(proto::LANE_FEED);
  auto name = fact(replica_->store(), cursor_fact);
  if (!name) return fail(name.error());
  auto id = JournalId::from_bytes(*name);
  if (!id) return line;
  auto journal = replica_->store().journal(*id);
  if (!journal) return fail(journal.error());
  CHECK(journal->has_value());
  line.set_journal(*name);
  line.set_position((*journal)->last);
  line.set_head(Bytes((*journal)->head.view()));
  return line;
}

Result<> Post::take_feed(std::string_view sealed_packet) {
  auto packet = open_packet(sealed_packet, replica_->keys().box, *this);
  if (!packet) return fail(packet.error());
  if (packet->lane != proto::LANE_FEED) {
    return fail(Errc::wire_format,
                "Headquarters sent a packet of another lane: report it");
  }
  auto journal = replica_->store().journal(packet->journal);
  if (!journal) return fail(journal.error());
  const std::uint64_t have = *journal ? (*journal)->last : 0;
  if (packet->first > have + 1) {
    return replica_->store().put(
        early_shelf, shelf_key(packet->journal, packet->first), sealed_packet);
  }
  if (auto applied = apply_feed(*packet); !applied) return applied;
  // What came too early may follow now.
  auto next = replica_->store().get(
      early_shelf, shelf_key(packet->journal, packet->last + 1));
  if (!next) return fail(next.error());
  if (!*next) return {};
  auto gone = replica_->store().remove(
      early_shelf, shelf_key(packet->journal, packet->last + 1));
  if (!gone) return gone;
  return take_feed(**next);
}

Result<> Post::apply_feed(const OpenedPacket& packet) {
  Store& store = replica_->store();
  auto found = store.journal(packet.journal);
  if (!found) return fail(found.error());
  StoredJournal journal;
  if (*found) {
    journal = **found;
  } else {
    auto header = decode_header(packet.header);
    if (!header) return fail(header.error());
    if (header->reader != replica_->keys().device) {
      return fail(Errc::denied, "This feed is for another machine");
    }
    auto next = goes_on(*header);
    if (!next) return fail(next.error());
    if (!*next) return {};
    journal.header = *header;
    journal.header_bytes = packet.header;
    journal.head = packet.head_before;
  }
  std::size_t attachment = 0;
  const std::uint64_t before = journal.last;
  forgot_ = false;
  Hash head = packet.head_before;
  for (const Entry& entry : packet.entries) {
    auto meta = decode_meta(entry.meta);
    if (!meta) return fail(meta.error());
    const proto::Attachment* given = nullptr;
    if (meta->kind() == proto::ENTRY_KIND_REFERENCE) {
      given = &packet.attachments[attachment++];
    }
    if (entry.position == journal.last + 1) {
      if (head != journal.head) {
        return fail(Errc::wire_format,
                    "The feed does not continue what was read before: report "
                    "it to headquarters");
      }
      const Dot dot{packet.journal, entry.position};
      auto applied = apply_entry(entry, dot, *meta, given);
      if (!applied) return applied;
      journal.last = entry.position;
      journal.head = next_head(journal.head, entry.leaf);
    }
    head = next_head(head, entry.leaf);
  }
  if (journal.last == before) return {};
  if (auto put = store.put_journal(journal); !put) return put;
  if (auto kept = keep_to_return(packet); !kept) return kept;
  if (forgot_) {
    if (auto forgotten = forget_packets(); !forgotten) return forgotten;
  }
  return set_fact(store, cursor_fact, packet.journal.view());
}

Result<> Post::apply_entry(const Entry& entry, const Dot& dot,
                           const proto::EntryMeta& meta,
                           const proto::Attachment* attachment) {
  StoredEntry stored;
  stored.dot = dot;
  stored.device = device_id(*fact(replica_->store(), "headquarters.sign"));
  stored.meta = entry.meta;
  if (!entry.stub) stored.body = entry.body;
  stored.salt = entry.salt;
  stored.leaf = entry.leaf;
  stored.chained = true;
  if (auto put = replica_->store().put_entry(stored); !put) return put;
  if (meta.kind() == proto::ENTRY_KIND_REFERENCE) {
    return apply_reference(meta.reference(), attachment);
  }
  if (meta.kind() == proto::ENTRY_KIND_DOCUMENT) {
    auto body = decode_body(entry.body);
    if (!body) return fail(body.error());
    return apply_document(meta.document(), body->piece());
  }
  if (meta.kind() == proto::ENTRY_KIND_WITHDRAW) {
    auto record = RecordId::from_bytes(meta.withdraw().record());
    if (!record) return {};
    forgot_ = true;
    return replica_->give_up(*record, meta.withdraw().part());
  }
  return {};  // A newer version's kind: kept byte-exact, not understood.
}

Result<> Post::apply_reference(const proto::FeedReference& reference,
                               const proto::Attachment* attachment) {
  auto change_meta = decode_meta(reference.meta());
  if (!change_meta) return fail(change_meta.error());
  auto journal = JournalId::from_bytes(reference.dot().journal());
  auto device = DeviceId::from_bytes(reference.device());
  auto record = RecordId::from_bytes(change_meta->record());
  auto bound = Hash::from_bytes(reference.body_hash());
  if (!journal || !device || !record || !bound) {
    return fail(Errc::wire_format,
                "A feed entry names no change: report it to headquarters");
  }
  StoredEntry entry;
  entry.dot = {*journal, reference.dot().position()};
  entry.device = *device;
  entry.meta = reference.meta();
  entry.salt = Bytes(bound->view());
  if (attachment != nullptr && !attachment->salt().empty()) {
    entry.body = attachment->body();
    entry.salt = attachment->salt();
  }
  entry.leaf = leaf_of(reference.meta(), *bound);
  entry.record = *record;
  entry.part = change_meta->part();
  entry.verdict = reference.reason();
  auto change = change_of(entry);
  if (!change) return fail(change.error());
  if (is_purge(*change) && entry.verdict->empty()) {
    forgot_ = true;
    if (auto obeyed = replica_->obey(*change); !obeyed) return obeyed;
    // A part that was withdrawn stays so.
    auto gone = replica_->gave_up({*record, change->part});
    if (!gone) return fail(gone.error());
    if (*gone) return {};
  }
  if (auto taken = replica_->take(entry); !taken) return taken;
  if (auto judged = take_verdict(replica_->store(), entry); !judged) {
    return judged;
  }
  auto state =
      replica_->refold(*record, change_meta->part(), change_meta->form());
  if (!state) return fail(state.error());
  return {};
}

/// After a purge or a withdrawal. What came too early is asked for again.
Result<> Post::forget_packets() {
  Store& store = replica_->store();
  if (auto gone = clear_shelf(store, early_shelf); !gone) return gone;
  return strip_kept(store, kept_feed, *this,
                    [&](const Dot& dot, const proto::EntryMeta& change) {
                      return is_purged(store, dot) || is_given_up(change);
                    });
}

/// A store that cannot be read says yes: the transaction fails anyway.
bool Post::is_given_up(const proto::EntryMeta& change) const {
  const auto record = RecordId::from_bytes(change.record());
  if (!record) return false;
  return replica_->gave_up({*record, change.part()}).value_or(true);
}

Result<> Post::apply_document(const proto::FeedDocument& piece,
                              std::string_view bytes) {
  Store& store = replica_->store();
  if (piece.size() > limits::document_bytes_max ||
      piece.count() > limits::document_bytes_max) {
    return fail(Errc::over_limit, "The file {0} is too large to be published",
                {piece.name()});
  }
  Bytes key(piece.hash());
  put_u32(key, piece.version());
  const std::size_t prefix = key.size();
  put_u32(key, piece.index());
  if (auto put = store.put(piece_shelf, key, bytes); !put) return put;
  key.resize(prefix);
  StoredDocument document;
  std::vector<Bytes> keys;
  auto read = store.scan(piece_shelf, key, [&](auto at, auto part) {
    if (!at.starts_with(key)) return false;
    document.bytes.append(part);
    keys.emplace_back(at);
    return true;
  });
  if (!read) return read;
  if (keys.size() < piece.count()) return {};
  document.kind = piece.kind();
  document.name = piece.name();
  document.version = piece.version();
  document.hash = hash({document.bytes});
  document.version_hash =
      Hash::from_bytes(piece.version_hash()).value_or(Hash{});
  for (const Bytes& done : keys) {
    if (auto gone = store.remove(piece_shelf, done); !gone) return gone;
  }
  if (document.hash.view() != piece.hash()) {
    return fail(Errc::wire_format,
                "The file {0} arrived altered: report it to headquarters",
                {piece.name()});
  }
  if (auto added = replica_->publications().add(document); !added) {
    return added;
  }
  return refold_waiting();
}

Result<> Post::refold_waiting() {
  return sync::refold_waiting(*replica_);
}

}  // namespace relais::sync
