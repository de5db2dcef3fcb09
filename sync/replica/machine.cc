#include "sync/replica/machine.h"

#include <charconv>

namespace relais::sync {
namespace {

constexpr std::string_view shelf = "machine";

Result<Bytes> stored(const Store& store, std::string_view key) {
  auto value = store.get(shelf, key);
  if (!value) return fail(value.error());
  return value->value_or(Bytes{});
}

Result<> keep(Store& store, const MachineKeys& keys) {
  for (const auto& [name, value] :
       {std::pair<std::string_view, std::string_view>{"key.sign.public",
                                                      keys.sign.public_key},
        {"key.sign.secret", keys.sign.secret_key},
        {"key.box.public", keys.box.public_key},
        {"key.box.secret", keys.box.secret_key},
        {"key.drafts", keys.drafts}}) {
    if (auto put = store.put(shelf, name, value); !put) return put;
  }
  return {};
}

Result<MachineKeys> make_keys(Store& store, Random& random) {
  MachineKeys keys;
  keys.sign = make_signing_key(random);
  keys.box = make_box_key(random);
  keys.drafts = random.bytes(32);
  keys.device = device_id(keys.sign.public_key);
  if (auto begun = store.begin(); !begun) return fail(begun.error());
  if (auto kept = keep(store, keys); !kept) {
    store.rollback();
    return fail(kept.error());
  }
  if (auto done = store.commit(); !done) return fail(done.error());
  return keys;
}

}  // namespace

Result<MachineKeys> open_machine_keys(Store& store, Random& random) {
  MachineKeys keys;
  for (const auto& [name, value] :
       {std::pair<std::string_view, Bytes*>{"key.sign.public",
                                            &keys.sign.public_key},
        {"key.sign.secret", &keys.sign.secret_key},
        {"key.box.public", &keys.box.public_key},
        {"key.box.secret", &keys.box.secret_key},
        {"key.drafts", &keys.drafts}}) {
    auto found = stored(store, name);
    if (!found) return fail(found.error());
    *value = std::move(*found);
  }
  if (keys.sign.public_key.empty()) return make_keys(store, random);
  keys.device = device_id(keys.sign.public_key);
  return keys;
}

Result<std::string> fact(const Store& store, std::string_view name) {
  return stored(store, name);
}

Result<> set_fact(Store& store, std::string_view name, std::string_view value) {
  return store.put(shelf, name, value);
}

Result<std::int64_t> number_fact(const Store& store, std::string_view name) {
  auto text = stored(store, name);
  if (!text) return fail(text.error());
  std::int64_t number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

Result<> set_number_fact(Store& store, std::string_view name,
                         std::int64_t value) {
  return store.put(shelf, name, std::to_string(value));
}

}  // namespace relais::sync
