#include <algorithm>
#include <utility>

#include "sync/record/access.h"
#include "sync/replica/desk.h"
#include "sync/replica/draft.h"
#include "sync/replica/editor.h"
#include "sync/replica/save.h"
#include "sync/replica/steps.h"

namespace relais::sync {
namespace {

Access access_to(const Replica& replica, const StoredRecord& record,
                 const Form& form, const std::vector<PartState>& parts,
                 const Actor& actor) {
  const auto tables = replica.publications().newest_tables();
  return Access(form, *tables, {actor.person, actor.side}, record.author,
                RecordFacts(parts));
}

/// With tables to ask who may do what.
Result<std::shared_ptr<const Form>> form_of(const Replica& replica,
                                            const StoredRecord& record) {
  auto form = replica.publications().newest_form(record.form);
  if (form && replica.publications().newest_tables()) return form;
  return fail(Errc::not_found, "There is no form {0} here: sync first",
              {record.form});
}

/// The fold's own verdict is the last word; what it would set aside is not
/// written.
Result<> judged(const Replica& replica, const RecordId& record,
                const std::string& part, const std::string& what) {
  auto state = replica.part(record, part);
  if (!state) return fail(state.error());
  const auto& heads = (*state)->heads;
  for (const Dot& head : heads) {
    const auto aside = (*state)->set_aside.find(head);
    if (aside == (*state)->set_aside.end()) continue;
    auto change = replica.change(head);
    // What stands aside for another reason than its own is not this act.
    const bool by_others =
        aside->second == "challenged" || aside->second == "lost";
    if (change && change->device == replica.keys().device && !by_others) {
      return fail(refusal(aside->second, what));
    }
  }
  return {};
}

bool needs_reason(const std::string& reason) {
  return std::all_of(reason.begin(), reason.end(),
                     [](char one) { return one == ' '; });
}

Error no_reason(const std::string& what) {
  return {Errc::invalid,
          {"{0}: a reason is demanded; give it with --reason", {what}}};
}

}  // namespace

/// One act of headquarters' desk, as one change on the part's heads.
Result<> Editor::append_act(const StoredRecord& record, const std::string& part,
                            Act act, const Actor& actor) {
  auto form = form_of(*replica_, record);
  if (!form) return fail(form.error());
  auto parts = replica_->parts(record.record);
  if (!parts) return fail(parts.error());
  const Access access = access_to(*replica_, record, **form, *parts, actor);
  const auto role = access.role_for(part, {act});
  if (!role) {
    const auto roles = roles_allowed(**form, act);
    return fail(Errc::denied,
                "{0}: your role does not allow this; it takes {1}",
                {record.reference, roles.empty() ? "-" : roles.front()});
  }
  return replica_->transact([&]() -> Result<> {
    auto change = change_on_heads(*replica_, **form, record.record, part);
    if (!change) return fail(change.error());
    change->author = actor.person;
    change->entered_by = actor.entered_by;
    change->role = *role;
    change->acts = {std::move(act)};
    auto dot = replica_->append(*change, (*form)->definition().lane());
    if (!dot) return fail(dot.error());
    return judged(*replica_, record.record, part, record.reference);
  });
}

Result<> Editor::draft_step(const RecordView& view, const std::string& step,
                            const std::string& reason, const Actor& actor) {
  if (step == submit_step) {
    auto submitted = submit(to_hex(view.record), actor);
    return submitted ? Result<>{} : Result<>(fail(submitted.error()));
  }
  if (step != abandon_step) {
    return fail(Errc::invalid, "{0} is a draft: submit it first",
                {view.reference});
  }
  if (needs_reason(reason)) return fail(no_reason(view.reference));
  auto draft = find_draft(*replica_, to_hex(view.record));
  if (!draft) return fail(draft.error());
  return replica_->transact(
      [&] { return abandon_draft(*replica_, **draft, reason); });
}

Result<> Editor::transition(std::string_view name, const std::string& step,
                            const std::string& reason, const Actor& actor) {
  auto view = Reader(*replica_).show(name, actor);
  if (!view) return fail(view.error());
  if (view->held == Held::draft) return draft_step(*view, step, reason, actor);
  const proto::Transition* rule = view->form->transition(step);
  if (rule == nullptr) {
    return fail(Errc::invalid,
                "{0}: the form {1} has no step {2}; `show` lists those that "
                "are possible",
                {view->reference, view->form->id(), step});
  }
  if (rule->reason() && needs_reason(reason)) {
    return fail(no_reason(view->reference));
  }
  auto record = replica_->find(name);
  auto parts = replica_->parts(view->record);
  if (!record || !parts) {
    return fail(record ? parts.error() : record.error());
  }
  const auto& part = view->form->definition().lifecycle_part();
  const Access access =
      access_to(*replica_, *record, *view->form, *parts, actor);
  Act act;
  act.kind = proto::ACT_KIND_TRANSITION;
  act.step = step;
  // The first of two persons proposes, the second completes.
  bool proposed = false;
  for (const PartState& one : *parts) {
    for (const Proposal& proposal : one.proposals) {
      proposed = proposed || (!proposal.annulment && proposal.what == step &&
                              proposal.why == ProposalWhy::proposed);
    }
  }
  act.proposes = rule->second_size() > 0 && !proposed;
  auto role = access.role_for(part, {act});
  if (!role) {
    const auto roles = roles_allowed(*view->form, act);
    return fail(Errc::denied,
                "{0}: your role does not allow this; it takes {1}",
                {step, roles.empty() ? "-" : roles.front()});
  }
  const Step taken{view->record,     step,  reason,      actor.person,
                   actor.entered_by, *role, act.proposes};
  const bool publishes = actor.side == proto::SIDE_HEADQUARTERS;
  return replica_->transact([&]() -> Result<> {
    auto done = take_step(*replica_, *view->form, taken, publishes);
    if (!done) return done;
    return judged(*replica_, view->record, part, view->reference);
  });
}

Result<> Editor::decide(const ConflictId& id, const Value& value,
                        const std::string& reason, const Actor& actor) {
  auto found = Desk(*replica_, actor).conflict(to_hex(id));
  if (!found) return fail(found.error());
  if (needs_reason(reason)) return fail(no_reason(found->record.reference));
  Act act;
  act.kind = proto::ACT_KIND_DECIDE;
  act.address = found->conflict.address;
  act.reason = reason;
  if (found->conflict.blocking) {
    act.state = plain_text(value);
  } else {
    act.value = value;
  }
  return append_act(found->record, found->part, std::move(act), actor);
}

Result<> Editor::undo(std::string_view decision, const std::string& reason,
                      const Actor& actor) {
  auto found = Desk(*replica_, actor).decision(decision);
  if (!found) return fail(found.error());
  if (needs_reason(reason)) return fail(no_reason(found->record.reference));
  Act act;
  act.kind = proto::ACT_KIND_UNDO;
  act.dots = {found->dot};
  act.reason = reason;
  // Whoever may decide at the address may undo there: asked by its address.
  auto form = form_of(*replica_, found->record);
  if (!form) return fail(form.error());
  auto parts = replica_->parts(found->record.record);
  if (!parts) return fail(parts.error());
  Act asked = act;
  asked.kind = proto::ACT_KIND_DECIDE;
  asked.address = found->address;
  const auto role = access_to(*replica_, found->record, **form, *parts, actor)
                        .role_for(found->part, {asked});
  if (!role) {
    const auto roles = roles_allowed(**form, asked);
    return fail(Errc::denied,
                "{0}: your role does not allow this; it takes {1}",
                {found->record.reference, roles.empty() ? "-" : roles.front()});
  }
  return replica_->transact([&]() -> Result<> {
    auto change =
        change_on_heads(*replica_, **form, found->record.record, found->part);
    if (!change) return fail(change.error());
    change->author = actor.person;
    change->entered_by = actor.entered_by;
    change->role = *role;
    change->acts = {act};
    auto dot = replica_->append(*change, (*form)->definition().lane());
    if (!dot) return fail(dot.error());
    return judged(*replica_, found->record.record, found->part,
                  found->record.reference);
  });
}

Result<> Editor::accept(std::string_view dot, const std::string& reason,
                        const Actor& actor) {
  auto found = Desk(*replica_, actor).set_aside(dot);
  if (!found) return fail(found.error());
  if (needs_reason(reason)) return fail(no_reason(found->record.reference));
  if (found->accepted) {
    return fail(Errc::already, "{0}: this was accepted already",
                {found->record.reference});
  }
  Act act;
  act.kind = proto::ACT_KIND_ACCEPT;
  act.dots = {found->dot};
  act.reason = reason;
  return append_act(found->record, found->part, std::move(act), actor);
}

Result<> Editor::challenge(const Dot& dot, const std::string& reason,
                           const Actor& actor) {
  auto change = replica_->change(dot);
  if (!change) return fail(change.error());
  auto record = replica_->store().record(change->record);
  if (!record) return fail(record.error());
  if (needs_reason(reason)) return fail(no_reason((*record)->reference));
  Act act;
  act.kind = proto::ACT_KIND_CHALLENGE;
  act.dots = {dot};
  act.reason = reason;
  return append_act(**record, change->part, std::move(act), actor);
}

/// Every part in which something waits for a change of that journal, from that
/// position on, gets its `lost`.
Result<> Editor::lost(const Dot& from, const std::string& reason,
                      const Actor& actor) {
  if (needs_reason(reason)) return fail(no_reason(to_text(from)));
  std::vector<std::pair<RecordId, std::string>> waiting;
  auto read = replica_->store().each_part([&](const StoredPart& part) {
    auto state = decode_state(part.state);
    if (!state) return Result<>(fail(state.error()));
    for (const auto& [dot, missing] : state->waiting) {
      const bool there =
          std::any_of(missing.begin(), missing.end(), [&](const Dot& one) {
            return one.journal == from.journal && one.position >= from.position;
          });
      if (!there) continue;
      waiting.emplace_back(part.record, part.part);
      break;
    }
    return Result<>{};
  });
  if (!read) return read;
  bool any = false;
  for (const auto& [id, part] : waiting) {
    auto stored = replica_->store().record(id);
    if (!stored) return fail(stored.error());
    const StoredRecord record = stored->value_or(StoredRecord{});
    // A forged part waits for ever: nobody has a right in it.
    const auto form = replica_->publications().newest_form(record.form);
    if (form && form->part(part) == nullptr) continue;
    Act act;
    act.kind = proto::ACT_KIND_LOST;
    act.lost_from = from;
    act.reason = reason;
    if (auto done = append_act(record, part, act, actor); !done) return done;
    any = true;
  }
  if (any) return {};
  return fail(Errc::not_found, "Nothing waits for {0} or what follows it",
              {to_text(from)});
}

}  // namespace relais::sync
