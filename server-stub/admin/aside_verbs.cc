#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"
#include "server-stub/headquarters/backups.h"
#include "sync/replica/desk.h"
#include "sync/text/record_json.h"
#include "sync/text/words.h"

namespace relais::admin {
namespace {

using sync::Call;
using sync::Desk;
using sync::SetAside;

Json aside_json(Office& office, const Call& call, const SetAside& one) {
  const auto tables = office.replica().publications().newest_tables();
  Json row;
  row["dot"] = sync::to_text(one.dot);
  row["reference"] = one.record.reference;
  row["record"] = sync::to_hex(one.record.record);
  row["part"] = one.part;
  row["reason"] = for_people(call)
                      ? words(call, sync::set_aside_words(one.reason))
                      : one.reason;
  row["accepted"] = yes(call, one.accepted);
  auto change = office.replica().change(one.dot);
  if (!change) return row;
  row["author"] =
      for_people(call)
          ? sync::person_words(change->author, tables.get(), language_of(call))
          : change->author;
  row["wall"] = moment(call, change->wall);
  return row;
}

Result<> list_aside(Office& office, const Call& call) {
  auto all = Desk(office.replica(), call.actor).set_aside();
  if (!all) return fail(all.error());
  for (const SetAside& one : *all) {
    call.output->row(aside_json(office, call, one).dump());
  }
  return {};
}

Result<> show_aside(Office& office, const Call& call) {
  auto one = Desk(office.replica(), call.actor).set_aside(call.argument(0));
  if (!one) return fail(one.error());
  Json row = aside_json(office, call, *one);
  auto change = office.replica().change(one->dot);
  if (!change) return fail(change.error());
  row["change"] = Json::parse(sync::change_json(*change));
  call.output->row(row.dump());
  return {};
}

Result<> accept(Office& office, const Call& call) {
  return sync::Editor(office.replica())
      .accept(call.argument(0), call.option("reason"), call.actor);
}

Result<sync::Dot> dot_of(const Call& call) {
  const auto dot = sync::dot_from_text(call.argument(0));
  if (dot) return *dot;
  return fail(Errc::invalid,
              "{0} does not name a change: `show --history` gives their names, "
              "such as 3f2a...c1.17",
              {call.argument(0)});
}

Result<> challenge(Office& office, const Call& call) {
  auto dot = dot_of(call);
  if (!dot) return fail(dot.error());
  return sync::Editor(office.replica())
      .challenge(*dot, call.option("reason"), call.actor);
}

Result<> declare_lost(Office& office, const Call& call) {
  auto dot = dot_of(call);
  if (!dot) return fail(dot.error());
  return sync::Editor(office.replica())
      .lost(*dot, call.option("reason"), call.actor);
}

}  // namespace

void add_aside_verbs(sync::Verbs& verbs, Office& office) {
  verbs["aside list"] = [&office](const Call& call) {
    return list_aside(office, call);
  };
  verbs["aside show"] = [&office](const Call& call) {
    return show_aside(office, call);
  };
  verbs["aside accept"] = [&office](const Call& call) {
    return accept(office, call);
  };
  verbs["aside challenge"] = [&office](const Call& call) {
    return challenge(office, call);
  };
  verbs["aside lost"] = [&office](const Call& call) {
    return declare_lost(office, call);
  };
}

}  // namespace relais::admin
