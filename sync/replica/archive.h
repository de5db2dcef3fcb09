#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "proto/session.pb.h"
#include "sync/random.h"
#include "sync/replica/replica.h"
#include "sync/store/sqlite_store.h"

/// What is *archived*: held by two verified backups of headquarters, the older
/// at least limits::archived_age_ms old (sync-model 7). Posts may let go of
/// what they keep for headquarters' sake alone.
namespace relais::sync {

/// A backup of headquarters, opened to be read.
///
/// Ownership   Borrows the clock.
/// Threads     One at a time.
class BackupFile {
 public:
  /// not_found; invalid: no backup of a headquarters, or one that does not say
  /// when it was made.
  static Result<BackupFile> open(const std::filesystem::path& file,
                                 Clock& clock);

  /// Over the store of a headquarters, opened by the caller.
  static Result<BackupFile> over(std::unique_ptr<SqliteStore> store,
                                 Clock& clock);

  const std::filesystem::path& file() const { return file_; }
  /// By headquarters' clock, as the backup itself says.
  std::int64_t made_ms() const { return made_ms_; }
  const Replica& replica() const { return *replica_; }
  /// Every byte, and every record from the journal; `stop` as verify has it.
  /// corrupt, with the number of faults.
  Result<> verify(const std::function<bool()>& stop) const;

 private:
  BackupFile() = default;

  std::filesystem::path file_;
  std::int64_t made_ms_ = 0;
  std::unique_ptr<SystemRandom> random_ = std::make_unique<SystemRandom>();
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<Replica> replica_;
};

struct BackupPair {
  BackupFile older;
  BackupFile newer;
};

/// Both files opened and put in order. invalid: they are one backup, one is
/// not this headquarters', or the older is too young at `now_ms`.
Result<BackupPair> open_pair(const Replica& there,
                             const std::filesystem::path& one,
                             const std::filesystem::path& other);

/// The last pair that was taken.
struct ArchivedSince {
  std::int64_t older_ms = 0;  ///< 0: nothing is archived yet
  std::int64_t newer_ms = 0;
};
Result<ArchivedSince> archived_since(const Store& store);

/// What both of a verified pair and headquarters hold alike is archived from
/// now on; what was stays so. In the caller's transaction.
Result<> mark_archived(Replica& there, const BackupPair& pair);

/// What is archived of a machine's lanes and of its feed, for its receipt: for
/// each lane the newest journal whose predecessors are archived, its archived
/// prefix.
Result<> add_archived(const Store& store, const DeviceId& device,
                      proto::Receipt& receipt);

}  // namespace relais::sync
