#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/session.pb.h"
#include "sync/replica/replica.h"
#include "sync/secret.h"

namespace relais::sync {

/// Whether this person has a PIN on this machine.
Result<bool> has_pin(const Replica& replica, std::string_view person);
/// denied, and how one logs in.
Error not_logged_in();
bool is_not_logged_in(const Sentence& said);

/// What may be a PIN: 6 to 12 digits that nobody tries first, or a passphrase
/// of ten characters and more. invalid, saying why not. Asked where it is
/// typed: nobody else ever sees it.
Result<> check_new_pin(std::string_view pin, std::string_view person);

/// What `relais` makes of a PIN, with the salt that the machine gives.
struct Stretched {
  explicit Stretched(const Secret& of_pin);
  Secret proof;  ///< 32 bytes: shows that the PIN is known
  Secret key;    ///< 32 bytes: opens the vault, with the device's secret
};

/// Alarms for headquarters, and that it has heard them.
Result<std::vector<proto::PinAlarm>> pin_alarms(const Store& store);
Result<> forget_pin_alarms(Store& store,
                           const std::vector<proto::PinAlarm>& heard);

/// Those who share this machine: their PINs, counts of wrong ones, and vaults.
/// Nothing it says or takes longer for tells who has a PIN.
///
/// Ownership   Borrows the replica.
/// Threads     The store's. Runs its own transactions.
/// Durability  A wrong try is counted on the disk before it is answered.
class People {
 public:
  /// `secret`: gives this machine's, kept elsewhere than the database; asked
  /// when a vault is opened.
  using DeviceSecret = std::function<Result<Secret>()>;
  People(Replica& replica, DeviceSecret secret);

  /// Somebody has a PIN here: from then on nothing is done for nobody.
  bool any() const { return any_; }
  /// 16 bytes, for whatever is typed as a matricule, always the same.
  Bytes salt_for(std::string_view person) const;

  /// Opens his vault. denied: wrong, or tried again too soon.
  Result<> log_in(const std::string& person, const Stretched& pin);
  /// With the code of an envelope: a PIN. Who knows his old one too keeps his
  /// vault; else (null) it is a new, empty one, and what was in an earlier one,
  /// whose PIN is forgotten, stays closed. denied as above.
  Result<> begin(const std::string& person, std::string_view slip_secret,
                 const Stretched& pin, const Stretched* old = nullptr);
  /// Another PIN, the same vault, which is open. denied: `old` is wrong.
  Result<> change_pin(const std::string& person, const Stretched& old,
                      const Stretched& pin);
  void log_out(const std::string& person);
  /// An officer of this machine's post, by the newest tables: whoever was
  /// moved reads no more here, from the day that this machine hears of it.
  bool belongs_here(const std::string& person) const;

  /// What lies in his earlier vaults, whose PINs are forgotten.
  Result<std::uint64_t> drafts_lost_to(const std::string& person) const;

 private:
  struct Row;
  Result<std::optional<Row>> row_of(std::string_view person) const;
  Result<> put_row(const std::string& person, const Row& row);
  Result<> wait_over(const std::string& person);
  Result<> count_wrong(const std::string& person);
  Result<> forgive(const std::string& person);
  Result<> open_vault(const std::string& person, const Row& row,
                      const Stretched& pin);
  Result<> take_in(const std::string& person);
  Result<> keep_vault(const std::string& person, Row& row, const Stretched& old,
                      const Stretched& pin) const;
  Result<> make_vault(Row& row, const Stretched& pin) const;
  Result<Secret> wrapping_key(const Stretched& pin) const;
  Bytes tag_of(std::string_view person, std::string_view vault) const;

  Replica* replica_;
  DeviceSecret device_secret_;
  bool any_ = false;
  std::int64_t started_ = 0;                   ///< monotonic
  std::map<std::string, std::int64_t> tried_;  ///< monotonic: the last wrong
};

}  // namespace relais::sync
