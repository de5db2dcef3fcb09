#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/crash/scenario.h"
#include "tests/crash/tap.h"

namespace relais::crash {

/// How much is done of what there is.
struct Plan {
  std::uint64_t seed = 1;
  int rounds = 1;         ///< of Images::kinds images at each point
  std::size_t every = 1;  ///< of the points, one in so many
  std::size_t again = 1;  ///< of the recoveries, one in so many goes to the end
  std::size_t nested = 0;  ///< of the recoveries, one in so many is cut too
  /// Of the calls that may fail, and of the places where a byte is taken out or
  /// put in, one in so many.
  std::size_t faults = 1;
};

/// What came of one scenario.
struct Outcome {
  /// "points existing", "points enumerated", "images", "recoveries",
  /// "second crashes", "calls existing", "calls failed", "acknowledged", ...
  std::map<std::string, std::uint64_t> counts;
  std::vector<std::string> broken;  ///< one sentence for each broken promise
};

/// One scenario on its disk: the undisturbed run, every point at which the
/// power may go, every call that may fail.
///
/// Threads: none but the caller's may run.
class Trial {
 public:
  /// Prepares it. `root`: a folder of its own, best in memory.
  Trial(const Named& scenario, fs::path root, const Plan& plan);

  /// The undisturbed run; what was written down must be what is there.
  void record();
  void cut_everywhere();
  void fail_everywhere();
  const Outcome& outcome() const { return outcome_; }
  /// For whoever finds this process dead.
  const std::string& doing() const { return doing_; }

 private:
  /// What of one image was found out, for all points that share it.
  struct Seen {
    Found found;
    std::string name;
  };
  void cut_at(std::size_t point, const Disk& disk, const std::string& name);
  void cut_again(const Disk& disk, const std::string& name, std::size_t point);
  void fail_from(Fault::Kind kind, bool sticky);
  bool fail_at(const Fault& fault);
  void after_fault(const Disk& disk, const Ledger& told,
                   const std::string& name);
  Found start(const Disk& disk, const std::string& name);
  void go_on(const std::string& name);
  void compare(const Ledger& told, std::size_t point, const Found& found,
               const std::string& name);
  void broke(const std::string& name, const std::string& what);
  std::string label(const std::string& what, std::size_t point) const;

  std::string name_;
  std::unique_ptr<Scenario> scenario_;
  fs::path root_;
  Plan plan_;
  Disk before_;
  std::vector<Op> ops_;
  std::map<int, std::string> names_;
  Ledger told_;
  std::map<std::uint64_t, Seen> seen_;
  Outcome outcome_;
  std::string doing_;
};

}  // namespace relais::crash
