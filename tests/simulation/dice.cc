#include "tests/simulation/dice.h"

#include <sodium.h>

#include <algorithm>

#include "sync/check.h"

namespace relais::simulation {
namespace {

Dice& inside_crypto() {
  static Dice dice(0);
  return dice;
}

std::uint32_t crypto_number() {
  return static_cast<std::uint32_t>(inside_crypto().next());
}

void crypto_bytes(void* out, std::size_t count) {
  auto* at = static_cast<unsigned char*>(out);
  std::generate(at, at + count, [] {
    return static_cast<unsigned char>(inside_crypto().next());
  });
}

const char* crypto_name() {
  return "simulation";
}

randombytes_implementation implementation = {
    crypto_name, crypto_number, nullptr, nullptr, crypto_bytes, nullptr};

}  // namespace

std::uint64_t Dice::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
  return mixed ^ (mixed >> 31);
}

std::int64_t Dice::between(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(
                   below(static_cast<std::size_t>(high - low) + 1));
}

int Dice::spread(std::size_t bits) {
  return 1 + static_cast<int>(below(std::size_t{1} << below(bits + 1)));
}

sync::Bytes SeededRandom::bytes(std::size_t count) {
  sync::Bytes out(count, '\0');
  std::generate(out.begin(), out.end(),
                [&] { return static_cast<char>(dice_.next()); });
  return out;
}

void seed_crypto(std::uint64_t seed) {
  static const int set = randombytes_set_implementation(&implementation);
  CHECK(set == 0);
  inside_crypto() = Dice(seed);
}

}  // namespace relais::simulation
