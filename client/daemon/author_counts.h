#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sync/replica/post.h"

namespace relais::client {

using sync::Result;

/// Saved, sent and held of what one person wrote on this machine, and how much
/// of all is not held. Reads each entry once in a run.
///
/// Threads: the store's.
class AuthorCounts {
 public:
  Result<std::vector<sync::LaneCounts>> of(const sync::Replica& replica,
                                           const std::string& person);
  /// Bytes of what was written here and no receipt holds, as shown_bytes(); the
  /// sealed lane is in no count.
  Result<std::uint64_t> bytes_not_held(const sync::Replica& replica);

 private:
  struct Read {
    std::uint64_t to = 0;  ///< positions up to here
    std::map<std::string, std::vector<std::uint64_t>> by_author;
  };
  /// The sizes of entries from one position on.
  struct Sizes {
    std::uint64_t before = 0;  ///< the position before the first of them
    std::vector<std::uint64_t> bytes;
  };
  Result<> read_on(const sync::Replica& replica,
                   const sync::StoredJournal& journal, Read& read) const;

  std::map<sync::JournalId, Read> read_;
  std::map<sync::JournalId, Sizes> sizes_;
};

/// In whole steps of shown_bytes_step (sync-model 6): a size tells nothing of
/// what is inside.
std::uint64_t shown_bytes(std::uint64_t bytes);

}  // namespace relais::client
