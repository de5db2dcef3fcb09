#include "sync/record/verdict.h"

#include <algorithm>

#include "sync/record/facts.h"
#include "sync/record/graph.h"

namespace relais::sync {

namespace {

template <class Roles>
bool among(const Roles& roles, const std::string& role) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

/// Headquarters writes off what is missing also where nothing else is left of
/// the record to stand on: that begins none.
bool is_root(const Change& change, const Form& form) {
  const bool writes_off = std::all_of(
      change.acts.begin(), change.acts.end(),
      [](const Act& act) { return act.kind == proto::ACT_KIND_LOST; });
  return change.parents.empty() && !writes_off &&
         change.part == form.definition().root_part();
}

/// Nobody is named only where the lane hides everybody.
bool nobody_may_write(const Form& form) {
  return form.definition().lane() != proto::LANE_SEALED;
}

bool may_control(const Form& form, const Act& act, const std::string& role) {
  if (!form.is_headquarters(role)) return false;
  const char* name = act.kind == proto::ACT_KIND_CHALLENGE ? "challenge"
                     : act.kind == proto::ACT_KIND_LOST    ? "lost"
                                                           : "purge";
  for (const proto::ControlRight& right : form.definition().control()) {
    if (right.act() == name && among(right.role(), role)) return true;
  }
  return false;
}

std::string judge_root(const Change& change, const Form& form) {
  const auto& open = form.definition().open();
  if (!open.empty() && !among(open, change.role)) return "role";
  if (!form.keyed()) {
    return change.record == free_record_id(change.dot) ? "" : "record id";
  }
  std::vector<std::string> key;
  for (const std::string& name : form.definition().key()) {
    const auto act =
        std::find_if(change.acts.begin(), change.acts.end(), [&](const Act& a) {
          return a.kind == proto::ACT_KIND_WRITE &&
                 a.address == Address{name, {}, {}};
        });
    if (act == change.acts.end()) return "record id";
    key.push_back(plain_text(act->value));
  }
  return change.record == keyed_record_id(form.id(), key) ? "" : "record id";
}

}  // namespace

std::string judge_shape(const Change& change, const Form& form,
                        const std::string& form_id) {
  if (change.acts.empty() || change.form != form_id) return "schema";
  bool control = false;
  bool content = false;
  for (const Act& act : change.acts) {
    if (act.kind == proto::ACT_KIND_UNSPECIFIED ||
        !proto::ActKind_IsValid(act.kind)) {
      return "schema";
    }
    if (act.kind == proto::ACT_KIND_ACCEPT && change.acts.size() > 1) {
      return "schema";
    }
    (is_control(act.kind) ? control : content) = true;
  }
  if (control && content) return "schema";
  return form.has_part(change.part) ? "" : "schema";
}

std::string judge_rights(const Change& change, const Form& form,
                         const Tables& tables, const PastView& past) {
  if (change.author.empty()) return nobody_may_write(form) ? "rights" : "";
  const FactsOnTop facts(past.facts(), form, change.acts);
  const std::string root_author =
      is_root(change, form) ? change.author : past.root_author();
  return holds_role(form, tables, change.author, change.role, change.part,
                    root_author, facts)
             ? ""
             : "rights";
}

std::string judge_control_rights(const Graph& graph, const Change& change) {
  if (const std::string* given = graph.vouched(change.dot)) return *given;
  const auto form = graph.form(change);
  const auto tables = graph.tables(change);
  if (!form || !tables) return "rights";
  if (change.author.empty()) {
    if (nobody_may_write(*form)) return "rights";
  } else if (!holds_role(*form, *tables, change.author, change.role,
                         change.part, {}, NoFacts())) {
    return "rights";
  }
  const bool may =
      std::all_of(change.acts.begin(), change.acts.end(), [&](const Act& act) {
        return !is_control(act.kind) || may_control(*form, act, change.role);
      });
  return may ? "" : "role";
}

std::string judge_place(const Change& change, const PastView& past) {
  if (past.form_version() > change.form_version.number ||
      past.reference_version(change.device) > change.reference_version.number) {
    return "versions";
  }
  return is_root(change, past.form()) ? judge_root(change, past.form()) : "";
}

}  // namespace relais::sync
