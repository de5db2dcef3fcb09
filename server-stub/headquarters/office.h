#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server-stub/headquarters/machine_clock.h"
#include "server-stub/headquarters/papers.h"
#include "sync/random.h"
#include "sync/replica/headquarters.h"
#include "sync/store/home.h"
#include "sync/store/sqlite_store.h"

namespace relais::server {

/// What `relais-hq init` is told.
struct Founding {
  std::string name;
  std::vector<std::string> hosts;  ///< besides this machine's own
  bool sample = false;             ///< fictional officers as well
  std::filesystem::path share;     ///< holds forms/ and reference/
};

/// Everything that a headquarters is made of, opened: home, store, keys,
/// clock, replica, papers. One writes; any number look beside it.
///
/// Threads: one at a time.
class Office {
 public:
  /// Makes a headquarters, whole or not at all. Fails with already when there
  /// is one. `progress` names each thing published.
  static Result<std::unique_ptr<Office>> found(
      const std::filesystem::path& folder, const Founding& founding,
      const std::function<void(const std::string&)>& progress);
  /// Takes the home's lock: busy while another process has it; not_found.
  static Result<std::unique_ptr<Office>> open(
      const std::filesystem::path& folder);
  /// Only to read, beside the one that writes, in the same process. Takes no
  /// lock. What was published after this is not seen.
  static Result<std::unique_ptr<Office>> look(
      const std::filesystem::path& folder);

  sync::Headquarters& headquarters() { return *headquarters_; }
  sync::Replica& replica() { return *replica_; }
  sync::SqliteStore& store() { return *store_; }
  const std::filesystem::path& folder() const { return folder_; }

  /// Read anew each time: `serve` may change where we are found.
  Result<Papers> papers() const { return read_papers(*store_); }
  /// A client certificate for a machine that was admitted.
  Result<sync::Bytes> certify(std::string_view request_der,
                              const sync::DeviceId& device) const;

 private:
  Office() = default;
  static Result<std::unique_ptr<Office>> assemble(
      const std::filesystem::path& folder, sync::OpenMode mode);
  Result<> publish(const std::filesystem::path& folder, const char* ending,
                   const std::function<void(const std::string&)>& progress);
  Result<> establish(const Founding& founding,
                     const std::function<void(const std::string&)>& progress);

  std::filesystem::path folder_;
  std::optional<sync::Home> home_;  ///< absent when only looking
  std::unique_ptr<sync::SqliteStore> store_;
  std::unique_ptr<MachineClock> clock_;
  sync::SystemRandom random_;
  std::unique_ptr<sync::Replica> replica_;
  std::unique_ptr<sync::Headquarters> headquarters_;
};

/// HOME/relais.db, whether there is a headquarters or not.
std::filesystem::path database_of(const std::filesystem::path& folder);
/// Where forms and reference tables lie beside the program: ../share/relais,
/// or what RELAIS_SHARE names.
std::filesystem::path share_of_forms();

}  // namespace relais::server
