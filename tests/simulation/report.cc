#include "tests/simulation/report.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <sstream>
#include <utility>

namespace relais::simulation {
namespace {

/// What has to happen at least in a hundred worlds of thirty days: silence is
/// no success. About a third of what is usual.
constexpr std::array<std::pair<const char*, int>, 15> floors = {{
    {"acknowledged", 1500},
    {"sessions", 1500},
    {"files carried", 100},
    {"link: request cut", 50},
    {"link: answer cut", 50},
    {"link: damaged", 20},
    {"link: request twice", 20},
    {"file: damaged", 10},
    {"file: carried again", 10},
    {"file: out of order", 20},
    {"power cut", 50},
    {"disk: write error", 10},
    {"disk: full", 10},
    {"clock: wrong by years", 20},
    {"recoveries", 80},
}};
/// Below so many worlds chance alone may leave one out.
constexpr std::uint64_t floors_from = 20;

}  // namespace

void begin_seed(std::FILE* out, std::uint64_t seed) {
  std::fprintf(out, "begin %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(out);
}

void end_seed(std::FILE* out, const Life& life, const Tally& tally) {
  for (const auto& [kind, count] : tally) {
    std::fprintf(out, "count %llu %s\n", static_cast<unsigned long long>(count),
                 kind.c_str());
  }
  if (!life.broken.empty()) {
    for (const std::string& line : life.last) {
      std::fprintf(out, "story %s\n", line.c_str());
    }
    std::fprintf(out, "broken %s\n", life.broken.c_str());
  }
  std::fprintf(out, "end\n");
  std::fflush(out);
}

void Report::fail(std::uint64_t seed, const std::string& why) {
  ++failed_;
  std::cout << "BROKEN, seed " << seed << ": " << why
            << "\n  the whole story: build/dev/check/simulate --seeds 1 --seed "
            << seed << " --days " << days_ << "\n";
}

void Report::take(Worker& worker, const std::string& text) {
  std::istringstream line(text);
  std::string word;
  line >> word;
  if (word == "begin") line >> worker.seed;
  worker.lives = word != "end";
  lived_ += word == "end" ? 1 : 0;
  std::string rest;
  std::uint64_t count = 0;
  if (word == "count") line >> count;
  std::getline(line >> std::ws, rest);
  if (word == "count") all_[rest] += count;
  if (word == "story") std::cout << "  " << rest << "\n";
  if (word == "broken") fail(worker.seed, rest);
}

/// False: it has ended.
bool Report::read_some(Worker& worker) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(worker.says, buffer.data(), buffer.size());
  if (count > 0) {
    worker.rest.append(buffer.data(), static_cast<std::size_t>(count));
    std::istringstream lines(std::exchange(worker.rest, {}));
    for (std::string line; std::getline(lines, line);) {
      if (lines.eof()) {
        worker.rest = line;
      } else {
        take(worker, line);
      }
    }
    return true;
  }
  ::close(worker.says);
  int status = 0;
  ::waitpid(worker.process, &status, 0);
  if (worker.lives || status != 0) {
    fail(worker.seed,
         "the program ended with status " + std::to_string(status));
  }
  return false;
}

void Report::read(std::vector<Worker> workers) {
  while (!workers.empty()) {
    std::vector<pollfd> ends;
    for (const Worker& worker : workers) {
      ends.push_back({worker.says, POLLIN, 0});
    }
    ::poll(ends.data(), ends.size(), -1);
    for (std::size_t i = workers.size(); i-- > 0;) {
      if (ends[i].revents == 0 || read_some(workers[i])) continue;
      workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

bool Report::too_little(std::uint64_t seeds) const {
  bool little = false;
  for (const auto& [kind, per_hundred] : floors) {
    const auto found = all_.find(kind);
    const std::uint64_t count = found == all_.end() ? 0 : found->second;
    const std::uint64_t least = static_cast<std::uint64_t>(per_hundred) *
                                seeds * static_cast<std::uint64_t>(days_) /
                                3000;
    if (seeds < floors_from || count >= least) continue;
    little = true;
    std::cout << "TOO LITTLE: " << kind << ", " << count << " of at least "
              << least << "\n";
  }
  return little;
}

bool Report::print(double seconds, std::uint64_t least) const {
  for (const auto& [kind, count] : all_) {
    std::cout << "  " << kind << ": " << count << "\n";
  }
  const auto seeds = static_cast<double>(std::max<std::uint64_t>(lived_, 1));
  std::cout << lived_ << " seeds, "
            << lived_ * static_cast<std::uint64_t>(days_) << " virtual days, "
            << seconds << " s, " << seconds / seeds << " s a seed, " << failed_
            << " broken\n";
  return !too_little(lived_) && failed_ == 0 && lived_ >= least;
}

}  // namespace relais::simulation
