#include "sync/replica/people.h"

#include <algorithm>
#include <utility>

#include "sync/replica/draft.h"
#include "sync/replica/pin_alarms.h"
#include "sync/replica/slip.h"
#include "sync/replica/typed.h"
#include "sync/replica/vault.h"

namespace relais::sync {
namespace {

constexpr std::string_view person_shelf = "person";
constexpr std::string_view wrong_shelf = "pin.wrong";
constexpr std::size_t vault_id_bytes = 16;
constexpr std::size_t key_bytes = 32;

/// From the third wrong PIN on each makes the next wait, twice as long as the
/// one before, up to a minute: a million PINs take a year, and nobody is ever
/// locked out.
constexpr std::int64_t free_tries = 2;
constexpr std::int64_t first_wait_ms = 2'000;
constexpr std::int64_t longest_wait_ms = 60'000;
/// So many wrong ones in a row are an alarm.
constexpr std::int64_t alarming_tries = 10;
/// Names that nobody bears are counted too, as if they did; up to so many, so
/// that they fill no disk.
constexpr std::size_t counted_max = 1024;

std::int64_t wait_after(std::int64_t wrong) {
  if (wrong <= free_tries) return 0;
  std::int64_t wait = first_wait_ms;
  for (auto i = free_tries + 1; i < wrong && wait < longest_wait_ms; ++i) {
    wait *= 2;
  }
  return std::min(wait, longest_wait_ms);
}

Error wrong_pin() {
  return {Errc::denied, Sentence{"The matricule or the PIN is not right", {}}};
}

Error vault_lost(const std::string& person) {
  return {
      Errc::corrupt,
      Sentence{"The PIN is right, but what opens {0}'s drafts with it is gone "
               "from this machine: ask headquarters for a new code",
               {person}}};
}

Error wrong_old_pin() {
  return {Errc::denied,
          Sentence{"The code is right, the old PIN is not. Without it your "
                   "drafts stay closed: try again, or leave it empty.",
                   {}}};
}

Error wrong_slip() {
  return {
      Errc::denied,
      Sentence{
          "The matricule or the code is not right: check what you typed. If it "
          "is as on the paper, the code was used here or is too old: ask "
          "headquarters for another",
          {}}};
}

Bytes proof_hash(const Stretched& pin) {
  return Bytes(hash({"relais/pin/1", pin.proof.view()}).view());
}

bool is_officer(const Replica& replica, const std::string& person) {
  const auto tables = replica.publications().newest_tables();
  const Table* officers = tables ? tables->find("officer") : nullptr;
  return officers != nullptr && officers->find(person) >= 0;
}

/// All that put_text() wrote there; empty optional: it is something else.
std::optional<std::vector<Bytes>> texts_of(std::string_view bytes) {
  std::vector<Bytes> texts;
  while (!bytes.empty()) {
    const auto text = take_text(bytes);
    if (!text) return std::nullopt;
    texts.emplace_back(*text);
  }
  return texts;
}

}  // namespace

/// One officer's, on this machine.
struct People::Row {
  Bytes check;  ///< hash of the proof
  Bytes vault;  ///< its id: a new one after a forgotten PIN
  Bytes wrapped;
  std::uint32_t slip = 0;      ///< number of the last one used
  std::vector<Bytes> earlier;  ///< ids of vaults whose PIN is forgotten
};

Result<bool> has_pin(const Replica& replica, std::string_view person) {
  auto row = replica.store().get(person_shelf, person);
  if (!row) return fail(row.error());
  return row->has_value();
}

Error not_logged_in() {
  return {
      Errc::denied,
      Sentence{
          "Nobody is logged in, or not any longer: `relais login MATRICULE`",
          {}}};
}

bool is_not_logged_in(const Sentence& said) {
  return said.id == not_logged_in().what.id;
}

Stretched::Stretched(const Secret& of_pin)
    : proof(of_pin.view().substr(0, key_bytes)),
      key(of_pin.view().substr(key_bytes)) {}

People::People(Replica& replica, DeviceSecret device_secret)
    : replica_(&replica),
      device_secret_(std::move(device_secret)),
      started_(replica.clock().monotonic_ms()) {
  auto read = replica.store().scan(person_shelf, {}, [&](auto, auto) {
    any_ = true;
    return false;
  });
  any_ = any_ || !read;
}

Bytes People::salt_for(std::string_view person) const {
  Bytes name;
  put_text(name, "salt");
  put_text(name, person);
  const auto salt = keyed_hash128(replica_->keys().drafts, name);
  return {salt.begin(), salt.end()};
}

Bytes People::tag_of(std::string_view person, std::string_view vault) const {
  Bytes name;
  put_text(name, "vault");
  put_text(name, person);
  put_text(name, vault);
  const auto tag = keyed_hash128(replica_->keys().drafts, name);
  return {tag.begin(), tag.end()};
}

Result<Secret> People::wrapping_key(const Stretched& pin) const {
  auto device = device_secret_();
  if (!device) return device;
  return Secret(
      hash({"relais/vault/1", pin.key.view(), device->view()}).view());
}

Result<std::optional<People::Row>> People::row_of(
    std::string_view person) const {
  auto stored = replica_->store().get(person_shelf, person);
  if (!stored) return fail(stored.error());
  if (!*stored) return std::optional<Row>();
  auto texts = texts_of(**stored);
  constexpr std::size_t fields = 4;
  if (!texts || texts->size() < fields) {
    return fail(Errc::corrupt,
                "What is kept of a PIN is damaged: run `verify`");
  }
  Row row;
  row.check = (*texts)[0];
  row.vault = (*texts)[1];
  row.wrapped = (*texts)[2];
  row.slip = static_cast<std::uint32_t>(std::stoul("0" + (*texts)[3]));
  row.earlier.assign(texts->begin() + fields, texts->end());
  return std::optional(std::move(row));
}

Result<> People::put_row(const std::string& person, const Row& row) {
  Bytes bytes;
  for (const Bytes& text :
       {row.check, row.vault, row.wrapped, std::to_string(row.slip)}) {
    put_text(bytes, text);
  }
  for (const Bytes& vault : row.earlier) put_text(bytes, vault);
  return replica_->store().put(person_shelf, person, bytes);
}

/// Begins again with each start: switching the machine off and on saves
/// nobody a wait.
Result<> People::wait_over(const std::string& person) {
  const auto wrong = pin_count(replica_->store(), wrong_shelf, person);
  const auto tried = tried_.find(person);
  const std::int64_t since = tried == tried_.end() ? started_ : tried->second;
  const std::int64_t left =
      since + wait_after(wrong) - replica_->clock().monotonic_ms();
  if (left <= 0) return {};
  return fail(Errc::denied,
              "After {0} wrong tries: wait {1} seconds, then try again",
              {std::to_string(wrong), std::to_string((left + 999) / 1000)});
}

Result<> People::count_wrong(const std::string& person) {
  Store& store = replica_->store();
  std::size_t counted = 0;
  auto read = store.scan(wrong_shelf, {},
                         [&](auto, auto) { return ++counted < counted_max; });
  if (!read) return read;
  const auto wrong = pin_count(store, wrong_shelf, person) + 1;
  const bool officer = is_officer(*replica_, person);
  if (counted >= counted_max && wrong == 1 && !officer) return {};
  tried_[person] = replica_->clock().monotonic_ms();
  return replica_->transact([&]() -> Result<> {
    auto put = store.put(wrong_shelf, person, std::to_string(wrong));
    if (!put || wrong < alarming_tries || !officer) return put;
    const auto told = pin_count(store, told_alarm_shelf, person);
    return store.put(told_alarm_shelf, person,
                     std::to_string(std::max(told, wrong)));
  });
}

Result<> People::forgive(const std::string& person) {
  tried_.erase(person);
  if (pin_count(replica_->store(), wrong_shelf, person) == 0) return {};
  return replica_->transact(
      [&] { return replica_->store().remove(wrong_shelf, person); });
}

Result<> People::open_vault(const std::string& person, const Row& row,
                            const Stretched& pin) {
  auto wrapping = wrapping_key(pin);
  if (!wrapping) return fail(wrapping.error());
  auto key = decrypt(wrapping->view(), row.wrapped);
  if (!key) return fail(vault_lost(person));
  Secret opened(*key);
  wipe(*key);
  replica_->vaults().open(person, tag_of(person, row.vault), std::move(opened));
  return {};
}

Result<> People::log_in(const std::string& person, const Stretched& pin) {
  if (auto over = wait_over(person); !over) return over;
  auto row = row_of(person);
  if (!row) return fail(row.error());
  const Bytes check = *row ? (*row)->check : Bytes(key_bytes, '\0');
  const bool right = equal_secret(check, proof_hash(pin));
  if (!right || !*row) {
    auto counted = count_wrong(person);
    return counted ? Result<>(fail(wrong_pin())) : counted;
  }
  if (!belongs_here(person)) {
    return fail(Errc::denied,
                "{0} is not at this post any more, by headquarters' tables. "
                "What you had begun here stays closed, until they say that "
                "you are back.",
                {person});
  }
  if (auto opened = open_vault(person, **row, pin); !opened) return opened;
  if (auto taken = take_in(person); !taken) return taken;
  return forgive(person);
}

/// A new one; what was in the one before stays closed.
Result<> People::make_vault(Row& row, const Stretched& pin) const {
  auto wrapping = wrapping_key(pin);
  if (!wrapping) return fail(wrapping.error());
  if (!row.vault.empty()) row.earlier.push_back(row.vault);
  row.vault = replica_->random().bytes(vault_id_bytes);
  Bytes key = replica_->random().bytes(key_bytes);
  row.wrapped = encrypt(wrapping->view(), key, replica_->random());
  wipe(key);
  return {};
}

Result<> People::keep_vault(const std::string& person, Row& row,
                            const Stretched& old, const Stretched& pin) const {
  auto before = wrapping_key(old);
  auto wrapping = wrapping_key(pin);
  if (!before || !wrapping) {
    return fail(before ? wrapping.error() : before.error());
  }
  auto key = decrypt(before->view(), row.wrapped);
  if (!key) return fail(vault_lost(person));
  row.wrapped = encrypt(wrapping->view(), *key, replica_->random());
  wipe(*key);
  return {};
}

Result<> People::begin(const std::string& person, std::string_view slip_secret,
                       const Stretched& pin, const Stretched* old) {
  if (auto over = wait_over(person); !over) return over;
  auto row = row_of(person);
  auto slip = slip_for(replica_->store(), person);
  // By headquarters' own word: a wrong clock here makes no code too old.
  auto present = number_fact(replica_->store(), "receipt.time");
  if (!row) return fail(row.error());
  if (!slip) return fail(slip.error());
  if (!present) return fail(present.error());
  const bool good = *slip && opens((*slip)->slip, slip_secret) &&
                    (*slip)->slip.expires() >= *present &&
                    (!*row || (*row)->slip < (*slip)->number) &&
                    belongs_here(person);
  if (!good) {
    auto counted = count_wrong(person);
    return counted ? Result<>(fail(wrong_slip())) : counted;
  }
  Row fresh = row->value_or(Row{});
  if (old != nullptr && !equal_secret(fresh.check, proof_hash(*old))) {
    auto counted = count_wrong(person);
    return counted ? Result<>(fail(wrong_old_pin())) : counted;
  }
  fresh.slip = (*slip)->number;
  fresh.check = proof_hash(pin);
  auto vault = old != nullptr ? keep_vault(person, fresh, *old, pin)
                              : make_vault(fresh, pin);
  if (!vault) return vault;
  auto kept = replica_->transact([&] { return put_row(person, fresh); });
  if (!kept) return kept;
  any_ = true;
  if (auto opened = open_vault(person, fresh, pin); !opened) return opened;
  if (auto taken = take_in(person); !taken) return taken;
  return forgive(person);
}

Result<> People::change_pin(const std::string& person, const Stretched& old,
                            const Stretched& pin) {
  if (auto over = wait_over(person); !over) return over;
  auto row = row_of(person);
  if (!row) return fail(row.error());
  const auto* vault = replica_->vaults().find(person);
  if (!*row || vault == nullptr) return fail(not_logged_in());
  if (!equal_secret((*row)->check, proof_hash(old))) {
    auto counted = count_wrong(person);
    return counted ? Result<>(fail(wrong_pin())) : counted;
  }
  auto wrapping = wrapping_key(pin);
  if (!wrapping) return fail(wrapping.error());
  (*row)->check = proof_hash(pin);
  (*row)->wrapped =
      encrypt(wrapping->view(), vault->key.view(), replica_->random());
  return replica_->transact([&] { return put_row(person, **row); });
}

bool People::belongs_here(const std::string& person) const {
  const auto tables = replica_->publications().newest_tables();
  const Table* officers = tables ? tables->find("officer") : nullptr;
  const int row = officers == nullptr ? -1 : officers->find(person);
  const auto post = fact(replica_->store(), "post");
  if (row < 0 || !post) return false;
  const auto at = static_cast<std::size_t>(row);
  return officers->cell(at, "valid_to").empty() &&
         officers->cell(at, "post") == *post;
}

void People::log_out(const std::string& person) {
  replica_->vaults().close(person);
}

/// What he wrote here before he had a PIN is his alone from now on; its old
/// copies leave the disk.
Result<> People::take_in(const std::string& person) {
  bool any = false;
  auto taken = replica_->transact([&]() -> Result<> {
    auto drafts = take_drafts(*replica_, person);
    if (!drafts) return fail(drafts.error());
    auto typed = take_typed(*replica_, person);
    if (!typed) return fail(typed.error());
    any = *drafts || *typed;
    return {};
  });
  if (!taken || !any) return taken;
  auto scrubbed = replica_->store().scrub();
  const bool busy = !scrubbed && scrubbed.error().code == Errc::busy;
  return busy ? Result<>() : scrubbed;
}

Result<std::uint64_t> People::drafts_lost_to(const std::string& person) const {
  auto row = row_of(person);
  if (!row) return fail(row.error());
  std::uint64_t lost = 0;
  if (!*row) return lost;
  for (const Bytes& vault : (*row)->earlier) {
    auto some = drafts_in_vault(*replica_, tag_of(person, vault));
    if (!some) return fail(some.error());
    lost += *some;
  }
  return lost;
}

}  // namespace relais::sync
