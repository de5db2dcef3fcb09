#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/daemon/author_counts.h"
#include "client/daemon/envelopes.h"
#include "client/daemon/machine_clock.h"
#include "client/net/transport.h"
#include "sync/command/command.h"
#include "sync/random.h"
#include "sync/replica/people.h"
#include "sync/replica/post.h"
#include "sync/session/post_session.h"
#include "sync/store/sqlite_store.h"

namespace relais::client {

/// What the loop knows of the last syncs; remembered across restarts.
struct SyncMemory {
  std::int64_t last_try = 0;             ///< wall clock, ms; 0: never
  std::int64_t last_success = 0;         ///< wall clock, ms; 0: never
  sync::Sentence last_error;             ///< empty id: the last one succeeded
  Answerer answerer = Answerer::nobody;  ///< the last time
};

/// What is here and nobody holds yet, to decide whether a sync is due.
struct Waiting {
  std::uint64_t urgent = 0;  ///< never sent
  std::uint64_t saved = 0;   ///< never sent, urgent ones included
  std::uint64_t unheld = 0;  ///< no receipt says held
};

/// How to reach headquarters: one peer for each of its addresses.
struct Road {
  std::vector<Peer> peers;
  bool certified = false;  ///< false: a Join has to go first
};

/// Everything of a post that lives on the store thread.
///
/// Threads: the store's, all of it.
class Station {
 public:
  static Result<std::unique_ptr<Station>> open(
      const std::filesystem::path& database);

  /// Before anybody has a PIN: the post's account, or the officer that it
  /// types for. denied: `as` is none of the tables.
  Result<sync::Actor> actor_as(const std::string& as) const;

  Result<Waiting> waiting() const;
  /// What this person wrote here, by lane.
  Result<std::vector<sync::LaneCounts>> counts_of(const std::string& person);
  /// What no receipt says is held, in steps that tell nothing of one record.
  Result<std::uint64_t> waiting_bytes();
  /// What an export carries, for `packet sent`: a name that tells nothing,
  /// good for the last few of this run.
  std::string keep_reach(std::vector<sync::Reach> reach);
  /// Empty: no such name.
  std::vector<sync::Reach> take_reach(const std::string& name);

  Result<SyncMemory> memory() const;
  Result<> remember(const SyncMemory& memory);

  /// Errors: invalid when this machine is not enrolled.
  Result<Road> road() const;
  /// The certificate request of this machine, made once; its key stays here.
  Result<sync::Bytes> request_der();
  /// What goes with every file, and to /v1/enrol, until the certificate is
  /// back; empty optional when it is. `code`: as Post::join() takes it.
  Result<std::optional<proto::Join>> join(std::string_view code = {});
  /// The answer to it: `body` of /v1/enrol.
  Result<> take_grant(std::string_view body, std::string_view root_der,
                      const std::string& url, std::string_view code);

  sync::SqliteStore& store() { return *store_; }
  const sync::SqliteStore& store() const { return *store_; }
  sync::Replica& replica() { return *replica_; }
  sync::People& people() { return *people_; }
  const sync::People& people() const { return *people_; }
  sync::Post& post() { return *post_; }
  const sync::Post& post() const { return *post_; }
  /// The ring of what is sealed, for a machine that serves.
  Result<> open_envelopes(const std::filesystem::path& file);
  Envelopes& envelopes() { return *envelopes_; }

 private:
  Station() = default;

  MachineClock clock_;
  sync::SystemRandom random_;
  std::unique_ptr<sync::SqliteStore> store_;
  std::unique_ptr<sync::Replica> replica_;
  std::unique_ptr<sync::Post> post_;
  std::unique_ptr<sync::People> people_;
  AuthorCounts authors_;
  std::deque<std::pair<std::string, std::vector<sync::Reach>>> reach_;
  std::unique_ptr<Envelopes> envelopes_;
};

/// Sentences of refusals in the body of an answer that is no 200.
std::vector<proto::Refusal> refusals_in(std::string_view body);

}  // namespace relais::client
