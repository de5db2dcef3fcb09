#include "sync/record/call_rights.h"

#include <algorithm>

namespace relais::sync {
namespace {

constexpr auto everybody = static_cast<std::uint8_t>(CallerKind::anybody);
constexpr auto keeper = CallerKind::owner | CallerKind::person;
constexpr auto person = static_cast<std::uint8_t>(CallerKind::person);

}  // namespace

const std::vector<CallRight>& call_rights() {
  static const std::vector<CallRight> table = {
      // Who is there, and becoming somebody.
      {"login", everybody},
      {"login about", everybody},
      {"login salt", everybody},
      {"logout", everybody},
      {"whoami", everybody},
      {"login pin", person},
      // Sealed reports: whoever stands there, and nobody is named (ADR 0024).
      {"sealing", everybody},
      {"report", everybody},
      {"replies", everybody},
      // Keeping the machine: shows nothing of anybody.
      {"enrol", keeper},
      {"sync", keeper},
      {"packet export", keeper},
      {"packet sent", keeper},
      {"packet import", keeper},
      {"status", keeper},
      {"verify", keeper},
      {"doctor", keeper},
      // Records, and what is published.
      {"new", person},
      {"import", person},
      {"edit", person},
      {"submit", person},
      {"do", person},
      {"list", person},
      {"show", person},
      {"conflicts", person},
      {"export", person},
      {"forms", person},
      {"reference", person},
      {"sheet", person},
      {"grid", person},
      {"choices", everybody},
      {"typed", person},
  };
  return table;
}

bool may_call(std::string_view verb, std::uint8_t callers) {
  const auto& table = call_rights();
  const auto right =
      std::find_if(table.begin(), table.end(),
                   [&](const CallRight& one) { return one.verb == verb; });
  return right != table.end() && (right->callers & callers) != 0;
}

}  // namespace relais::sync
