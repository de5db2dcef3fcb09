// The simulator: whole fleets in virtual time, every accident from one seed.
//
//   simulate --seeds N [--seed S] [--days D] [--profile ci|deep] [--jobs J]
//            [--seconds T]
//
// Runs the seeds S, S + 1, ... Every fiftieth (ci) or every (deep) seed lives
// twice, and both lives must be the same. With --seed and one seed the story
// is told as it happens. Ends with 1 when a promise was broken, or when less
// went wrong than has to.
// --seconds begins no seed after that time.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "sync/check.h"
#include "tests/simulation/life.h"
#include "tests/simulation/report.h"

namespace relais::simulation {
namespace {

struct Options {
  std::uint64_t first = 1;
  std::uint64_t seeds = 1;
  int days = 30;
  int jobs = 1;
  int seconds = 0;  ///< 0: as long as the seeds take
  bool deep = false;
  bool aloud = false;
};

std::optional<Options> options_of(int argc, char** argv) {
  Options options;
  bool one = false;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 == argc) return std::nullopt;
    const char* value = argv[i + 1];
    if (name == "--seeds") options.seeds = std::strtoull(value, nullptr, 10);
    if (name == "--seed") options.first = std::strtoull(value, nullptr, 10);
    if (name == "--days") options.days = std::atoi(value);
    if (name == "--jobs") options.jobs = std::atoi(value);
    if (name == "--seconds") options.seconds = std::atoi(value);
    if (name == "--profile") options.deep = std::strcmp(value, "deep") == 0;
    one = one || name == "--seed";
    const bool known = name == "--seeds" || name == "--seed" ||
                       name == "--days" || name == "--jobs" ||
                       name == "--seconds" || name == "--profile";
    if (!known || options.days < 1 || options.jobs < 1) return std::nullopt;
  }
  options.aloud = one && options.seeds == 1;
  return options;
}

using Time = std::chrono::steady_clock::time_point;

double seconds_since(Time started) {
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - started;
  return took.count();
}

/// The seeds of one worker. What came of each goes out at once, line by line.
void work(const Options& options, int worker, Time started, std::FILE* out) {
  const std::uint64_t twice = options.deep ? 1 : 50;
  for (std::uint64_t i = static_cast<std::uint64_t>(worker); i < options.seeds;
       i += static_cast<std::uint64_t>(options.jobs)) {
    if (options.seconds > 0 && seconds_since(started) > options.seconds) break;
    const std::uint64_t seed = options.first + i;
    begin_seed(out, seed);
    Tally tally;
    Life life = live(seed, options.days, tally, options.aloud);
    if (life.broken.empty() && !options.aloud && i % twice == 0) {
      Tally ignored;
      const Life again = live(seed, options.days, ignored, false);
      ++tally["lived twice"];
      if (again.hash != life.hash) {
        life.broken = "the same seed told another story";
      }
    }
    end_seed(out, life, tally);
  }
}

int run(const Options& options) {
  const auto started = std::chrono::steady_clock::now();
  std::vector<Worker> workers;
  for (int i = 0; i < options.jobs; ++i) {
    int ends[2];
    CHECK(::pipe(ends) == 0);
    const pid_t child = ::fork();
    CHECK(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      std::FILE* out = ::fdopen(ends[1], "w");
      work(options, i, started, out);
      std::fclose(out);
      std::cout.flush();
      ::_exit(0);
    }
    ::close(ends[1]);
    workers.emplace_back();
    workers.back().process = child;
    workers.back().says = ends[0];
  }
  Report report(options.days);
  report.read(std::move(workers));
  const std::uint64_t wanted = options.seconds > 0 ? 1 : options.seeds;
  return report.print(seconds_since(started), wanted) ? 0 : 1;
}

}  // namespace
}  // namespace relais::simulation

int main(int argc, char** argv) {
  const auto options = relais::simulation::options_of(argc, argv);
  if (!options) {
    std::cerr << "simulate --seeds N [--seed S] [--days D] "
                 "[--profile ci|deep] [--jobs J] [--seconds T]\n";
    return 2;
  }
  return relais::simulation::run(*options);
}
