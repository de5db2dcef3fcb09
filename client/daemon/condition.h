#pragma once

#include <string>
#include <vector>

#include "client/daemon/station.h"

namespace relais::client {

/// How a post stands: what `status` shows and `doctor` judges.
struct Condition {
  sync::Enrolment enrolment;
  SyncMemory memory;
  std::int64_t contact =
      0;  ///< last receipt, by any road; wall clock; 0: never
  std::int64_t headquarters_time = 0;  ///< last signed one; 0: never
  std::int64_t wall = 0;
  std::int64_t present = 0;  ///< the best guess, from the last signed time on
  std::vector<sync::LaneCounts> lanes;
  std::uint64_t feed = 0;    ///< position in headquarters' feed
  std::uint64_t drafts = 0;  ///< that this person may see
  /// Officers have PINs here: `lanes` are what this person wrote, and nobody
  /// sees a number that would tell of others.
  bool closed = false;
  std::uint64_t waiting_bytes = 0;  ///< when closed: what no receipt holds, in
                                    ///< steps (sync-model 6)
  std::uint64_t disk_free = 0;
  std::uint64_t disk_size = 0;
  std::vector<proto::Refusal> refusals;
  bool refused_recipients = false;  ///< a list of them, not signed as it must
  bool held_less = false;           ///< a receipt went back within one epoch
};
Result<Condition> condition_of(Station& station, const sync::Actor& actor);

/// "online", "offline", "stranger" (something else answered) or "unknown":
/// what the last attempt says of the link.
std::string link_state(const Condition& condition);

/// Something that is not as it should be, and what to do about it.
struct Trouble {
  sync::Sentence what;
  sync::Sentence remedy;
};
std::vector<Trouble> troubles_of(const Condition& condition);
/// Parts that a newer version, or a form that is not here yet, left unread.
/// Walks over all of them.
Result<std::uint64_t> parts_behind(const Station& station);

}  // namespace relais::client
