#include "sync/replica/purge_desk.h"

#include <algorithm>
#include <set>
#include <utility>

#include "proto/packet.pb.h"
#include "sync/journal/wire.h"
#include "sync/record/access.h"
#include "sync/record/graph.h"
#include "sync/replica/purge_reach.h"
#include "sync/replica/save.h"
#include "sync/replica/steps.h"

namespace relais::sync {
namespace {

/// By record: the change to be, its meta and its body, without the verdicts.
constexpr std::string_view proposed_shelf = "purge.proposed";

Bytes encode_proposal(const PurgeProposal& proposal) {
  proto::EntryMeta meta;
  meta.set_record(Bytes(proposal.record.view()));
  meta.set_part(proposal.part);
  proto::ActMeta* act = meta.add_act();
  act->set_kind(proto::ACT_KIND_PURGE);
  act->set_basis(proposal.basis);
  for (const Dot& dot : proposal.dots) put_dot(dot, *act->add_dot());
  proto::EntryBody body;
  body.set_author(proposal.by);
  body.set_entered_by(proposal.entered_by);
  body.set_wall(proposal.wall);
  body.add_act()->set_reason(proposal.reason);
  proto::PacketEntry both;
  both.set_meta(encode(meta));
  both.set_body(encode(body));
  return serialise(both);
}

Result<PurgeProposal> decode_proposal(std::string_view bytes) {
  proto::PacketEntry both;
  PurgeProposal proposal;
  if (parse(bytes, both)) {
    auto meta = decode_meta(both.meta());
    auto body = decode_body(both.body());
    auto record = meta ? RecordId::from_bytes(meta->record()) : std::nullopt;
    if (record && body && meta->act_size() == 1 && body->act_size() == 1) {
      proposal.record = *record;
      proposal.part = meta->part();
      proposal.basis = meta->act(0).basis();
      for (const proto::Dot& dot : meta->act(0).dot()) {
        proposal.dots.push_back(get_dot(dot).value_or(Dot{}));
      }
      proposal.by = body->author();
      proposal.entered_by = body->entered_by();
      proposal.wall = body->wall();
      proposal.reason = body->act(0).reason();
      return proposal;
    }
  }
  return fail(Errc::corrupt, "A proposed purge is damaged: run `verify`");
}

bool concerns(const PurgeProposal& proposal, const PartState& state) {
  return proposal.part.empty() || proposal.part == state.part;
}

}  // namespace

struct PurgeDesk::Subject {
  RecordId record;
  std::string reference;  ///< else the id
  std::shared_ptr<const Form> form;
  std::vector<PartState> parts;
};

Result<PurgeDesk::Subject> PurgeDesk::subject(std::string_view name,
                                              const Actor& actor) const {
  auto line = replica_->find(name);
  if (!line) return fail(line.error());
  Subject found;
  found.record = line->record;
  found.reference =
      line->reference.empty() ? to_hex(line->record) : line->reference;
  found.form = replica_->publications().newest_form(line->form);
  const auto tables = replica_->publications().newest_tables();
  if (!found.form || !tables) {
    return fail(Errc::not_found, "There is no form {0} here: sync first",
                {line->form});
  }
  auto parts = replica_->parts(line->record);
  if (!parts) return fail(parts.error());
  found.parts = std::move(*parts);
  const Access access(*found.form, *tables, {actor.person, actor.side},
                      line->author, RecordFacts(found.parts));
  if (access.may_see()) return found;
  return fail(Errc::not_found,
              "There is no record {0} here: `list` shows those there are",
              {std::string(name)});
}

/// By the tables alone, as the fold asks: those who erase need not read.
Result<std::string> PurgeDesk::role(const Form& form, const std::string& part,
                                    const std::string& person) const {
  Act act;
  act.kind = proto::ACT_KIND_PURGE;
  const auto roles = roles_allowed(form, act);
  const auto tables = replica_->publications().readable_tables();
  if (!tables) return fail(tables.error());
  for (const std::string& one : roles) {
    if (holds_role(form, **tables, person, one, part, {}, NoFacts()))
      return one;
  }
  return fail(Errc::denied, "{0}: your role does not allow this; it takes {1}",
              {"purge", roles.empty() ? "-" : roles.front()});
}

Result<> PurgeDesk::may_purge(const Subject& subject,
                              const Actor& actor) const {
  if (actor.person == "shell") {
    return fail(Errc::denied,
                "A purge takes two persons by name: say who you are with "
                "--as ID");
  }
  const proto::Form& rules = subject.form->definition();
  auto may = role(*subject.form, rules.root_part(), actor.person);
  if (!may) return fail(may.error());
  const std::string& hold = rules.legal_hold();
  for (const PartState& part : subject.parts) {
    if (hold.empty() || PartFacts(part).value(hold) != Value(true)) continue;
    return fail(Errc::denied,
                "{0} is under a legal hold: nothing of it may be erased until "
                "the hold is lifted",
                {subject.reference});
  }
  return {};
}

Result<std::optional<PurgeProposal>> PurgeDesk::standing(
    const Subject& subject) const {
  auto bytes = replica_->store().get(proposed_shelf, subject.record.view());
  if (!bytes) return fail(bytes.error());
  if (!*bytes) return std::optional<PurgeProposal>();
  auto proposal = decode_proposal(**bytes);
  if (!proposal) return fail(proposal.error());
  proposal->reference = subject.reference;
  return std::optional<PurgeProposal>(std::move(*proposal));
}

Result<PurgeProposal> PurgeDesk::proposed(const Subject& subject) const {
  auto before = standing(subject);
  if (!before) return fail(before.error());
  if (*before) return std::move(**before);
  return fail(Errc::not_found, "Nobody has proposed to purge {0}",
              {subject.reference});
}

Result<std::optional<PurgeProposal>> PurgeDesk::proposal(
    std::string_view name, const Actor& actor) const {
  auto found = subject(name, actor);
  if (!found) return fail(found.error());
  return standing(*found);
}

Result<std::vector<PurgeProposal>> PurgeDesk::proposals(
    const Actor& actor) const {
  std::vector<RecordId> records;
  auto read = replica_->store().scan(proposed_shelf, {}, [&](auto key, auto) {
    if (auto id = RecordId::from_bytes(key)) records.push_back(*id);
    return true;
  });
  if (!read) return fail(read.error());
  std::vector<PurgeProposal> all;
  for (const RecordId& record : records) {
    auto one = proposal(to_hex(record), actor);
    if (!one && one.error().code == Errc::not_found) continue;
    if (!one) return fail(one.error());
    if (*one) all.push_back(std::move(**one));
  }
  return all;
}

Result<PurgeProposal> PurgeDesk::propose(std::string_view name,
                                         PurgeProposal asked,
                                         const Actor& actor) {
  auto found = subject(name, actor);
  if (!found) return fail(found.error());
  if (auto may = may_purge(*found, actor); !may) return fail(may.error());
  if (asked.basis.empty()) {
    return fail(Errc::invalid,
                "{0}: a purge needs its legal basis; give it with --basis",
                {found->reference});
  }
  if (!asked.part.empty() && !found->form->has_part(asked.part)) {
    return fail(Errc::not_found, "The form {0} has no part {1}",
                {found->form->id(), asked.part});
  }
  auto before = standing(*found);
  if (!before) return fail(before.error());
  if (*before) {
    return fail(Errc::already,
                "{0}: {1} has proposed a purge already, on the basis: {2}. "
                "Another person confirms it with --confirm, or takes it back "
                "with --drop",
                {found->reference, (*before)->by, (*before)->basis});
  }
  asked.record = found->record;
  asked.reference = found->reference;
  asked.by = actor.person;
  asked.entered_by = actor.entered_by;
  asked.wall = replica_->clock().wall_ms();
  auto kept = replica_->transact([&] {
    return replica_->store().put(proposed_shelf, found->record.view(),
                                 encode_proposal(asked));
  });
  if (!kept) return fail(kept.error());
  return asked;
}

Result<> PurgeDesk::drop(std::string_view name, const Actor& actor) {
  auto found = subject(name, actor);
  if (!found) return fail(found.error());
  auto before = proposed(*found);
  if (!before) return fail(before.error());
  if (auto may = may_purge(*found, actor); !may) return may;
  return replica_->transact([&] {
    return replica_->store().remove(proposed_shelf, found->record.view());
  });
}

Result<Purged> PurgeDesk::confirm(std::string_view name, const Actor& actor) {
  auto found = subject(name, actor);
  if (!found) return fail(found.error());
  auto before = proposed(*found);
  if (!before) return fail(before.error());
  if (auto may = may_purge(*found, actor); !may) return fail(may.error());
  if (before->by == actor.person) {
    return fail(Errc::denied,
                "{0}: you proposed this purge yourself; it takes a second "
                "person to confirm it",
                {found->reference});
  }
  Purged done;
  auto erased =
      replica_->transact([&] { return erase(*found, *before, actor, done); });
  if (!erased) return fail(erased.error());
  return done;
}

Result<> PurgeDesk::erase(const Subject& subject, const PurgeProposal& proposal,
                          const Actor& actor, Purged& done) {
  for (const PartState& state : subject.parts) {
    if (!concerns(proposal, state)) continue;
    done.waiting += state.waiting.size();
    auto erased = erase_part(subject, state, proposal, actor, done);
    if (!erased) return erased;
  }
  if (done.changes == 0) {
    return fail(Errc::already, "{0}: nothing is left there to erase",
                {subject.reference});
  }
  return replica_->store().remove(proposed_shelf, subject.record.view());
}

/// One change in the part, on its heads, with the verdict of all before it.
Result<> PurgeDesk::erase_part(const Subject& subject, const PartState& state,
                               const PurgeProposal& proposal,
                               const Actor& actor, Purged& done) {
  Act act;
  act.kind = proto::ACT_KIND_PURGE;
  act.basis = proposal.basis;
  act.reason = proposal.reason;
  act.second = actor.person;
  act.verdicts = state.verdicts;
  const std::set<Dot> wanted(proposal.dots.begin(), proposal.dots.end());
  auto changes = replica_->changes(subject.record, state.part);
  if (!changes) return fail(changes.error());
  for (const Change& change : *changes) {
    const bool control =
        std::any_of(change.acts.begin(), change.acts.end(),
                    [](const Act& one) { return is_control(one.kind); });
    if (control || change.erased || !state.verdicts.contains(change.dot) ||
        (!wanted.empty() && !wanted.contains(change.dot))) {
      continue;
    }
    act.dots.push_back(change.dot);
  }
  if (act.dots.empty()) return {};
  auto change =
      change_on_heads(*replica_, *subject.form, subject.record, state.part);
  auto right = role(*subject.form, state.part, proposal.by);
  if (!change || !right) {
    return fail(!change ? change.error() : right.error());
  }
  change->author = proposal.by;
  change->entered_by = actor.entered_by;
  change->role = *right;
  change->acts = {act};
  auto dot = replica_->append(*change, subject.form->definition().lane());
  if (!dot) return fail(dot.error());
  auto now = replica_->part(subject.record, state.part);
  if (!now) return fail(now.error());
  const auto aside = (*now)->set_aside.find(*dot);
  if (aside != (*now)->set_aside.end()) {
    return fail(refusal(aside->second, subject.reference));
  }
  if (auto obeyed = obey_purge(*headquarters_, *change); !obeyed) return obeyed;
  auto folded =
      replica_->refold(subject.record, state.part, subject.form->id());
  if (!folded) return fail(folded.error());
  auto machines = holders(*headquarters_, subject.record, state.part, act.dots);
  if (!machines) return fail(machines.error());
  done.changes += act.dots.size();
  for (RosterLine& machine : *machines) {
    const bool known = std::any_of(
        done.unreached.begin(), done.unreached.end(),
        [&](const auto& one) { return one.device == machine.device; });
    if (!known && (machine.retired || machine.forked)) {
      done.unreached.push_back(std::move(machine));
    }
  }
  return {};
}

}  // namespace relais::sync
