#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "sync/replica/replica.h"
#include "sync/sealed/ring.h"

namespace relais::client {

using sync::Result;

/// The sealed lane of a post (sync-model 9): reports wait in a ring among
/// fillers; once a day one slot becomes one entry of the journal, whatever is
/// in it. Nothing of a report is in the database before its day, and nothing
/// says afterwards that it was one.
///
/// Threads: the store's.
class Envelopes {
 public:
  static Result<std::unique_ptr<Envelopes>> open(
      const std::filesystem::path& file, sync::Replica& replica);

  /// usage: this is no report, by its size.
  static Result<> check(const std::vector<sync::Bytes>& envelopes);
  /// A sealed report: one to four envelopes. On the disk when it returns.
  Result<> take(const std::vector<sync::Bytes>& envelopes);
  /// Now and then: the ring is written anew, and the day's envelope leaves if
  /// it has not. The first day of a machine only begins.
  Result<> beat();
  /// How long until the next beat: at random, without memory, so that a file
  /// written just now says as little as one written at any other moment.
  std::chrono::milliseconds pause() const;
  /// Its file was damaged: what waited in it is lost.
  bool anew() const { return ring_.anew(); }

 private:
  Envelopes(sync::WaitingRing ring, sync::Replica& replica)
      : ring_(std::move(ring)), replica_(&replica) {}
  Result<> send(std::int64_t day);

  sync::WaitingRing ring_;
  sync::Replica* replica_;
  std::int64_t sent_at_ = 0;  ///< monotonic; 0: not in this run
};

}  // namespace relais::client
