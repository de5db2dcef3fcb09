#include <algorithm>
#include <utility>

#include "sync/limits.h"
#include "sync/replica/archive.h"
#include "sync/replica/headquarters.h"
#include "sync/replica/kept_packets.h"
#include "sync/replica/purge_reach.h"
#include "sync/replica/shelf_key.h"
#include "sync/replica/tombstone.h"
#include "sync/sealed/envelope.h"

namespace relais::sync {
namespace {

StoredEntry to_stored(const Entry& entry, const Dot& dot,
                      const DeviceId& device) {
  StoredEntry stored;
  stored.dot = dot;
  stored.device = device;
  stored.meta = entry.meta;
  if (!entry.stub) stored.body = entry.body;
  stored.salt = entry.salt;
  stored.leaf = entry.leaf;
  stored.chained = true;
  return stored;
}

bool is_envelope(const Entry& entry) {
  const auto meta = decode_meta(entry.meta);
  std::optional<std::string_view> body;
  if (!entry.stub) body = entry.body;
  return meta && fits_its_lane(proto::LANE_SEALED, *meta, body);
}

/// What others hear of besides what is judged anew. A change whose purge came
/// first has its verdict, and its machine, if it still brings the text, has not
/// heard of the purge. And a body of what is here without one: a machine that
/// had given the part up returned it so; who was fed the stub is fed again.
Result<std::set<Dot>> to_be_told(const Store& store, const StoredEntry& entry,
                                 bool stub) {
  std::set<Dot> dots;
  if (!entry.record) return dots;
  auto stone = tombstone(store, entry.dot);
  if (!stone) return fail(stone.error());
  if (*stone) dots.insert(entry.dot);
  if (*stone && !stub) dots.insert((*stone)->purge);
  auto known = store.entry(entry.dot);
  if (!known) return fail(known.error());
  if (entry.body && *known && !(*known)->body) dots.insert(entry.dot);
  return dots;
}

Result<bool> predecessors_whole(const Store& store,
                                const StoredJournal& journal) {
  StoredJournal at = journal;
  while (at.header.predecessor) {
    auto before = store.journal(*at.header.predecessor);
    if (!before) return fail(before.error());
    if (!*before || (*before)->last < at.header.predecessor_position) {
      return false;
    }
    at = std::move(**before);
  }
  return true;
}

bool names(const std::vector<proto::LaneLine>& lines,
           const StoredJournal& journal) {
  return std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
    return line.journal() == journal.header.journal.view();
  });
}

/// The newest journal of a lane whose past is whole; null: none. Of two
/// branches the asker's: what he asked about may be old (he wrote a file, then
/// started again), so that it goes on from there.
Result<const StoredJournal*> newest_whole(
    const Store& store, const std::vector<StoredJournal>& journals,
    const std::vector<proto::LaneLine>& asked) {
  std::vector<const StoredJournal*> whole;
  const StoredJournal* line = nullptr;
  bool his = false;
  for (const StoredJournal& journal : journals) {
    auto past = predecessors_whole(store, journal);
    if (!past) return fail(past.error());
    if (!*past) continue;
    whole.push_back(&journal);
    if (!his) line = &journal;
    his = his || names(asked, journal);
  }
  // Arrival is not the order of writing.
  while (line != nullptr) {
    const auto next = std::find_if(
        whole.rbegin(), whole.rend(), [&](const StoredJournal* journal) {
          return journal->header.predecessor == line->header.journal;
        });
    if (next == whole.rend()) break;
    line = *next;
  }
  return line;
}

/// What is on the disk beyond the line: a later journal whose predecessor has
/// a gap still.
void add_early(const Store& store, const StoredJournal& journal,
               const StoredJournal& line, proto::Receipt& receipt) {
  const auto room = static_cast<int>(limits::receipt_exceptions_max);
  if (journal.header.journal == line.header.journal || journal.last == 0 ||
      receipt.exception_size() >= room) {
    return;
  }
  auto whole = predecessors_whole(store, journal);
  if (whole && *whole) return;
  proto::HeldRange* range = receipt.add_exception();
  range->set_journal(Bytes(journal.header.journal.view()));
  range->set_first(1);
  range->set_last(journal.last);
}

