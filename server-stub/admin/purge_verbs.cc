#include <system_error>

#include "server-stub/admin/answers.h"
#include "server-stub/admin/calls.h"
#include "server-stub/headquarters/backups.h"
#include "sync/replica/purge_desk.h"
#include "sync/text/record_json.h"

namespace relais::admin {
namespace {

using sync::Call;
using sync::PurgeDesk;
using sync::PurgeProposal;
using sync::Sentence;

Json proposal_json(const Call& call, const PurgeProposal& proposal) {
  Json row;
  row["reference"] = proposal.reference;
  row["record"] = sync::to_hex(proposal.record);
  row["part"] = proposal.part;
  row["basis"] = proposal.basis;
  row["reason"] = proposal.reason;
  row["by"] = proposal.by;
  row["wall"] = moment(call, proposal.wall);
  return row;
}

Result<PurgeProposal> asked_for(const Call& call) {
  PurgeProposal asked;
  asked.basis = call.option("basis");
  asked.reason = call.option("reason");
  asked.part = call.option("part");
  for (const std::string& text : values_of(call, "change")) {
    const auto dot = sync::dot_from_text(text);
    if (!dot) {
      return fail(Errc::invalid,
                  "{0} does not name a change: `show --history` gives their "
                  "names, such as 3f2a...c1.17",
                  {text});
    }
    asked.dots.push_back(*dot);
  }
  return asked;
}

/// The same words, said by somebody else: that confirms it.
bool repeats(const PurgeProposal& standing, const PurgeProposal& asked,
             const Call& call) {
  return standing.by != call.actor.person && standing.basis == asked.basis &&
         standing.part == asked.part && standing.dots == asked.dots;
}

/// Copies of the database that were made before: they hold it still.
void name_copies(Office& office, const Call& call) {
  std::size_t backups = 0;
  std::error_code error;
  const auto& home = office.folder();
  for (const auto& entry :
       std::filesystem::directory_iterator(home / "backups", error)) {
    if (entry.path().extension() == ".db") ++backups;
  }
  if (backups > 0) {
    call.output->note(
        Sentence{"Backups made before now still hold what was erased: {0} in "
                 "{1}, which go by themselves, and any that you made. Delete "
                 "them when newer ones are safe.",
                 {std::to_string(backups), (home / "backups").string()}});
  }
  for (const auto& entry : std::filesystem::directory_iterator(home, error)) {
    const std::string name = entry.path().filename().string();
    if (name.find(".db.before-") == std::string::npos) continue;
    call.output->note(Sentence{
        "{0}, put aside by a restore, still holds what was erased: delete it "
        "when it is no longer needed.",
        {entry.path().string()}});
  }
}

Result<> confirm(Office& office, const Call& call) {
  const std::string name = call.argument(0);
  auto done = PurgeDesk(office.headquarters()).confirm(name, call.actor);
  if (!done) return fail(done.error());
  call.output->row(Json{{"reference", name}, {"erased", done->changes}}.dump());
  if (done->waiting > 0) {
    call.output->note(
        Sentence{"Not erased, because what they follow has not arrived: {0} "
                 "changes. Purge again when it has.",
                 {std::to_string(done->waiting)}});
  }
  for (const sync::RosterLine& machine : done->unreached) {
    call.output->note(
        Sentence{"The machine {0} is retired or was copied, and hears nothing "
                 "more: what it holds must be erased by hand.",
                 {name_of(machine)}});
  }
  call.output->note(
      Sentence{"Erased here. The posts concerned erase it at their next "
               "contact.",
               {}});
  name_copies(office, call);
  return {};
}

Result<> propose(Office& office, const Call& call) {
  const std::string name = call.argument(0);
  PurgeDesk desk(office.headquarters());
  auto asked = asked_for(call);
  if (!asked) return fail(asked.error());
  auto standing = desk.proposal(name, call.actor);
  if (!standing) return fail(standing.error());
  if (*standing && repeats(**standing, *asked, call)) {
    return confirm(office, call);
  }
  auto proposed = desk.propose(name, std::move(*asked), call.actor);
  if (!proposed) return fail(proposed.error());
  call.output->row(proposal_json(call, *proposed).dump());
  call.output->note(Sentence{
      "Proposed; nothing is erased yet. A second person confirms it: relais-hq "
      "purge {0} --confirm --as ID",
      {proposed->reference}});
  return {};
}

Result<> list(Office& office, const Call& call) {
  auto all = PurgeDesk(office.headquarters()).proposals(call.actor);
  if (!all) return fail(all.error());
  for (const PurgeProposal& one : *all) {
    call.output->row(proposal_json(call, one).dump());
  }
  return {};
}

Result<> purge(Office& office, const Call& call) {
  const bool confirms = call.has("confirm");
  const bool drops = call.has("drop");
  if (call.argument(0).empty()) return list(office, call);
  if (confirms && drops) {
    return fail(Errc::usage, "Either --confirm or --drop, not both");
  }
  if (confirms) return confirm(office, call);
  if (!drops) return propose(office, call);
  return PurgeDesk(office.headquarters()).drop(call.argument(0), call.actor);
}

}  // namespace

void add_purge_verbs(sync::Verbs& verbs, Office& office) {
  verbs["purge"] = [&office](const Call& call) { return purge(office, call); };
}

}  // namespace relais::admin
