#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sync/crypto.h"
#include "sync/secret.h"

namespace relais::sync {

class Replica;

/// The keys of those who are logged in: with one of them, what lies here for
/// that person alone can be read and written. Nothing of it is on the disk.
class Vaults {
 public:
  struct Open {
    Bytes tag;  ///< stands before what the key encrypted
    Secret key;
  };
  /// Replaces the one that was open.
  void open(const std::string& person, Bytes tag, Secret key);
  void close(const std::string& person) { open_.erase(person); }
  /// Null: closed.
  const Open* find(const std::string& person) const;
  const Open* with_tag(std::string_view tag) const;

 private:
  std::map<std::string, Open> open_;
};

/// What lies on a shelf for one person alone: in his vault, or, of somebody
/// who has none here, under the machine's key. Whose it is stands in what is
/// encrypted; the vault's tag says it only to whoever has the machine's key.

/// In the caller's transaction. denied: his vault is closed.
Result<> put_private(Replica& replica, const std::string& person,
                     std::string_view shelf, std::string_view key,
                     std::string_view plain);
Result<> remove_private(Replica& replica, std::string_view shelf,
                        std::string_view key);
/// Empty optional: not there, or in a closed vault.
Result<std::optional<Bytes>> get_private(const Replica& replica,
                                         std::string_view shelf,
                                         std::string_view key);
/// Of every open vault, and what is in none. Visits until an error.
Result<> scan_private(const Replica& replica, std::string_view shelf,
                      const std::function<Result<>(std::string_view key,
                                                   const Bytes& plain)>& visit);
/// What lies in vaults: all, or those with this tag.
Result<std::uint64_t> count_in_vaults(const Replica& replica,
                                      std::string_view shelf,
                                      std::string_view tag = {});
/// Moves what he left under the machine's key into his vault, which is open.
/// `is_his` is asked of each. True: something was moved.
Result<bool> take_into_vault(
    Replica& replica, const std::string& person, std::string_view shelf,
    const std::function<bool(const Bytes& plain)>& is_his);

}  // namespace relais::sync
