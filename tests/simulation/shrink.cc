#include "tests/simulation/shrink.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <sstream>
#include <vector>

#include "sync/check.h"

namespace relais::simulation {
namespace {

constexpr int words_compared = 8;

struct Outcome {
  int events = 0;
  std::string broken;
};

[[noreturn]] void live_here(const Story& story, int out) {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  ::dup2(nowhere, STDERR_FILENO);  // a failed CHECK is said by the parent
  Tally ignored;
  const Life life = live(story, ignored, false);
  ::dprintf(out, "%d %s", life.events, life.broken.c_str());
  ::_exit(0);
}

Outcome live_apart(const Story& story) {
  int ends[2];
  CHECK(::pipe(ends) == 0);
  const pid_t child = ::fork();
  CHECK(child >= 0);
  if (child == 0) live_here(story, ends[1]);
  ::close(ends[1]);
  std::string said;
  std::array<char, 4096> buffer;
  for (ssize_t count = 0;
       (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    said.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  Outcome outcome;
  std::istringstream words(said);
  words >> outcome.events;
  std::getline(words >> std::ws, outcome.broken);
  if (status != 0) outcome.broken = "the program ended";
  return outcome;
}

/// Which promise it was: names of machines, records and numbers aside.
std::string kind_of(const std::string& broken) {
  std::istringstream words(broken);
  std::string kind, word;
  for (int count = 0; count < words_compared && words >> word;) {
    if (word.find_first_of("0123456789") != std::string::npos) continue;
    kind += word + " ";
    ++count;
  }
  return kind;
}

}  // namespace

std::optional<Story> shrink(Story story) {
  // What all worlds begin with is made once, before the first fork.
  Tally ignored;
  Story nothing = story;
  nothing.only.emplace();
  live(nothing, ignored, false);
  const Outcome whole = live_apart(story);
  if (whole.broken.empty()) return std::nullopt;
  const std::string kind = kind_of(whole.broken);
  std::vector<int> kept;
  if (story.only) kept.assign(story.only->begin(), story.only->end());
  const int events = whole.events > 0 ? whole.events : story.days * 12;
  for (int i = 1; !story.only && i <= events; ++i) kept.push_back(i);
  int tries = 0;
  for (std::size_t chunk = kept.size(); chunk > 0; chunk /= 2) {
    for (std::size_t at = 0; at < kept.size();) {
      std::vector<int> fewer = kept;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      const std::size_t end = std::min(at + chunk, kept.size());
      fewer.erase(first, fewer.begin() + static_cast<std::ptrdiff_t>(end));
      story.only = std::set<int>(fewer.begin(), fewer.end());
      ++tries;
      if (kind_of(live_apart(story).broken) == kind) {
        kept = std::move(fewer);
      } else {
        at += chunk;
      }
    }
  }
  story.only = std::set<int>(kept.begin(), kept.end());
  std::cout << kept.size() << " of " << events << " events are left, after "
            << tries << " tries\n";
  return story;
}

std::string numbers(const std::set<int>& events) {
  std::string text;
  for (const int event : events) {
    text += (text.empty() ? "" : ",") + std::to_string(event);
  }
  return text;
}

std::set<int> events_of(const std::string& numbers) {
  std::set<int> events;
  std::istringstream all(numbers);
  for (std::string one; std::getline(all, one, ',');) {
    events.insert(std::atoi(one.c_str()));
  }
  return events;
}

}  // namespace relais::simulation
