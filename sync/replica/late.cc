#include "sync/replica/late.h"

#include <algorithm>

#include "sync/replica/steps.h"

namespace relais::sync {
namespace {

constexpr const char* reopen = "reopen";  // every form has it

/// A statement or a piece of evidence: what is added, and never changes.
bool adds(const Act& act) {
  return act.kind == proto::ACT_KIND_APPEND ||
         act.kind == proto::ACT_KIND_ADD_ROW;
}

bool is_material(const Form& form, const Act& act) {
  const proto::Field* field = form.field(act.address.field);
  return field != nullptr && field->material() &&
         (adds(act) || act.kind == proto::ACT_KIND_WRITE ||
          act.kind == proto::ACT_KIND_RESTORE_ROW);
}

/// Does nothing unless the record is closed.
Result<> propose(Replica& replica, const RecordId& record,
                 const std::string& why) {
  auto line = replica.store().record(record);
  if (!line) return fail(line.error());
  if (!*line) return {};
  const auto form = replica.publications().newest_form((*line)->form);
  if (!form) return {};
  const proto::Form& rules = form->definition();
  auto life = replica.part(record, rules.lifecycle_part());
  if (!life) return fail(life.error());
  const proto::State* state = *life ? form->state((*life)->state) : nullptr;
  const proto::Transition* step = form->transition(reopen);
  if (state == nullptr || state->kind() != proto::STATE_KIND_CLOSING ||
      step == nullptr) {
    return {};
  }
  const auto& from = step->from();
  const auto& standing = (*life)->proposals;
  if (std::find(from.begin(), from.end(), state->id()) == from.end() ||
      std::any_of(standing.begin(), standing.end(), [](const Proposal& one) {
        return !one.annulment && one.what == reopen;
      })) {
    return {};
  }
  Step proposal;
  proposal.record = record;
  proposal.transition = reopen;
  proposal.reason = why;
  proposal.author = "headquarters";
  proposal.role = rules.resolver();
  proposal.proposes = true;
  return take_step(replica, *form, proposal, true);
}

}  // namespace

Result<> propose_reopening(Replica& replica, const Form& form,
                           const PartState& state, const Change& change) {
  auto line = replica.store().record(change.record);
  if (!line) return fail(line.error());
  const std::string name = *line && !(*line)->reference.empty()
                               ? (*line)->reference
                               : to_hex(change.record);
  const std::string why = name + ' ' + to_text(change.dot);
  const auto& acts = change.acts;
  if (state.part != form.definition().lifecycle_part() &&
      std::any_of(acts.begin(), acts.end(), adds)) {
    auto proposed = propose(replica, change.record, why);
    if (!proposed) return proposed;
  }
  if (std::none_of(acts.begin(), acts.end(),
                   [&](const Act& act) { return is_material(form, act); })) {
    return {};
  }
  for (const proto::Field& field : form.definition().field()) {
    if (field.type() != proto::TYPE_RECORD) continue;
    const Value named = PartFacts(state).value(field.id());
    const RecordId* other = named.get<RecordId>();
    if (other == nullptr || *other == change.record) continue;
    auto proposed = propose(replica, *other, why);
    if (!proposed) return proposed;
  }
  return {};
}

}  // namespace relais::sync
