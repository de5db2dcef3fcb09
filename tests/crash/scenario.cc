#include "tests/crash/scenario.h"

#include "sync/text/messages.h"
#include "tests/crash/tap.h"

namespace relais::crash {

void Ledger::said(const std::string& what, std::uint64_t value) {
  lines_.push_back({what, value, Tap::get().ops().size()});
}

void Found::fault(const std::string& what, const sync::Error& error) {
  faults.push_back(what + ": " + sync::say(error.what, sync::Language::en));
}

std::uint64_t Found::operator[](const std::string& what) const {
  const auto found = facts.find(what);
  return found == facts.end() ? 0 : found->second;
}

const std::vector<Named>& scenarios() {
  static const std::vector<Named> all = {
      {"import", import_scenario},
      {"restore", restore_scenario},
      {"backup", backup_scenario},
      {"receipt", receipt_scenario},
      {"decide", decide_scenario},
      {"apply", apply_scenario},
      {"enrol", enrol_scenario},
      {"submit", submit_scenario},
      {"draft", draft_scenario},
      {"packet", packet_scenario},
      {"first start", first_start_scenario},
      {"migrate", migrate_scenario},
  };
  return all;
}

}  // namespace relais::crash
