// The simulator: whole fleets in virtual time, every accident from one seed.
//
//   simulate [--seed S] [--seeds N] [--days D] [--jobs J] [--seconds T]
//            [--only E,E...] [--clocks] [--shrink]
//            [--profile ci|deep [--hours H] [--state FILE] [--table FILE]]
//
// Runs the seeds S, S + 1, ... Every fiftieth (ci) or every (deep) seed lives
// twice, and both lives must be the same; then twice without accidents, the
// second time with all clocks permuted, and both must end the same. With one
// seed the story is told as it happens: all of it, or the events of --only;
// --clocks tells the two calm lives; --shrink cuts a broken one to few events
// first. --seconds begins no seed after that time. --profile deep goes on for
// hours, from where FILE says that it was, and keeps its table. Ends with 1
// when a promise was broken, or when less went wrong than has to.
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
#include "tests/simulation/shrink.h"

namespace relais::simulation {
namespace {

struct Options {
  std::uint64_t first = 1;
  std::uint64_t seeds = 1;
  int days = 30;
  int jobs = 1;
  double seconds = 0;  ///< 0: as long as the seeds take
  std::optional<std::set<int>> only;
  bool one = false;
  bool shrink = false;
  bool clocks = false;
  bool deep = false;
  double hours = 8;
  std::string state, table;  ///< files; empty: none
};

constexpr std::uint64_t deep_batch = 10;  ///< seeds a job, until it is kept

bool take(Options& options, const std::string& name, const char* value) {
  if (name == "--seeds") options.seeds = std::strtoull(value, nullptr, 10);
  if (name == "--seed") options.first = std::strtoull(value, nullptr, 10);
  if (name == "--days") options.days = std::atoi(value);
  if (name == "--jobs") options.jobs = std::atoi(value);
  if (name == "--seconds") options.seconds = std::atof(value);
  if (name == "--only") options.only = events_of(value);
  if (name == "--profile") options.deep = std::strcmp(value, "deep") == 0;
  if (name == "--hours") options.hours = std::atof(value);
  if (name == "--state") options.state = value;
  if (name == "--table") options.table = value;
  options.one = options.one || name == "--seed";
  for (const char* known :
       {"--seeds", "--seed", "--days", "--jobs", "--seconds", "--only",
        "--profile", "--hours", "--state", "--table"}) {
    if (name == known) return true;
  }
  return false;
}

std::optional<Options> options_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--shrink") {
      options.shrink = true;
    } else if (name == "--clocks") {
      options.clocks = true;
    } else if (++i == argc || !take(options, name, argv[i])) {
      return std::nullopt;
    }
  }
  if (options.days < 1 || options.jobs < 1) return std::nullopt;
  options.one = options.one && options.seeds == 1 && !options.deep;
  return options;
}

using Time = std::chrono::steady_clock::time_point;

double seconds_since(Time started) {
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - started;
  return took.count();
}

void live_again(const Story& story, Life& life, Tally& tally) {
  Tally ignored;
  const Life again = live(story, ignored, false);
  ++tally["lived twice"];
  if (again.hash != life.hash) {
    life.broken = "the same seed told another story";
  }
  if (!life.broken.empty()) return;
  ++tally["lived under other clocks"];
  Story clocks = story;
  clocks.other_clocks = true;
  const Life other = live(clocks, ignored, false);
  life.broken = other.broken;
  life.last = other.last;
}

/// The seeds of one worker. What came of each goes out at once, line by line.
void work(const Options& options, int worker, Time started, std::FILE* out) {
  const std::uint64_t twice = options.deep ? 1 : 50;
  for (std::uint64_t i = static_cast<std::uint64_t>(worker); i < options.seeds;
       i += static_cast<std::uint64_t>(options.jobs)) {
    if (options.seconds > 0 && seconds_since(started) > options.seconds) break;
    Story story;
    story.seed = options.first + i;
    story.days = options.days;
    begin_seed(out, story.seed);
    Tally tally;
    Life life = live(story, tally, false);
    if (life.broken.empty() && i % twice == 0) live_again(story, life, tally);
    end_seed(out, life, tally);
  }
}

void run_all(const Options& options, Time started, Report& report) {
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
  report.read(std::move(workers));
}

int run_deep(Options options, Time started) {
  Report report(options.days);
  report.resume(options.state);
  const double before = report.seconds();
  options.seeds = deep_batch * static_cast<std::uint64_t>(options.jobs);
  do {
    options.first = report.next_seed();
    run_all(options, started, report);
    report.keep(options.state, options.first + options.seeds,
                before + seconds_since(started));
    report.write_table(options.table);
  } while (seconds_since(started) < options.hours * 3600);
  return report.print(report.seconds(), 1) ? 0 : 1;
}

int tell(const Options& options) {
  Story story;
  story.seed = options.first;
  story.days = options.days;
  story.only = options.only;
  story.other_clocks = options.clocks;
  if (options.shrink) {
    const auto cut = shrink(story);
    if (cut) story = *cut;
  }
  Tally tally;
  const Life life = live(story, tally, true);
  std::cout << (life.broken.empty() ? "no promise is broken"
                                    : "BROKEN: " + life.broken)
            << "\n  once more: " << replay(story) << "\n";
  return life.broken.empty() ? 0 : 1;
}

int run(const Options& options) {
  const auto started = std::chrono::steady_clock::now();
  if (options.one) return tell(options);
  if (options.deep) return run_deep(options, started);
  Report report(options.days);
  run_all(options, started, report);
  const std::uint64_t least = options.seconds > 0 ? 1 : options.seeds;
  return report.print(seconds_since(started), least) ? 0 : 1;
}

}  // namespace
}  // namespace relais::simulation

int main(int argc, char** argv) {
  const auto options = relais::simulation::options_of(argc, argv);
  if (!options) {
    std::cerr
        << "simulate [--seed S] [--seeds N] [--days D] [--jobs J] "
           "[--seconds T] [--only E,E...] [--clocks] [--shrink] [--profile "
           "ci|deep [--hours H] [--state FILE] [--table FILE]]\n";
    return 2;
  }
  return relais::simulation::run(*options);
}
