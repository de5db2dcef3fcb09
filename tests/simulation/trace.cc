#include "tests/simulation/trace.h"

#include <iostream>

#include "sync/record/value.h"

namespace relais::simulation {
namespace {

constexpr std::size_t lines_kept = 60;

}  // namespace

void Trace::say(std::int64_t now_ms, const std::string& line) {
  std::string whole = to_text(sync::Instant{now_ms}) + "  " + line;
  for (const char one : whole) {
    hash_ = (hash_ ^ static_cast<unsigned char>(one)) * 0x100000001B3ULL;
  }
  if (aloud_) std::cout << whole << "\n";
  last_.push_back(std::move(whole));
  if (last_.size() > lines_kept) last_.pop_front();
}

}  // namespace relais::simulation
