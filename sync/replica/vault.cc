#include "sync/replica/vault.h"

#include <utility>
#include <vector>

#include "sync/replica/people.h"
#include "sync/replica/replica.h"

namespace relais::sync {
namespace {

constexpr std::size_t tag_bytes = 16;

std::string vault_shelf(std::string_view place) {
  return "vault." + std::string(place);
}

/// Empty optional: its vault is closed.
Result<std::optional<Bytes>> from_vault(const Replica& replica,
                                        std::string_view stored) {
  const auto* vault = replica.vaults().with_tag(stored.substr(0, tag_bytes));
  if (vault == nullptr) return std::optional<Bytes>();
  auto plain = decrypt(vault->key.view(), stored.substr(tag_bytes));
  if (!plain) return fail(plain.error());
  return std::optional(std::move(*plain));
}

/// Read whole before they are opened: the store is not asked within its scan.
Result<std::vector<std::pair<Bytes, Bytes>>> all_on_shelf(
    const Replica& replica, std::string_view place) {
  std::vector<std::pair<Bytes, Bytes>> all;
  auto read = replica.store().scan(place, {}, [&](auto key, auto value) {
    all.emplace_back(key, value);
    return true;
  });
  if (!read) return fail(read.error());
  return all;
}

}  // namespace

void Vaults::open(const std::string& person, Bytes tag, Secret key) {
  open_[person] = {std::move(tag), std::move(key)};
}

const Vaults::Open* Vaults::find(const std::string& person) const {
  const auto found = open_.find(person);
  return found == open_.end() ? nullptr : &found->second;
}

const Vaults::Open* Vaults::with_tag(std::string_view tag) const {
  for (const auto& [person, vault] : open_) {
    if (vault.tag == tag) return &vault;
  }
  return nullptr;
}

Result<> put_private(Replica& replica, const std::string& person,
                     std::string_view place, std::string_view key,
                     std::string_view plain) {
  Store& store = replica.store();
  if (const auto* vault = replica.vaults().find(person)) {
    if (auto gone = store.remove(place, key); !gone) return gone;
    return store.put(
        vault_shelf(place), key,
        vault->tag + encrypt(vault->key.view(), plain, replica.random()));
  }
  auto known = has_pin(replica, person);
  if (!known) return fail(known.error());
  if (*known) return fail(not_logged_in());
  return store.put(place, key,
                   encrypt(replica.keys().drafts, plain, replica.random()));
}

Result<> remove_private(Replica& replica, std::string_view place,
                        std::string_view key) {
  auto gone = replica.store().remove(place, key);
  return gone ? replica.store().remove(vault_shelf(place), key) : gone;
}

Result<std::optional<Bytes>> get_private(const Replica& replica,
                                         std::string_view place,
                                         std::string_view key) {
  auto stored = replica.store().get(place, key);
  if (!stored) return fail(stored.error());
  if (*stored) {
    auto plain = decrypt(replica.keys().drafts, **stored);
    if (!plain) return fail(plain.error());
    return std::optional(std::move(*plain));
  }
  stored = replica.store().get(vault_shelf(place), key);
  if (!stored) return fail(stored.error());
  if (!*stored) return std::optional<Bytes>();
  return from_vault(replica, **stored);
}

Result<> scan_private(
    const Replica& replica, std::string_view place,
    const std::function<Result<>(std::string_view key, const Bytes& plain)>&
        visit) {
  auto open = all_on_shelf(replica, place);
  auto vaults = all_on_shelf(replica, vault_shelf(place));
  if (!open) return fail(open.error());
  if (!vaults) return fail(vaults.error());
  for (const auto& [key, stored] : *open) {
    auto plain = decrypt(replica.keys().drafts, stored);
    if (!plain) return fail(plain.error());
    if (auto done = visit(key, *plain); !done) return done;
  }
  for (const auto& [key, stored] : *vaults) {
    auto plain = from_vault(replica, stored);
    if (!plain) return fail(plain.error());
    if (!*plain) continue;
    if (auto done = visit(key, **plain); !done) return done;
  }
  return {};
}

Result<std::uint64_t> count_in_vaults(const Replica& replica,
                                      std::string_view place,
                                      std::string_view tag) {
  std::uint64_t count = 0;
  auto read = replica.store().scan(vault_shelf(place), {},
                                   [&](auto, std::string_view value) {
                                     if (value.starts_with(tag)) ++count;
                                     return true;
                                   });
  if (!read) return fail(read.error());
  return count;
}

Result<bool> take_into_vault(
    Replica& replica, const std::string& person, std::string_view place,
    const std::function<bool(const Bytes& plain)>& is_his) {
  auto open = all_on_shelf(replica, place);
  if (!open) return fail(open.error());
  bool any = false;
  for (const auto& [key, stored] : *open) {
    auto plain = decrypt(replica.keys().drafts, stored);
    if (!plain) return fail(plain.error());
    if (!is_his(*plain)) continue;
    auto moved = put_private(replica, person, place, key, *plain);
    if (!moved) return fail(moved.error());
    any = true;
  }
  return any;
}

}  // namespace relais::sync
