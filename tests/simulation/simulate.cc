// The simulator: whole fleets in virtual time, every accident from one seed.
//
//   simulate --seeds N [--seed S] [--days D] [--profile ci|deep] [--jobs J]
//
// Runs the seeds S, S + 1, ... Every tenth (ci) or every (deep) seed lives
// twice, and both lives must be the same. With --seed and one seed the story
// is told as it happens. Ends with 1 when a promise was broken, or when less
// went wrong than has to.
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
#include "tests/support/temporary_folder.h"

namespace relais::simulation {
namespace {

struct Options {
  std::uint64_t first = 1;
  std::uint64_t seeds = 1;
  int days = 30;
  int jobs = 1;
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
    if (name == "--profile") options.deep = std::strcmp(value, "deep") == 0;
    one = one || name == "--seed";
    const bool known = name == "--seeds" || name == "--seed" ||
                       name == "--days" || name == "--jobs" ||
                       name == "--profile";
    if (!known || options.days < 1 || options.jobs < 1) return std::nullopt;
  }
  options.aloud = one && options.seeds == 1;
  return options;
}

/// The seeds of one worker. What came of each goes out at once, line by line.
void work(const Options& options, int worker, std::FILE* out) {
  test::TemporaryFolder folder;
  const std::uint64_t twice = options.deep ? 1 : 10;
  for (std::uint64_t i = static_cast<std::uint64_t>(worker); i < options.seeds;
       i += static_cast<std::uint64_t>(options.jobs)) {
    const std::uint64_t seed = options.first + i;
    begin_seed(out, seed);
    Tally tally;
    Life life = live(seed, options.days, folder / "once", tally, options.aloud);
    std::filesystem::remove_all(folder / "once");
    if (life.broken.empty() && !options.aloud && i % twice == 0) {
      Tally ignored;
      const Life again =
          live(seed, options.days, folder / "once", ignored, false);
      std::filesystem::remove_all(folder / "once");
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
      work(options, i, out);
      std::fclose(out);
      std::cout.flush();
      ::_exit(0);
    }
    ::close(ends[1]);
    workers.push_back({child, ::fdopen(ends[0], "r")});
  }
  Report report(options.days);
  for (Worker& worker : workers) report.read(worker);
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - started;
  return report.print(took.count(), options.seeds) ? 0 : 1;
}

}  // namespace
}  // namespace relais::simulation

int main(int argc, char** argv) {
  const auto options = relais::simulation::options_of(argc, argv);
  if (!options) {
    std::cerr << "simulate --seeds N [--seed S] [--days D] "
                 "[--profile ci|deep] [--jobs J]\n";
    return 2;
  }
  // Disks in memory, where there is such a folder.
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  return relais::simulation::run(*options);
}
