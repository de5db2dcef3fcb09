#include "sync/replica/letters.h"

#include <algorithm>
#include <map>
#include <set>

#include "sync/replica/invitations.h"

namespace relais::sync {
namespace {

/// Machines of one post that may have been admitted between a backup and its
/// restore: an hour, as a rule.
constexpr std::int64_t passed_over = 4;

using Places = std::set<std::int64_t>;  ///< in the alphabet, from 0

std::string next_fact(const std::string& post) {
  return "letters.from." + post;
}

std::string letter_at(std::int64_t place) {
  std::string letter(1, static_cast<char>('A' + place % 26));
  if (place >= 26) {
    letter.insert(0, 1, static_cast<char>('A' + place / 26 - 1));
  }
  return letter;
}

std::int64_t place_of(const std::string& letter) {
  std::int64_t place = -1;
  for (char one : letter) place = (place + 1) * 26 + (one - 'A');
  return place;
}

Result<std::map<std::string, Places>> taken_places(
    const Headquarters& headquarters) {
  std::map<std::string, Places> taken;
  auto lines = headquarters.roster();
  if (!lines) return fail(lines.error());
  for (const RosterLine& line : *lines) {
    taken[line.post].insert(place_of(line.letter));
  }
  auto read = headquarters.replica().store().scan(
      invitation_shelf, {}, [&](auto, std::string_view value) {
        proto::Invitation open;
        if (open.ParseFromString(Bytes(value))) {
          taken[open.post()].insert(place_of(open.letter()));
        }
        return true;
      });
  if (!read) return fail(read.error());
  return taken;
}

}  // namespace

Result<std::string> next_letter(const Headquarters& headquarters,
                                const std::string& post) {
  auto taken = taken_places(headquarters);
  if (!taken) return fail(taken.error());
  auto place = number_fact(headquarters.replica().store(), next_fact(post));
  if (!place) return fail(place.error());
  while ((*taken)[post].contains(*place)) ++*place;
  return letter_at(*place);
}

Result<> pass_over_letters(const Headquarters& headquarters) {
  const Replica& replica = headquarters.replica();
  auto taken = taken_places(headquarters);
  if (!taken) return fail(taken.error());
  const auto tables = replica.publications().newest_tables();
  const Table* posts = tables ? tables->find("post") : nullptr;
  const std::size_t rows = posts == nullptr ? 0 : posts->rows().size();
  for (std::size_t row = 0; row < rows; ++row) {
    (*taken)[posts->cell(row, "code")];  // also those without a machine
  }
  for (const auto& [post, places] : *taken) {
    auto from = number_fact(replica.store(), next_fact(post));
    if (!from) return fail(from.error());
    const std::int64_t next = places.empty() ? 0 : *places.rbegin() + 1;
    auto kept = set_number_fact(replica.store(), next_fact(post),
                                std::max(*from, next) + passed_over);
    if (!kept) return kept;
  }
  return {};
}

}  // namespace relais::sync
