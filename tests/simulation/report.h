#pragma once

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/simulation/life.h"

namespace relais::simulation {

/// What a worker tells, one line each: which seed it begins, then what came of
/// it. A worker that dies has begun a seed and not ended it.
void begin_seed(std::FILE* out, std::uint64_t seed);
void end_seed(std::FILE* out, const Life& life, const Tally& tally);

/// The one command that tells this story again.
std::string replay(const Story& story);

struct Worker {
  pid_t process = 0;
  int says = -1;           ///< where its lines come from
  std::string rest;        ///< of a line that has not ended
  std::uint64_t seed = 0;  ///< the last it began
  bool lives = false;      ///< ... and has not ended
};

/// All seeds together.
class Report {
 public:
  explicit Report(int days) : days_(days) {}

  /// To the end of what they say; failures are printed as they come.
  void read(std::vector<Worker> workers);
  /// The summary. False: a promise was broken, too little went wrong, or
  /// fewer than `least` worlds came to their end.
  bool print(double seconds, std::uint64_t least) const;

  // -- a run of many hours: kept in a file, told in a table

  /// Goes on from what the file says; from nothing when there is none.
  void resume(const std::string& file);
  void keep(const std::string& file, std::uint64_t next, double seconds);
  void write_table(const std::string& file) const;
  std::uint64_t next_seed() const { return next_; }
  double seconds() const { return seconds_; }

 private:
  bool read_some(Worker& worker);
  void take(Worker& worker, const std::string& line);
  void fail(std::uint64_t seed, const std::string& why);
  bool too_little(std::uint64_t seeds) const;

  int days_;
  Tally all_;
  std::uint64_t lived_ = 0;
  std::vector<std::string> broken_;  ///< seed and promise
  std::uint64_t next_ = 1;
  double seconds_ = 0;
};

}  // namespace relais::simulation
