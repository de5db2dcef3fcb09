#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>

namespace relais::simulation {

/// A promise was broken: what and where.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Everything that happened in one world, in words. Same seed, same words.
class Trace {
 public:
  explicit Trace(bool aloud) : aloud_(aloud) {}

  void say(std::int64_t now_ms, const std::string& line);
  std::uint64_t hash() const { return hash_; }
  /// The end of the story.
  const std::deque<std::string>& last() const { return last_; }

 private:
  bool aloud_;
  std::uint64_t hash_ = 0xCBF29CE484222325ULL;  ///< FNV-1a
  std::deque<std::string> last_;
};

/// Faults that were injected and what people did, by kind.
using Tally = std::map<std::string, std::uint64_t>;

}  // namespace relais::simulation
