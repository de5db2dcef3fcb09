// One scenario: every point at which the power may go, every call that may
// fail; or every alteration of a journal or of a file. Said in lines, which
// tests/crash/run reads: "count N what", "broken why", "end".
//
//   crash --list
//   crash STEP [--seed S] [--rounds N] [--every N] [--again N]
//                  [--nested N] [--faults N]
//
// Of the points, recoveries and calls, one in so many (trial.h); the seed says
// which, and what a disk keeps of what was not synced.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>

#include "sync/check.h"
#include "tests/crash/tamper.h"
#include "tests/crash/trial.h"
#include "tests/support/temporary_folder.h"

namespace relais::crash {
namespace {

constexpr const char* rows_step = "altered rows";
constexpr const char* bytes_step = "altered bytes";

struct Options {
  std::string step;
  const Named* scenario = nullptr;  ///< null: one of the two above
  Plan plan;
};

std::optional<Options> options_of(int argc, char** argv) {
  Options options;
  for (const Named& one : scenarios()) {
    if (argc > 1 && one.name == argv[1]) options.scenario = &one;
  }
  if (argc < 2 || argc % 2 != 0) return std::nullopt;
  options.step = argv[1];
  if (options.scenario == nullptr && options.step != rows_step &&
      options.step != bytes_step) {
    return std::nullopt;
  }
  for (int i = 2; i < argc; i += 2) {
    const std::string name = argv[i];
    const auto number = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--seed") {
      options.plan.seed = number;
    } else if (name == "--rounds") {
      options.plan.rounds = static_cast<int>(number);
    } else if (name == "--every") {
      options.plan.every = number;
    } else if (name == "--again") {
      options.plan.again = number;
    } else if (name == "--nested") {
      options.plan.nested = number;
    } else if (name == "--faults") {
      options.plan.faults = number;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

const Trial* running = nullptr;
int answers = STDOUT_FILENO;

void say(const std::string& line) {
  CHECK(::write(answers, line.data(), line.size()) ==
        static_cast<ssize_t>(line.size()));
}

extern "C" void on_death(int signal) {
  if (running != nullptr) {
    say("broken " + running->doing() + ": the program died\n");
  }
  ::_exit(128 + signal);
}

/// The product's own words would stand between ours.
void hush() {
  answers = ::dup(STDOUT_FILENO);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nowhere, STDOUT_FILENO);
  if (std::getenv("RELAIS_CRASH_ALOUD") == nullptr) {
    ::dup2(nowhere, STDERR_FILENO);
  }
}

Outcome try_scenario(const Named& scenario, const Plan& plan,
                     const fs::path& folder) {
  Trial trial(scenario, folder / "disk", plan);
  running = &trial;
  trial.record();
  if (trial.outcome().broken.empty()) {
    trial.cut_everywhere();
    trial.fail_everywhere();
  }
  running = nullptr;
  return trial.outcome();
}

Outcome try_step(const Options& options) {
  test::TemporaryFolder folder;
  const Plan& plan = options.plan;
  if (options.scenario != nullptr) {
    return try_scenario(*options.scenario, plan, folder.path());
  }
  if (options.step == rows_step) {
    return alter_rows(folder.path(), plan.seed, plan.faults == 1);
  }
  return alter_bytes(plan.seed, plan.faults);
}

void run(const Options& options) {
  const Outcome outcome = try_step(options);
  for (const auto& [what, count] : outcome.counts) {
    say("count " + std::to_string(count) + " " + what + "\n");
  }
  for (const std::string& why : outcome.broken) say("broken " + why + "\n");
  say("end\n");
}

}  // namespace
}  // namespace relais::crash

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--list") {
    for (const auto& one : relais::crash::scenarios()) {
      std::cout << one.name << "\n";
    }
    std::cout << "altered rows\naltered bytes\n";
    return 0;
  }
  const auto options = relais::crash::options_of(argc, argv);
  if (!options) {
    std::cerr << "crash --list | STEP [--seed S] [--rounds N] [--every N] "
                 "[--again N] [--nested N] [--faults N]\n";
    return 2;
  }
  // Disks in memory, where there is such a folder.
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE}) {
    std::signal(signal, relais::crash::on_death);
  }
  relais::crash::hush();
  relais::crash::run(*options);
  return 0;
}
