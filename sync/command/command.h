#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/control.pb.h"
#include "sync/replica/editor.h"
#include "sync/replica/record_view.h"

namespace relais::sync {

/// Where a verb's answer goes, piece by piece: to a socket, or straight to the
/// terminal of `relais-hq` when nothing serves.
class Output {
 public:
  virtual ~Output() = default;
  virtual void row(std::string json) = 0;       ///< one object of the answer
  virtual void note(const Sentence& note) = 0;  ///< to stderr
  /// A line of an import that was not taken, as it came.
  virtual void rejected(const proto::Rejected& rejected) = 0;
  virtual void progress(const Sentence& progress) = 0;  ///< terminals only
  virtual void data(std::string_view bytes) = 0;        ///< as they are
};

/// What the caller streams in: a file of --from, import, packet import.
class Input {
 public:
  virtual ~Input() = default;
  /// The next piece; empty optional: that was all.
  virtual Result<std::optional<proto::Input>> next() = 0;
};

/// One call of a verb: who, what, and where the answer goes.
struct Call {
  const proto::Request* request = nullptr;
  Actor actor;
  std::uint32_t uid = 0;  ///< the account that calls, where a socket says so
  Input* input = nullptr;
  Output* output = nullptr;
  /// Asked between two steps of long work: true ends it cleanly.
  std::function<bool()> stopped;
  /// Runs a job on the replica that may write, where the verb's own may only
  /// look; absent: its own may.
  using Job = std::function<Result<>(Replica&)>;
  std::function<Result<>(const Job&)> write;

  const std::string& argument(int index) const;  ///< "" when there is none
  std::string option(const std::string& name) const;
  bool has(const std::string& name) const;
};

/// How a verb ended: exit 0, or the error. Some lines refused and the rest
/// done is Errc::invalid with the count.
using Verb = std::function<Result<>(const Call&)>;
using Verbs = std::map<std::string, Verb, std::less<>>;

/// The verbs that both ends share, over one replica: new, import, edit,
/// submit, do, list, show, conflicts (a post's reading), verify, forms,
/// reference, export. Threads: the store's.
Verbs shared_verbs(Replica& replica);

/// Prints a record that was just saved, as it now stands: reference, record,
/// form, state, held. Whoever may write it and not read it gets `known`.
void print_saved(const Replica& replica, const Call& call, RecordView known);

/// Runs request.verb (joined by a space) and says how it ended, as the
/// control protocol wants it.
proto::End run(const Verbs& verbs, const Call& call);

}  // namespace relais::sync
