#pragma once

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "tests/simulation/life.h"

namespace relais::simulation {

/// What a worker tells, one line each: which seed it begins, then what came of
/// it. A worker that dies has begun a seed and not ended it.
void begin_seed(std::FILE* out, std::uint64_t seed);
void end_seed(std::FILE* out, const Life& life, const Tally& tally);

struct Worker {
  pid_t process;
  std::FILE* says;
};

/// All seeds together.
class Report {
 public:
  explicit Report(int days) : days_(days) {}

  /// To the end of what it says; failures are printed as they come.
  void read(Worker& worker);
  /// The summary. False: a promise was broken, or too little went wrong.
  bool print(double seconds, std::uint64_t wanted) const;

 private:
  void fail(std::uint64_t seed, const std::string& why);
  bool too_little(std::uint64_t seeds) const;

  int days_;
  Tally all_;
  std::uint64_t lived_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace relais::simulation
