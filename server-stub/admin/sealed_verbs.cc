#include <charconv>

#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"
#include "sync/record/value.h"
#include "sync/replica/sealed_lane.h"
#include "sync/sealed/envelope.h"

/// What headquarters has of sealed reports: envelopes that it cannot open, and
/// the document that says who can.
namespace relais::admin {
namespace {

using sync::Call;

constexpr std::size_t document_bytes_max = 1024UL * 1024;

Result<> publish_recipients(Office& office, const Call& call) {
  auto file = next_file(call, document_bytes_max);
  if (!file) return fail(file.error());
  return office.replica().transact(
      [&] { return sync::publish_recipients(office.headquarters(), *file); });
}

Result<> show_recipients(Office& office, const Call& call) {
  auto newest = sync::newest_recipients(office.replica().store());
  if (!newest) return fail(newest.error());
  if (!*newest) {
    return fail(Errc::not_found,
                "Nobody reads sealed reports yet: `relais-hq recipients init` "
                "begins it");
  }
  call.output->data((*newest)->SerializeAsString());
  return {};
}

Result<> give_envelopes(Office& office, const Call& call) {
  std::int64_t day = 0;
  if (call.has("since")) {
    const auto date = sync::date_from_text(call.option("since"));
    if (!date) {
      return fail(Errc::usage, "--since {0} is no day: write it as 2026-05-12",
                  {call.option("since")});
    }
    day = date->days;
  }
  auto all = sync::envelopes_since(office.replica().store(), day);
  if (!all) return fail(all.error());
  for (const sync::Bytes& one : *all) call.output->data(one);
  call.output->row(Json{{"envelopes", all->size()}}.dump());
  return {};
}

Result<> publish_reply(Office& office, const Call& call) {
  auto file = next_file(call, document_bytes_max);
  if (!file) return fail(file.error());
  return office.replica().transact(
      [&] { return sync::publish_reply(office.headquarters(), *file); });
}

}  // namespace

void add_sealed_verbs(sync::Verbs& verbs, Office& office) {
  verbs["recipients publish"] = [&office](const Call& call) {
    return publish_recipients(office, call);
  };
  verbs["recipients current"] = [&office](const Call& call) {
    return show_recipients(office, call);
  };
  verbs["envelopes"] = [&office](const Call& call) {
    return give_envelopes(office, call);
  };
  verbs["reply publish"] = [&office](const Call& call) {
    return publish_reply(office, call);
  };
}

}  // namespace relais::admin
