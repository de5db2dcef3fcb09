#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"
#include "sync/journal/file.h"
#include "sync/replica/invitations.h"

namespace relais::admin {
namespace {

using sync::Call;

constexpr int code_root_bits = 50;

Result<> make_code(Office& office, const Call& call) {
  auto papers = office.papers();
  if (!papers) return fail(papers.error());
  const bool with_file = call.has("file");
  proto::Invitation invitation;
  auto invited = office.replica().transact([&]() -> Result<> {
    auto made = office.headquarters().invite(call.option("post"),
                                             papers->root.certificate_der,
                                             papers->urls(), with_file);
    if (!made) return fail(made.error());
    invitation = std::move(*made);
    return {};
  });
  if (!invited) return invited;
  sync::EnrolmentCode code;
  code.secret = invitation.secret();
  code.root_bits =
      sync::x509::root_hash_bits(papers->root.certificate_der, code_root_bits);
  const std::string machine = invitation.post() + "-" + invitation.letter();
  call.output->note(
      with_file ? sync::Sentence{"This invitation enrols one machine as {0}",
                                 {machine}}
                : sync::Sentence{
                      "This code enrols one machine as {0}, within seven days",
                      {machine}});
  if (with_file) call.output->data(sync::encode_invitation(invitation));
  Json row;
  row["code"] = sync::encode_code(code);
  row["post"] = invitation.post();
  row["letter"] = invitation.letter();
  row["urls"] = papers->urls();
  call.output->row(row.dump());
  return {};
}

std::string standing(const Call& call, const sync::RosterLine& line) {
  sync::Sentence state{"enrolled", {}};
  if (line.forked) state = sync::Sentence{"forked", {}};
  if (line.retired) state = sync::Sentence{"retired", {}};
  return for_people(call) ? words(call, state) : state.id;
}

/// Those that no machine has used: what will be, after what is.
Result<> list_invitations(Office& office, const Call& call) {
  auto open = sync::open_invitations(office.headquarters());
  if (!open) return fail(open.error());
  const sync::Sentence state{"invited", {}};
  for (const sync::OpenInvitation& one : *open) {
    Json row;
    row["name"] = one.post + "-" + one.letter;
    row["device"] = nullptr;
    row["post"] = one.post;
    row["letter"] = one.letter;
    row["state"] = for_people(call) ? words(call, state) : state.id;
    row["last_contact"] = nullptr;
    row["until"] = one.until ? moment(call, *one.until) : Json();
    row["wrong_pins"] = Json::array();
    call.output->row(row.dump());
  }
  return {};
}

Result<> list_machines(Office& office, const Call& call) {
  auto roster = office.headquarters().roster();
  if (!roster) return fail(roster.error());
  for (const sync::RosterLine& line : *roster) {
    Json row;
    row["name"] = name_of(line);
    row["device"] = to_hex(line.device);
    row["post"] = line.post;
    row["letter"] = line.letter;
    row["state"] = standing(call, line);
    row["last_contact"] = moment(call, line.contact);
    row["until"] = nullptr;
    auto alarms = pin_alarms(office.headquarters(), line.device);
    if (!alarms) return fail(alarms.error());
    row["wrong_pins"] = *alarms;
    call.output->row(row.dump());
  }
  return list_invitations(office, call);
}

Result<> retire(Office& office, const Call& call) {
  auto line = find_machine(office.headquarters(), call.argument(0));
  if (!line) return fail(line.error());
  auto done = office.replica().transact([&] {
    return office.headquarters().retire(line->device, call.option("reason"));
  });
  if (!done) return done;
  call.output->note(
      {"{0} is retired: it can no longer sync, and what it still sends by "
       "file is set aside",
       {name_of(*line)}});
  return {};
}

}  // namespace

void add_device_verbs(sync::Verbs& verbs, Office& office) {
  verbs["device code"] = [&office](const Call& call) {
    return make_code(office, call);
  };
  verbs["device list"] = [&office](const Call& call) {
    return list_machines(office, call);
  };
  verbs["device retire"] = [&office](const Call& call) {
    return retire(office, call);
  };
}

}  // namespace relais::admin
