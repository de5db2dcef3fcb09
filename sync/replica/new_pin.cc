#include <algorithm>
#include <set>

#include "sync/replica/people.h"
#include "sync/unicode.h"

/// What may be a PIN.
namespace relais::sync {
namespace {

constexpr std::size_t pin_digits_min = 6;
constexpr std::size_t pin_digits_max = 12;
constexpr std::size_t passphrase_characters_min = 10;
constexpr std::size_t passphrase_letters_min = 5;

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char one : text) {
    if (one >= '0' && one <= '9') digits += one;
  }
  return digits;
}

/// 123456, 987654, 890123.
bool is_run(std::string_view digits) {
  for (const int step : {1, 9}) {
    bool run = true;
    for (std::size_t i = 1; i < digits.size(); ++i) {
      run = run && digits[i] - '0' == (digits[i - 1] - '0' + step) % 10;
    }
    if (run) return true;
  }
  return false;
}

/// 000000, 121212, 123123.
bool repeats(std::string_view digits) {
  for (std::size_t period = 1; period <= digits.size() / 2; ++period) {
    bool same = true;
    for (std::size_t i = period; i < digits.size(); ++i) {
      same = same && digits[i] == digits[i - period];
    }
    if (same) return true;
  }
  return false;
}

/// Also the matricule's own, which everybody knows.
bool is_easy(std::string_view digits, std::string_view person) {
  const std::string own = digits_of(person);
  return is_run(digits) || repeats(digits) ||
         own.find(digits) != std::string::npos ||
         (own.size() >= pin_digits_min &&
          digits.find(own) != std::string::npos);
}

}  // namespace

Result<> check_new_pin(std::string_view pin, std::string_view person) {
  const std::string digits = digits_of(pin);
  const bool number = !pin.empty() && digits.size() == pin.size();
  if (number && (pin.size() < pin_digits_min || is_easy(digits, person))) {
    return fail(
        Errc::invalid,
        "A PIN has 6 to 12 digits, and is no row like 123456, no "
        "repetition and not the matricule: choose another, or a passphrase "
        "of ten characters at least");
  }
  if (number && pin.size() <= pin_digits_max) return {};
  const bool long_enough =
      is_utf8(pin) && count_characters(pin) >= passphrase_characters_min;
  const std::set<char> letters(pin.begin(), pin.end());
  if (long_enough && letters.size() >= passphrase_letters_min) return {};
  return fail(Errc::invalid,
              "A PIN has 6 to 12 digits; a passphrase in its place has ten "
              "characters at least");
}

}  // namespace relais::sync
