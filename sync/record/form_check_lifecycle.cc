#include <algorithm>

#include "sync/record/form_check.h"

namespace relais::sync {
namespace {

constexpr const char* held_again = "$held";

bool is_hold(const Form& form, const std::string& state) {
  const proto::State* found = form.state(state);
  return found != nullptr && found->kind() == proto::STATE_KIND_HOLD;
}

/// States that may follow, holds left aside: they suspend and give back.
std::set<std::string> after(const Form& form, const std::string& state) {
  std::set<std::string> seen;
  std::vector<std::string> todo = {state};
  while (!todo.empty()) {
    const std::string here = todo.back();
    todo.pop_back();
    for (const auto& step : form.definition().lifecycle().transition()) {
      const auto& from = step.from();
      if (step.to() == held_again ||
          std::find(from.begin(), from.end(), here) == from.end()) {
        continue;
      }
      if (seen.insert(step.to()).second) todo.push_back(step.to());
    }
  }
  std::erase_if(seen, [&](const auto& one) { return is_hold(form, one); });
  return seen;
}

void check_policy_from(FormFaults& faults, const proto::Field& field,
                       const std::string& where) {
  const Form& form = faults.form();
  if (field.policy_from_size() == 0) return;
  std::set<proto::Policy> all = {field.policy()};
  bool later_lww = false;
  for (const auto& from : field.policy_from()) {
    all.insert(from.policy());
    later_lww = later_lww || from.policy() == proto::POLICY_LWW;
    if (form.state(from.state()) == nullptr) {
      faults.undefined(where, from.state());
      continue;
    }
    for (const std::string& next : after(form, from.state())) {
      if (next == from.state() || form.above(next, from.state())) continue;
      faults.add(
          Sentence{"{0}: the state {1} can follow {2} but is not above it in "
                   "`progress`: the old policy would come back. Add the line.",
                   {where, next, from.state()}});
    }
  }
  const bool changeable =
      std::all_of(all.begin(), all.end(), [](proto::Policy policy) {
        return policy == proto::POLICY_OWN || policy == proto::POLICY_HQ ||
               policy == proto::POLICY_LWW || policy == proto::POLICY_ASK;
      });
  if (!changeable) {
    faults.add(Sentence{
        "{0}: only OWN, HQ, LWW and ASK may change by `policy_from`. Remove "
        "it.",
        {where}});
  }
  const bool asks =
      all.contains(proto::POLICY_ASK) || all.contains(proto::POLICY_OWN);
  const bool silent_hq = all.contains(proto::POLICY_HQ) && !field.hq_ask();
  if (asks && (later_lww || silent_hq)) {
    faults.add(Sentence{
        "{0}: a later policy would close an open conflict in silence. Choose "
        "one that asks.",
        {where}});
  }
}

/// Fields that the lifecycle reads: those that stop a closing, and those whose
/// policy follows the state.
void check_readings(FormFaults& faults) {
  for (const proto::Field& field : faults.form().definition().field()) {
    const bool read =
        field.material() || field.raises() || field.policy_from_size() > 0;
    if (read) faults.read_by_lifecycle(field.id(), field.id());
    check_policy_from(faults, field, field.id());
    for (const proto::Field& column : field.column()) {
      const std::string where = field.id() + "." + column.id();
      if (column.policy_from_size() > 0) {
        faults.read_by_lifecycle(where, field.id());
      }
      check_policy_from(faults, column, where);
    }
  }
}

void check_states(FormFaults& faults) {
  const Form& form = faults.form();
  const proto::Lifecycle& life = form.definition().lifecycle();
  std::set<std::string> seen;
  bool closes = false;
  for (const proto::State& state : life.state()) {
    if (state.id().empty() || !seen.insert(state.id()).second) {
      faults.bad_name("state", state.id());
    }
    faults.text("state." + state.id(), state.label());
    if (state.kind() == proto::STATE_KIND_UNSPECIFIED) {
      faults.missing("state." + state.id(), "kind");
    }
    closes = closes || state.kind() == proto::STATE_KIND_CLOSING;
    if (form.above(state.id(), state.id())) {
      faults.add(Sentence{
          "{0}: the order `progress` goes round in a circle. Break it.",
          {"state." + state.id()}});
    }
  }
  const proto::State* initial = form.state(life.initial());
  if (initial == nullptr) {
    faults.undefined("lifecycle.initial", life.initial());
  } else if (initial->kind() != proto::STATE_KIND_OPEN) {
    faults.add(Sentence{"{0}: the initial state must be open. Choose another.",
                        {"state." + life.initial()}});
  }
  for (const proto::Progress& step : life.progress()) {
    for (const std::string& id : {step.lower(), step.higher()}) {
      if (form.state(id) == nullptr) faults.undefined("progress", id);
    }
  }
  if (life.head_size() == 0) faults.missing("lifecycle", "head");
  faults.roles("lifecycle.head", life.head());
  if (closes && form.transition("reopen") == nullptr) {
    faults.missing("lifecycle", "reopen");
  }
}

void check_target(FormFaults& faults, const proto::Transition& step,
                  const std::string& where) {
  const Form& form = faults.form();
  if (step.from_size() == 0) faults.missing(where, "from");
  for (const std::string& from : step.from()) {
    if (form.state(from) == nullptr) faults.undefined(where, from);
    if (step.to() == held_again && !is_hold(form, from)) {
      faults.add(Sentence{
          "{0}: only a hold leads back to what it holds, and {1} is none. Name "
          "a state.",
          {where, from}});
    }
  }
  if (step.to() != held_again && form.state(step.to()) == nullptr) {
    faults.undefined(where, step.to());
  }
}

void check_step(FormFaults& faults, const proto::Transition& step) {
  const Form& form = faults.form();
  const std::string where = "step." + step.id();
  faults.text(where, step.label());
  if (step.has_help()) faults.text(where + ".help", step.help());
  check_target(faults, step, where);
  if (step.role_size() == 0) faults.missing(where, "role");
  faults.roles(where, step.role());
  faults.roles(where, step.second());
  if (const Expression* guard = form.guard(step.id())) {
    for (const std::string& path : guard->paths()) {
      faults.read_by_lifecycle(where, path);
    }
    faults.text(where + ".guard_message", step.guard_message());
  }
  for (const std::string& field : step.needs()) {
    faults.read_by_lifecycle(where, field);
  }
  for (const proto::Assign& assign : step.assign()) {
    const proto::Field* field = form.field(assign.field());
    if (field == nullptr) faults.undefined(where, assign.field());
    if (assign.pattern().find("{nnnn}") == std::string::npos) {
      faults.missing(where, "{nnnn}");
    }
  }
}

}  // namespace

void check_lifecycle(FormFaults& faults) {
  const proto::Form& form = faults.form().definition();
  check_readings(faults);
  if (form.lifecycle().state_size() == 0) return;
  if (!faults.form().has_part(form.lifecycle_part())) {
    faults.undefined(form.id(), "lifecycle_part " + form.lifecycle_part());
  }
  check_states(faults);
  std::set<std::string> seen;
  for (const proto::Transition& step : form.lifecycle().transition()) {
    if (step.id().empty() || !seen.insert(step.id()).second) {
      faults.bad_name("step", step.id());
    }
    check_step(faults, step);
  }
}

}  // namespace relais::sync
