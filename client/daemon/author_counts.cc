#include "client/daemon/author_counts.h"

#include <numeric>

#include "sync/journal/entry.h"
#include "sync/limits.h"

namespace relais::client {
namespace {

using sync::fail;
using sync::StoredEntry;
using sync::StoredJournal;

constexpr sync::Lane counted_lanes[] = {proto::LANE_URGENT, proto::LANE_NORMAL,
                                        proto::LANE_BULK};
constexpr std::size_t bite_bytes = 256UL * 1024;

/// Of a journal of ours, from a position on, each entry once.
template <class Visit>
Result<> each_entry(const sync::Store& store, const StoredJournal& journal,
                    std::uint64_t first, const Visit& visit) {
  while (first <= journal.last) {
    auto some = store.entries(journal.header.journal, first, bite_bytes);
    if (!some) return fail(some.error());
    if (some->empty()) return {};
    for (const StoredEntry& entry : *some) visit(entry);
    first = some->back().dot.position + 1;
  }
  return {};
}

}  // namespace

std::uint64_t shown_bytes(std::uint64_t bytes) {
  const std::uint64_t step = sync::limits::shown_bytes_step;
  return (bytes + step - 1) / step * step;
}

Result<> AuthorCounts::read_on(const sync::Replica& replica,
                               const StoredJournal& journal, Read& read) const {
  auto done = each_entry(
      replica.store(), journal, read.to + 1, [&](const StoredEntry& entry) {
        if (!entry.body) return;
        auto body = sync::decode_body(*entry.body);
        if (!body) return;
        read.by_author[body->author()].push_back(entry.dot.position);
      });
  if (done) read.to = journal.last;
  return done;
}

Result<std::vector<sync::LaneCounts>> AuthorCounts::of(
    const sync::Replica& replica, const std::string& person) {
  std::vector<sync::LaneCounts> all;
  if (person.empty()) return all;
  for (const sync::Lane lane : counted_lanes) {
    sync::LaneCounts& counts = all.emplace_back();
    counts.lane = lane;
    auto journals = replica.store().journals(replica.keys().device, lane);
    if (!journals) return fail(journals.error());
    for (const StoredJournal& journal : *journals) {
      Read& read = read_[journal.header.journal];
      if (auto done = read_on(replica, journal, read); !done) {
        return fail(done.error());
      }
      for (const std::uint64_t position : read.by_author[person]) {
        const bool held = position <= journal.held;
        const bool sent = position <= journal.sent;
        ++(held ? counts.held : sent ? counts.sent : counts.saved);
      }
    }
  }
  return all;
}

Result<std::uint64_t> AuthorCounts::bytes_not_held(
    const sync::Replica& replica) {
  std::uint64_t bytes = 0;
  for (const sync::Lane lane : counted_lanes) {
    auto journals = replica.store().journals(replica.keys().device, lane);
    if (!journals) return fail(journals.error());
    for (const StoredJournal& journal : *journals) {
      Sizes& known = sizes_[journal.header.journal];
      const std::uint64_t read = known.before + known.bytes.size();
      if (journal.held < known.before || journal.held > read) {
        known = {journal.held, {}};
      }
      auto done = each_entry(
          replica.store(), journal, known.before + known.bytes.size() + 1,
          [&](const StoredEntry& entry) {
            known.bytes.push_back(entry.meta.size() +
                                  (entry.body ? entry.body->size() : 0));
          });
      if (!done) return fail(done.error());
      const auto held =
          static_cast<std::ptrdiff_t>(journal.held - known.before);
      bytes =
          std::accumulate(known.bytes.begin() + held, known.bytes.end(), bytes);
    }
  }
  return shown_bytes(bytes);
}

}  // namespace relais::client