/// A copy of a machine may not know the line, which its twin wrote: the branch
/// that was asked about is held as well.
void add_branch(const Store& store, const std::vector<proto::LaneLine>& asked,
                const std::vector<StoredJournal>& journals,
                const StoredJournal& line, proto::Receipt& receipt) {
  const auto room = static_cast<int>(limits::receipt_exceptions_max);
  for (const StoredJournal& journal : journals) {
    if (journal.header.journal == line.header.journal) continue;
    auto whole = predecessors_whole(store, journal);
    if (!names(asked, journal) || !whole || !*whole) continue;
    std::optional<StoredJournal> at = journal;
    while (at && receipt.exception_size() < room) {
      proto::HeldRange* range = receipt.add_exception();
      range->set_journal(Bytes(at->header.journal.view()));
      range->set_first(1);
      range->set_last(at->last);
      if (!at->header.predecessor) break;
      at = store.journal(*at->header.predecessor).value_or(std::nullopt);
    }
  }
}

}  // namespace

Result<> Headquarters::ingest(const OpenedPacket& packet) {
  auto sender = device(packet.device);
  if (!sender) return fail(sender.error());
  if (!*sender || packet.lane == proto::LANE_FEED) {
    return fail(Errc::denied,
                "Headquarters does not know the machine {0}: enrol it first",
                {to_hex(packet.device)});
  }
  if (packet.lane == proto::LANE_SEALED &&
      !std::all_of(packet.entries.begin(), packet.entries.end(), is_envelope)) {
    return fail(Errc::wire_format,
                "The sealed lane carries uniform envelopes and nothing else: "
                "install the current program on this machine");
  }
  auto found = replica_->store().journal(packet.journal);
  if (!found) return fail(found.error());
  const std::uint64_t have = *found ? (*found)->last : 0;
  if (packet.first > have + 1) {
    // Too early: on the disk, so it counts as held, but not yet in a record.
    return replica_->store().put(early_packets,
                                 shelf_key(packet.journal, packet.first),
                                 without_seed(packet));
  }
  StoredJournal journal;
  if (*found) {
    journal = **found;
  } else {
    auto opened = open_foreign(packet, **sender);
    if (!opened) return fail(opened.error());
    journal = std::move(*opened);
  }
  if (journal.header.device != packet.device) {
    return fail(Errc::denied, "A machine may only send its own journals");
  }
  if (auto tail = ingest_tail(packet, journal, **sender); !tail) return tail;
  return ingest_pending(packet.journal);
}

/// A journal heard of for the first time. Two headers that name one head, or
/// one that names a head its predecessor has passed, prove a clone: both are
/// kept, the key's feed stops (sync-model 2).
Result<StoredJournal> Headquarters::open_foreign(const OpenedPacket& packet,
                                                 RosterLine& sender) {
  auto header = decode_header(packet.header);
  if (!header) return fail(header.error());
  if (header->device != packet.device || header->journal != packet.journal ||
      header->lane != packet.lane) {
    return fail(Errc::wire_format,
                "The packet's header does not fit its journal");
  }
  StoredJournal journal;
  journal.header = *header;
  journal.header_bytes = packet.header;
  journal.head = packet.head_before;
  bool fork = false;
  if (header->predecessor) {
    auto others = replica_->store().successors(*header->predecessor);
    if (!others) return fail(others.error());
    fork = !others->empty();
    auto before = replica_->store().journal(*header->predecessor);
    if (!before) return fail(before.error());
    if (*before) {
      fork = fork || (*before)->last > header->predecessor_position ||
             ((*before)->last == header->predecessor_position &&
              (*before)->head != header->predecessor_head);
    }
  } else {
    auto others = replica_->store().journals(packet.device, header->lane);
    if (!others) return fail(others.error());
    fork = std::any_of(others->begin(), others->end(),
                       [](const StoredJournal& other) {
                         return !other.header.predecessor.has_value();
                       });
  }
  if (fork) {
    if (auto marked = mark_forked(sender); !marked) {
      return fail(marked.error());
    }
  }
  return journal;
}

Result<> Headquarters::mark_forked(RosterLine& sender) {
  if (sender.forked) return {};
  sender.forked = true;
  return put_line(sender);
}

