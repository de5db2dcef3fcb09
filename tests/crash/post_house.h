#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/daemon/station.h"
#include "sync/store/home.h"
#include "tests/crash/scenario.h"

namespace relais::crash {

/// One run of relaisd, without its threads: home and station below
/// `root`/post.
struct PostHouse {
  static sync::Result<PostHouse> open(const fs::path& root);

  sync::Home home;
  std::unique_ptr<client::Station> station;
};

sync::Actor chief();
/// As `relais new FORM --set ...`.
sync::Result<sync::Created> create(sync::Replica& replica,
                                   const std::string& form,
                                   const std::vector<std::string>& set,
                                   bool submit);

/// A start of relaisd, and everything that its disk holds: the audit's and the
/// replica's faults; "device", "post", "certificate", "here R" for a draft or
/// a record R, "record R", "acts R" of a draft, "records", "feed", and of each
/// own journal "journal J", "sent J", "held J".
Found look_at_post(const fs::path& root);

/// What audit() and Replica::verify() find.
void inspect(sync::SqliteStore& store, const sync::Replica& replica,
             Found& found);

}  // namespace relais::crash
