#include "sync/replica/feed_read.h"

#include <algorithm>

namespace relais::sync {
namespace {

using Reading = std::map<JournalId, std::uint64_t>;

/// What was said in full: agreed, if all of it is known here.
std::optional<Reading> in_full(const std::vector<StoredJournal>& feeds,
                               const proto::Hello& hello) {
  Reading read;
  for (const proto::LaneLine& line : hello.feed_read()) {
    const auto known =
        std::find_if(feeds.begin(), feeds.end(), [&](const auto& journal) {
          return journal.header.journal.view() == line.journal();
        });
    if (known == feeds.end() || known->last < line.position()) return {};
    read[known->header.journal] = line.position();
  }
  return read;
}

}  // namespace

proto::LaneLine feed_line(const StoredJournal& journal,
                          std::uint64_t position) {
  proto::LaneLine line;
  line.set_lane(proto::LANE_FEED);
  line.set_journal(Bytes(journal.header.journal.view()));
  line.set_position(position);
  return line;
}

std::vector<proto::LaneLine> feed_lines(
    const std::vector<StoredJournal>& journals) {
  std::vector<proto::LaneLine> lines;
  lines.reserve(journals.size());
  for (const StoredJournal& journal : journals) {
    lines.push_back(feed_line(journal, journal.last));
  }
  return lines;
}

Bytes feed_digest(const std::vector<proto::LaneLine>& read) {
  std::map<Bytes, std::uint64_t> sorted;
  for (const proto::LaneLine& line : read) {
    sorted[line.journal()] = line.position();
  }
  Bytes all;
  for (const auto& [journal, position] : sorted) {
    all += journal;
    put_u64(all, position);
  }
  const auto digest = hash128({"feeds", all});
  return Bytes(digest.begin(), digest.end());
}

std::optional<Reading> agreed_reading(const std::vector<StoredJournal>& feeds,
                                      const proto::Hello& hello) {
  if (hello.feed_read_size() > 0) return in_full(feeds, hello);
  Reading read;
  const proto::LaneLine& cursor = hello.feed();
  if (cursor.journal().empty()) return read;
  std::vector<proto::LaneLine> lines;
  for (const StoredJournal& journal : feeds) {
    const bool last = journal.header.journal.view() == cursor.journal();
    const std::uint64_t position = last ? cursor.position() : journal.last;
    if (position > journal.last) return {};
    read[journal.header.journal] = position;
    lines.push_back(feed_line(journal, position));
    if (!last) continue;
    const bool same = hello.feed_digest().empty() ||
                      hello.feed_digest() == feed_digest(lines);
    return same ? std::optional<Reading>(read) : std::nullopt;
  }
  return {};
}

}  // namespace relais::sync
