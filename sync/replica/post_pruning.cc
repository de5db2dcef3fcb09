#include <algorithm>
#include <map>
#include <optional>

#include "sync/journal/wire.h"
#include "sync/record/access.h"
#include "sync/replica/kept_packets.h"
#include "sync/replica/post.h"
#include "sync/replica/record_view.h"
#include "sync/replica/shelf_key.h"

/// What a post lets go of once headquarters says that it is archived: packets
/// kept to heal headquarters, and texts that nobody here may read.
namespace relais::sync {
namespace {

/// The archived lines of the newest receipt, and those that all was done for:
/// the same when nothing is left to do.
constexpr std::string_view archived_fact = "archived";
constexpr std::string_view pruned_fact = "archived.pruned";
/// By journal: so far it was gone through.
constexpr std::string_view pruned_shelf = "pruned";
/// One bite of work after a session.
constexpr std::size_t packets_a_bite = 64;
constexpr std::size_t bytes_a_bite = 256 * 1024;

/// Whether nobody at a post may ever read this part.
bool is_for_headquarters(const Form& form, const std::string& part) {
  const proto::Part* rules = form.part(part);
  if (rules == nullptr) return false;
  const auto& roles = form.definition().role();
  return std::none_of(roles.begin(), roles.end(), [&](const auto& role) {
    const auto& read = rules->read();
    return role.side() != proto::SIDE_HEADQUARTERS &&
           std::find(read.begin(), read.end(), role.id()) != read.end();
  });
}

/// What is said now of the lane of an earlier line is less than that.
bool says_less(const proto::Receipt& said, const proto::LaneLine& before) {
  return std::none_of(said.archived().begin(), said.archived().end(),
                      [&](const auto& line) {
                        return line.lane() == before.lane() &&
                               (line.journal() != before.journal() ||
                                line.position() >= before.position());
                      });
}

/// The verdict with which a change of ours can do without its body, if nobody
/// here may read that. Kept: what waits still, and what keeps its own author
/// from seeing the record.
Result<std::optional<std::string>> verdict_without_readers(
    const Replica& replica, const StoredEntry& entry) {
  std::optional<std::string> none;
  if (!entry.record || !entry.body) return none;
  auto line = replica.store().record(*entry.record);
  if (!line) return fail(line.error());
  if (!*line) return none;
  const auto form = replica.publications().newest_form((*line)->form);
  if (!form || !is_for_headquarters(*form, entry.part)) return none;
  auto parts = replica.parts(*entry.record);
  if (!parts) return fail(parts.error());
  if (excluded(*form, RecordFacts(*parts), (*line)->author)) return none;
  for (const PartState& state : *parts) {
    const auto found = state.verdicts.find(entry.dot);
    if (state.part == entry.part && found != state.verdicts.end()) {
      return std::optional(found->second);
    }
  }
  return none;
}

std::uint64_t position_in(const std::optional<Bytes>& bytes) {
  std::uint64_t position = 0;
  for (const char byte : bytes.value_or(Bytes{})) {
    position = position << 8 | static_cast<unsigned char>(byte);
  }
  return position;
}

}  // namespace

/// What is archived, as the newest receipt says: less than before is no reason
/// to take anything back, and none to let anything go.
Result<> Post::note_archived(const proto::Receipt& receipt, bool& less) {
  proto::Receipt said;
  *said.mutable_archived() = receipt.archived();
  auto before = fact(replica_->store(), archived_fact);
  if (!before) return fail(before.error());
  const Bytes now = serialise(said);
  if (*before == now) return {};
  proto::Receipt was;
  if (parse(*before, was)) {
    for (const proto::LaneLine& line : was.archived()) {
      less = less || says_less(said, line);
    }
  }
  return set_fact(replica_->store(), archived_fact, now);
}

Result<> Post::prune() {
  Store& store = replica_->store();
  auto archived = fact(store, archived_fact);
  auto done = fact(store, pruned_fact);
  if (!archived || !done) {
    return fail(archived ? done.error() : archived.error());
  }
  proto::Receipt said;
  if (*archived == *done || !parse(*archived, said)) return {};
  for (const proto::LaneLine& line : said.archived()) {
    auto bitten = prune_line(line);
    if (!bitten) return fail(bitten.error());
    if (*bitten) return {};
  }
  return set_fact(store, pruned_fact, *archived);
}

/// One bite of a lane; false: nothing is left of it. A line counts only where
/// our own journal says the same, and only as far as it is held.
Result<bool> Post::prune_line(const proto::LaneLine& line) {
  const Store& store = replica_->store();
  std::optional<JournalId> id = JournalId::from_bytes(line.journal());
  for (std::uint64_t to = line.position(); id && to > 0;) {
    auto journal = store.journal(*id);
    auto before = store.get(pruned_shelf, id->view());
    if (!journal || !before) {
      return fail(journal ? before.error() : journal.error());
    }
    if (!*journal) return false;
    const StoredJournal& at = **journal;
    const bool feed = at.header.lane == proto::LANE_FEED;
    if ((feed ? at.last : at.held) < to) return false;
    if (line.journal() == id->view()) {
      auto head = replica_->head_at(at, to);
      if (!head) return fail(head.error());
      if (head->view() != line.head()) return false;
    }
    const std::uint64_t from = position_in(*before);
    if (from < to) {
      auto bitten = feed ? prune_packets(*id, to) : prune_texts(at, from, to);
      return bitten ? Result<bool>(true) : fail(bitten.error());
    }
    to = at.header.predecessor_position;
    id = at.header.predecessor;
  }
  return false;
}

Result<> Post::went_through(const JournalId& journal, std::uint64_t position) {
  Bytes bytes;
  put_u64(bytes, position);
  return replica_->store().put(pruned_shelf, journal.view(), bytes);
}

/// One that reaches beyond stays whole.
Result<> Post::prune_packets(const JournalId& journal, std::uint64_t to) {
  Store& store = replica_->store();
  std::map<Bytes, Bytes> found;
  auto read = store.scan(
      kept_feed, journal.view(), [&](std::string_view key, auto packet) {
        if (!key.starts_with(journal.view()) || number_of(key) > to) {
          return false;
        }
        found.emplace(key, packet);
        return found.size() < packets_a_bite;
      });
  if (!read) return read;
  bool left = false;
  for (const auto& [key, bytes] : found) {
    auto packet = open_signed(bytes, *this);
    if (packet && packet->last > to) continue;
    if (auto gone = store.remove(kept_feed, key); !gone) return gone;
    left = true;  // perhaps
  }
  return left ? Result<>() : went_through(journal, to);
}

Result<> Post::prune_texts(const StoredJournal& journal, std::uint64_t from,
                           std::uint64_t to) {
  const JournalId& id = journal.header.journal;
  auto entries = replica_->store().entries(id, from + 1, bytes_a_bite);
  if (!entries) return fail(entries.error());
  std::map<PartKey, std::string> folded;  // part -> form
  for (const StoredEntry& entry : *entries) {
    if (entry.dot.position > to) break;
    from = entry.dot.position;
    auto verdict = verdict_without_readers(*replica_, entry);
    if (!verdict) return fail(verdict.error());
    if (!*verdict) continue;
    auto gone = replica_->let_go(entry.dot, **verdict);
    if (!gone) return gone;
    folded[{*entry.record, entry.part}] = decode_meta(entry.meta)->form();
  }
  for (const auto& [part, form] : folded) {
    auto state = replica_->refold(part.first, part.second, form);
    if (!state) return fail(state.error());
  }
  return went_through(id, entries->empty() ? to : from);
}

}  // namespace relais::sync