Result<> Headquarters::ingest_tail(const OpenedPacket& packet,
                                   StoredJournal& journal, RosterLine& sender) {
  // First everything that may refuse, then everything that writes.
  Hash head = packet.head_before;
  for (const Entry& entry : packet.entries) {
    if (entry.position == journal.last + 1 && head != journal.head) {
      return fail(Errc::wire_format,
                  "The packet does not continue what headquarters holds of "
                  "journal {0} at {1}",
                  {to_hex(packet.journal), std::to_string(entry.position)});
    }
    if (entry.position <= journal.last) {
      auto known = replica_->store().entry({packet.journal, entry.position});
      if (!known) return fail(known.error());
      if (*known && (*known)->leaf != entry.leaf) {
        return fail(Errc::wire_format,
                    "Journal {0} has another entry at {1}: this machine was "
                    "copied while it ran; enrol it anew",
                    {to_hex(packet.journal), std::to_string(entry.position)});
      }
    }
    head = next_head(head, entry.leaf);
  }
  std::map<PartKey, std::string> folded;  // part -> form
  for (const Entry& entry : packet.entries) {
    if (entry.position <= journal.last) continue;
    const Dot dot{packet.journal, entry.position};
    StoredEntry stored = to_stored(entry, dot, packet.device);
    auto obeyed = obey_tombstone(replica_->store(), stored);
    if (!obeyed) return obeyed;
    std::optional<std::string_view> body;
    if (stored.body) body = *stored.body;
    auto meta = decode_meta(entry.meta);
    if (meta && meta->kind() == proto::ENTRY_KIND_CHANGE) {
      auto change = decode_change(dot, packet.device, entry.meta, body);
      if (change) {
        stored.record = change->record;
        stored.part = change->part;
        folded[{change->record, change->part}] = change->form;
      } else {
        // One bad record never delays another: kept, in no record, named.
        auto noted = replica_->store().put("ingest.unreadable", to_text(dot),
                                           change.error().what.id);
        if (!noted) return noted;
      }
    }
    auto told = to_be_told(replica_->store(), stored, entry.stub);
    if (!told) return fail(told.error());
    if (!told->empty()) {
      returned_[{*stored.record, stored.part}].merge(*told);
    }
    if (auto put = replica_->extend(journal, stored); !put) return put;
  }
  auto later = replica_->store().successors(packet.journal);
  if (!later) return fail(later.error());
  for (const StoredJournal& next : *later) {
    if (next.header.predecessor_position < journal.last) {
      if (auto marked = mark_forked(sender); !marked) return marked;
    }
  }
  for (const auto& [part, form] : folded) {
    auto state = replica_->refold(part.first, part.second, form);
    if (!state) return fail(state.error());
  }
  return {};
}

Result<> obey_purge(Headquarters& headquarters, const Change& purge) {
  Replica& replica = headquarters.replica();
  if (auto obeyed = replica.obey(purge); !obeyed) return obeyed;
  return strip_kept(replica.store(), early_packets, headquarters,
                    [&](const Dot& dot, const auto&) {
                      return is_purged(replica.store(), dot);
                    });
}

Result<> Headquarters::ingest_pending(const JournalId& id) {
  auto journal = replica_->store().journal(id);
  if (!journal) return fail(journal.error());
  if (!*journal) return {};
  std::optional<Bytes> key;
  Bytes bytes;
  auto read =
      replica_->store().scan(early_packets, shelf_key(id, 0),
                             [&](std::string_view at, std::string_view value) {
                               if (at.starts_with(id.view()) &&
                                   number_of(at) <= (*journal)->last + 1) {
                                 key = Bytes(at);
                                 bytes = value;
                               }
                               return false;  // the first one decides
                             });
  if (!read || !key) return read;
  if (auto gone = replica_->store().remove(early_packets, *key); !gone) {
    return gone;
  }
  auto packet = open_signed(bytes, *this);
  if (!packet) return fail(packet.error());
  return ingest(*packet);
}

Result<proto::Receipt> Headquarters::receipt(
    const DeviceId& id, const std::vector<proto::LaneLine>& asked,
    std::string_view nonce) const {
  proto::Receipt receipt;
  auto now = epoch();
  if (!now) return fail(now.error());
  receipt.set_epoch(Bytes(now->view()));
  receipt.set_time(replica_->clock().wall_ms());
  receipt.set_nonce(Bytes(nonce));
  receipt.set_device(Bytes(id.view()));
  for (Lane lane : {proto::LANE_URGENT, proto::LANE_SEALED, proto::LANE_NORMAL,
                    proto::LANE_BULK}) {
    auto journals = replica_->store().journals(id, lane);
    if (!journals) return fail(journals.error());
    auto newest = newest_whole(replica_->store(), *journals, asked);
    if (!newest) return fail(newest.error());
    const StoredJournal* line = *newest;
    if (line == nullptr) continue;
    proto::LaneLine* held = receipt.add_held();
    held->set_lane(lane);
    held->set_journal(Bytes(line->header.journal.view()));
    held->set_position(line->last);
    held->set_head(Bytes(line->head.view()));
    for (const StoredJournal& journal : *journals) {
      add_early(replica_->store(), journal, *line, receipt);
    }
    add_branch(replica_->store(), asked, *journals, *line, receipt);
  }
  auto archived = add_archived(replica_->store(), id, receipt);
  if (!archived) return fail(archived.error());
  return receipt;
}

}  // namespace relais::sync
