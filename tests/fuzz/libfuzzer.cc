#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/mutator.h"
#include "tests/fuzz/target.h"

// What libFuzzer calls. RELAIS_FUZZ_TARGET names the target.
namespace {

relais::fuzz::Target chosen;

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* name = std::getenv("RELAIS_FUZZ_TARGET");
  const auto& known = relais::fuzz::targets();
  const auto found = known.find(name == nullptr ? "" : name);
  if (found != known.end()) {
    chosen = found->second;
    chosen.run({});  // what is made once is not the first input's cost
    return 0;
  }
  for (const auto& one : known) std::puts(one.first.c_str());
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes,
                                      std::size_t size) {
  chosen.run(view(bytes, size));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes,
                                               std::size_t size,
                                               std::size_t size_max,
                                               unsigned seed) {
  if (chosen.new_message == nullptr) {
    return relais::fuzz::mutate_bytes(bytes, size, size_max);
  }
  return relais::fuzz::mutate(*chosen.new_message(), bytes, size, size_max,
                              seed);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(
    const std::uint8_t* one, std::size_t one_size, const std::uint8_t* other,
    std::size_t other_size, std::uint8_t* out, std::size_t size_max,
    unsigned seed) {
  if (chosen.new_message == nullptr) return 0;
  return relais::fuzz::cross(*chosen.new_message(), view(one, one_size),
                             *chosen.new_message(), view(other, other_size),
                             {out, size_max}, seed);
}
