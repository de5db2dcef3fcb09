#include "sync/text/sheet.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "sync/command/verbs.h"
#include "sync/replica/typed.h"
#include "sync/text/grid.h"

namespace relais::sync {
namespace {

using json = nlohmann::ordered_json;

Result<> sheet(Replica& replica, const Call& call) {
  const std::string& name = call.argument(0);
  if (name.empty()) {
    for (std::string& one : forms_json(replica, language_of(call), call.actor))
      call.output->row(std::move(one));
    return {};
  }
  const SheetAsked asked{name, values_of(call, "set"), language_of(call)};
  auto all = sheet_json(replica, asked, call.actor);
  if (!all) return fail(all.error());
  call.output->row(std::move(*all));
  return {};
}

Result<> choices(Replica& replica, const Call& call) {
  auto table = needed(call, 0, "TABLE");
  if (!table) return fail(table.error());
  auto all = choices_json(replica, *table, language_of(call));
  if (!all) return fail(all.error());
  for (std::string& one : *all) call.output->row(std::move(one));
  return {};
}

Result<> grid(Replica& replica, const Call& call) {
  auto name = needed(call, 0, "RECORD");
  if (!name) return fail(name.error());
  auto all = grid_json(replica, *name, call.actor, language_of(call));
  if (!all) return fail(all.error());
  call.output->row(std::move(*all));
  return {};
}

/// TARGET and bytes keep them; no bytes erase; nothing named lists all.
Result<> typed(Replica& replica, const Call& call) {
  if (!call.argument(0).empty()) {
    auto text = whole_input(call);
    if (!text) return fail(text.error());
    const Typed kept{call.actor.person, call.argument(0), std::move(*text)};
    return replica.transact([&] { return keep_typed(replica, kept); });
  }
  auto all = typed_by(replica, call.actor.person);
  if (!all) return fail(all.error());
  for (const Typed& one : *all) {
    call.output->row(json{{"target", one.target}, {"text", one.text}}.dump());
  }
  return {};
}

}  // namespace

void add_sheet_verbs(Verbs& verbs, Replica& replica) {
  verbs["sheet"] = [&replica](const Call& call) {
    return sheet(replica, call);
  };
  verbs["choices"] = [&replica](const Call& call) {
    return choices(replica, call);
  };
  verbs["grid"] = [&replica](const Call& call) { return grid(replica, call); };
  verbs["typed"] = [&replica](const Call& call) {
    return typed(replica, call);
  };
}

}  // namespace relais::sync
