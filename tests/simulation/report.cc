#include "tests/simulation/report.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <utility>

#include "tests/simulation/shrink.h"

namespace relais::simulation {
namespace {

/// What has to happen at least in a hundred worlds of thirty days: silence is
/// no success. About a third of what is usual.
constexpr std::array<std::pair<const char*, int>, 41> floors = {{
    {"acknowledged", 1200},
    {"sessions", 800},
    {"files carried", 100},
    {"link: request cut", 25},
    {"link: answer cut", 30},
    {"link: damaged", 14},
    {"link: request twice", 13},
    {"file: damaged", 7},
    {"file: carried again", 10},
    {"file: out of order", 30},
    {"power cut", 60},
    {"disk: write error", 15},
    {"disk: full", 15},
    {"clock: wrong by years", 30},
    {"recoveries", 100},
    {"link: captive portal", 15},
    {"link: body stripped", 15},
    {"link: answer of another day", 8},
    {"link: a newer version", 11},
    {"file: pages mixed", 4},
    {"file: a page missing", 1},
    {"form published", 12},
    {"table published", 17},
    {"machine copied", 7},
    {"machine set back", 2},
    {"machine retired", 5},
    {"machine lost", 5},
    {"enrolled", 10},
    {"copies named", 4},
    {"disk: lost what it said was synced", 1},
    {"hostile entries", 10},
    {"HQ restored", 5},
    {"HQ restored, epoch kept", 2},
    {"parts folded in another order", 500},
    {"shared parts compared", 500},
    {"refused", 100},
    {"purged", 15},
    {"purged in part", 10},
    {"purged words looked for", 3},
    {"parts with two heads at the end", 30},
    {"conflicts open at the end", 2},
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

std::string replay(const Story& story) {
  std::string command = "./dev simulate --seed " + std::to_string(story.seed) +
                        " --days " + std::to_string(story.days);
  if (story.other_clocks) command += " --clocks";
  if (story.only) command += " --only " + numbers(*story.only);
  return command;
}

void Report::fail(std::uint64_t seed, const std::string& why) {
  broken_.push_back(std::to_string(seed) + " " + why);
  Story story;
  story.seed = seed;
  story.days = days_;
  story.other_clocks = why.starts_with(clocks_mark);
  std::cout << "BROKEN, seed " << seed << ": " << why
            << "\n  the whole story: " << replay(story)
            << "\n  a shorter one: " << replay(story) << " --shrink"
            << std::endl;
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
            << seconds << " s, " << seconds / seeds << " s a seed, "
            << broken_.size() << " broken\n";
  return !too_little(lived_) && broken_.empty() && lived_ >= least;
}

void Report::resume(const std::string& file) {
  std::ifstream in(file);
  for (std::string text; std::getline(in, text);) {
    std::istringstream line(text);
    std::string word, rest;
    std::uint64_t count = 0;
    line >> word;
    if (word == "next") line >> next_;
    if (word == "lived") line >> lived_;
    if (word == "seconds") line >> seconds_;
    if (word == "count") line >> count;
    std::getline(line >> std::ws, rest);
    if (word == "count") all_[rest] = count;
    if (word == "broken") broken_.push_back(rest);
  }
}

void Report::keep(const std::string& file, std::uint64_t next, double seconds) {
  next_ = next;
  seconds_ = seconds;
  if (file.empty()) return;
  const std::string fresh = file + ".new";
  std::ofstream out(fresh);
  out << "next " << next_ << "\nlived " << lived_ << "\nseconds " << seconds_
      << "\n";
  for (const auto& [kind, count] : all_) {
    out << "count " << count << " " << kind << "\n";
  }
  for (const std::string& one : broken_) out << "broken " << one << "\n";
  out.close();
  std::filesystem::rename(fresh, file);
}

void Report::write_table(const std::string& file) const {
  if (file.empty()) return;
  constexpr double days_of_a_year = 365.25;
  std::ofstream out(file);
  const double years = static_cast<double>(lived_) * days_ / days_of_a_year;
  out << std::fixed << std::setprecision(1)
      << "# The simulator, for hours\n\n`./dev simulate --profile deep`: whole "
         "fleets in virtual time; every seed lives twice, and both\nlives are "
         "the same; then under permuted clocks, and the outcome is the same. "
         "What a line counts: docs/adr/0018.\n\n"
      << "| what | count |\n|---|---|\n"
      << "| seeds, of " << days_ << " virtual days | " << lived_ << " |\n"
      << "| virtual years of a fleet | " << years << " |\n"
      << "| hours it took | " << seconds_ / 3600 << " |\n"
      << "| promises broken | " << broken_.size() << " |\n";
  for (const auto& [kind, count] : all_) {
    out << "| " << kind << " | " << count << " |\n";
  }
  if (!broken_.empty()) out << "\nBroken, by seed:\n\n";
  for (const std::string& one : broken_) out << "- " << one << "\n";
}

}  // namespace relais::simulation
