#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "client/daemon/gate.h"
#include "client/daemon/post_verbs.h"
#include "tests/support/field.h"

namespace relais::test {

/// What a caller was told.
struct Heard {
  int exit_code = -1;
  bool login = false;  ///< nobody is logged in
  std::vector<nlohmann::json> rows;
  std::string data;
  std::vector<std::string> notes;  ///< in English
  std::string said;                ///< how it ended, in English
};

/// One call of the socket.
struct Called {
  std::string verb;  ///< "packet export"
  std::vector<std::string> argument = {};
  std::map<std::string, std::string> option = {};
  std::string session = {};
  uid_t uid = 1000;
  bool background = false;
  std::string as = {};
  std::string input = {};
};

/// The daemon of a machine at DIB without its threads and its socket: gate,
/// verbs and a real store, beside a headquarters.
class SharedPost {
 public:
  static constexpr uid_t owner = 1000;
  static constexpr uid_t another_account = 1001;

  SharedPost();
  /// Another run of the daemon, on the same disk.
  void restart();
  /// Headquarters and this machine talk.
  void sync() { field.sync(station->post()); }

  Heard call(const Called& called);
  /// A code from headquarters, fed to this machine.
  std::string code(const std::string& person);
  Heard log_in(const std::string& person, const std::string& pin,
               const std::string& slip = {}, uid_t uid = owner);
  /// First PIN, by a slip; gives the session.
  std::string first_pin(const std::string& person,
                        const std::string& pin = "271828");
  /// What relais sends instead of a PIN; here without its slowness.
  static std::string stretched(const std::string& pin);
  static std::string session_of(const Heard& heard);
  std::string draft_of(const std::string& session,
                       const std::string& summary = "Somme exigée");
  /// Everything on the disk, to look for what must not be there.
  std::string disk() const;

  Field field;
  HandClock clock;  ///< the gate's
  std::unique_ptr<client::Station> station;
  std::unique_ptr<client::Gate> gate;
  sync::Verbs verbs;
};

}  // namespace relais::test
