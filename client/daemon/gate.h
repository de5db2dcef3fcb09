#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

#include "client/daemon/station.h"
#include "proto/control.pb.h"
#include "sync/command/command.h"

namespace relais::client {

/// The one door of the control socket: who a call acts as, and whether that is
/// allowed, by the table of calls (sync/record/call_rights.h). Keeps who is
/// logged in, in memory only: a restart logs everybody out.
///
/// Ownership   Borrows the station.
/// Threads     The store's.
class Gate {
 public:
  /// `owner`: the account that owns the home. Borrows the clock.
  Gate(Station& station, uid_t owner, sync::Clock& clock);

  /// Counts as the caller's activity unless he asked it `background`. Until
  /// the first PIN, the owner acts as the post's account, or as `as`. denied;
  /// is_not_logged_in() of the sentence: a login is all that is missing.
  Result<sync::Actor> admit(const proto::Request& request, uid_t uid);
  /// A call that was admitted has ended; long work does not log its caller out.
  void left(const proto::Request& request);
  /// Whoever has asked nothing for three minutes is logged out.
  void end_idle();

  /// login, its questions, and logout.
  void add_verbs(sync::Verbs& verbs);

 private:
  struct Session {
    std::string person;
    uid_t uid = 0;          ///< no other account may use it
    std::int64_t used = 0;  ///< monotonic ms
    int calls = 0;          ///< running now
  };
  using Sessions = std::map<sync::Hash, Session>;

  Sessions::iterator find(const proto::Request& request);
  void end(Sessions::iterator session);
  Result<> about(const sync::Call& call);
  Result<> salt(const sync::Call& call);
  Result<> login(const sync::Call& call);
  Result<> change_pin(const sync::Call& call);
  Result<> logout(const sync::Call& call);
  std::int64_t now() const;

  Station* station_;
  uid_t owner_;
  sync::Clock* clock_;
  Sessions sessions_;  ///< by the hash of what the caller keeps
};

/// The first and last name of an officer; empty: the tables have none.
std::string name_of_officer(const sync::Replica& replica,
                            const std::string& person);

}  // namespace relais::client
