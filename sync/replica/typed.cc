#include "sync/replica/typed.h"

#include <algorithm>
#include <utility>

#include "sync/crypto.h"
#include "sync/limits.h"
#include "sync/replica/vault.h"

namespace relais::sync {
namespace {

constexpr std::string_view typed_shelf = "typed";

/// Nobody reads from its name whose it is or what it is about.
Bytes place_of_typed(const Replica& replica, const Typed& typed) {
  Bytes who;
  put_text(who, typed.person);
  put_text(who, typed.target);
  const auto name = keyed_hash128(replica.keys().drafts, who);
  return {name.begin(), name.end()};
}

Typed typed_of(std::string_view plain) {
  Typed one;
  for (std::string* text : {&one.person, &one.target, &one.text}) {
    *text = take_text(plain).value_or("");
  }
  return one;
}

}  // namespace

Result<> keep_typed(Replica& replica, const Typed& typed) {
  const Bytes place = place_of_typed(replica, typed);
  if (typed.text.empty()) return remove_private(replica, typed_shelf, place);
  if (typed.text.size() > limits::entry_bytes_max) {
    return fail(Errc::over_limit,
                "An entry of {0} bytes is larger than {1}: shorten the text",
                {std::to_string(typed.text.size()),
                 std::to_string(limits::entry_bytes_max)});
  }
  Bytes plain;
  put_text(plain, typed.person);
  put_text(plain, typed.target);
  put_text(plain, typed.text);
  return put_private(replica, typed.person, typed_shelf, place, plain);
}

Result<std::vector<Typed>> typed_by(const Replica& replica,
                                    std::string_view person) {
  std::vector<Typed> all;
  auto read = scan_private(replica, typed_shelf, [&](auto, const Bytes& plain) {
    Typed one = typed_of(plain);
    if (one.person == person) all.push_back(std::move(one));
    return Result<>();
  });
  if (!read) return fail(read.error());
  std::sort(all.begin(), all.end(),
            [](const Typed& a, const Typed& b) { return a.target < b.target; });
  return all;
}

Result<bool> take_typed(Replica& replica, const std::string& person) {
  return take_into_vault(replica, person, typed_shelf, [&](const Bytes& plain) {
    return typed_of(plain).person == person;
  });
}

}  // namespace relais::sync
