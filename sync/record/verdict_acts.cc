#include <algorithm>
#include <set>

#include "sync/record/facts.h"
#include "sync/record/verdict.h"

namespace relais::sync {

namespace {

/// One change's acts against the fold of its past.
class ActJudge {
 public:
  ActJudge(const Change& change, const std::vector<Act>& acts, bool accepted,
           const PastView& past)
      : change_(change),
        acts_(acts),
        accepted_(accepted),
        past_(past),
        form_(past.form()) {
    for (const Act& act : acts) {
      if (act.kind == proto::ACT_KIND_ADD_ROW ||
          act.kind == proto::ACT_KIND_RESTORE_ROW) {
        opened_.insert(act.address);
      }
    }
  }

  std::string judge() const {
    if (!once()) return "schema";
    for (const Act& act : acts_) {
      std::string reason = judge_act(act);
      if (!reason.empty()) return reason;
    }
    return "";
  }

 private:
  template <class Roles>
  bool may(const Roles& roles) const {
    return accepted_ ||
           std::find(roles.begin(), roles.end(), change_.role) != roles.end();
  }

  /// At most one value, one row act and one step per address.
  bool once() const {
    std::set<std::pair<bool, Address>> seen;
    for (const Act& act : acts_) {
      if (act.kind == proto::ACT_KIND_APPEND ||
          act.kind == proto::ACT_KIND_UNDO) {
        continue;
      }
      const Address address = act.kind == proto::ACT_KIND_TRANSITION
                                  ? Address{state_field, {}, {}}
                                  : act.address;
      if (!seen.emplace(is_row_act(act), address).second) return false;
    }
    return true;
  }

  static bool is_row_act(const Act& act) {
    return act.kind == proto::ACT_KIND_ADD_ROW ||
           act.kind == proto::ACT_KIND_ANNUL_ROW ||
           act.kind == proto::ACT_KIND_RESTORE_ROW;
  }

  std::string judge_act(const Act& act) const {
    if (act.kind == proto::ACT_KIND_TRANSITION) return judge_step(act);
    if (act.kind == proto::ACT_KIND_UNDO) return judge_undo(act);
    if (act.address.field == state_field) return judge_state(act);
    const proto::Field* field = form_.field(act.address.field);
    if (field == nullptr || form_.part_of(*field) != change_.part) {
      return "schema";
    }
    if (is_row_act(act)) return judge_row(act, *field);
    if (act.kind == proto::ACT_KIND_APPEND) return judge_entry(act, *field);
    return judge_value(act, *field);
  }

  std::string judge_undo(const Act& act) const {
    if (act.dots.size() != 1) return "no decision";
    const std::vector<Address> decided = past_.decisions(act.dots.front());
    if (decided.empty()) return "no decision";
    const bool all = std::all_of(
        decided.begin(), decided.end(),
        [&](const Address& address) { return may(form_.resolvers(address)); });
    return all ? "" : "role";
  }

  std::string judge_state(const Act& act) const {
    if (act.kind != proto::ACT_KIND_DECIDE || !act.address.row.empty() ||
        form_.state(act.state) == nullptr) {
      return "schema";
    }
    if (!may(form_.definition().lifecycle().head())) return "role";
    return past_.blocked() ? "" : "no conflict";
  }

  std::string judge_row(const Act& act, const proto::Field& field) const {
    const bool annul = act.kind == proto::ACT_KIND_ANNUL_ROW;
    if (field.policy() != proto::POLICY_ADD || act.address.row.empty() ||
        !act.address.column.empty() || !known_row(act.address.row, field)) {
      return "schema";
    }
    const bool own = annul && field.annul_size() > 0;
    if (!may(own ? field.annul() : field.write())) return "role";
    const RowNow row = past_.row(act.address);
    if (annul) return row.status == RowStatus::live ? "" : "row";
    if (act.kind == proto::ACT_KIND_RESTORE_ROW) {
      return row.status == RowStatus::annulled || row.offered ? "" : "row";
    }
    return row.status == RowStatus::annulled ? "annulled" : "";
  }

  /// Where the form itself lists the rows, no other can stand.
  static bool known_row(const std::string& row, const proto::Field& field) {
    const auto& choices = field.type() == proto::TYPE_CODES
                              ? field.choice()
                              : field.row_key().choice();
    return choices.empty() ||
           std::any_of(choices.begin(), choices.end(), [&](const auto& choice) {
             return choice.code() == row;
           });
  }

  std::string judge_entry(const Act& act, const proto::Field& field) const {
    if (field.policy() != proto::POLICY_LOG || !act.address.row.empty() ||
        act.value.empty() || !form_.fits(field, act.value)) {
      return "schema";
    }
    return may(field.write()) ? "" : "role";
  }

  std::string judge_value(const Act& act, const proto::Field& field) const {
    const proto::Field* spec = form_.spec(act.address);
    if ((act.kind != proto::ACT_KIND_WRITE &&
         act.kind != proto::ACT_KIND_DECIDE) ||
        spec == nullptr || spec->policy() == proto::POLICY_LOG ||
        !form_.fits(*spec, act.value)) {
      return "schema";
    }
    const Address row = act.address.row_only();
    if (!row.row.empty() && !opened_.contains(row)) {
      const RowStatus status = past_.row(row).status;
      if (status == RowStatus::annulled) return "annulled";
      if (status == RowStatus::absent) return "row";
    }
    if (act.kind == proto::ACT_KIND_DECIDE) {
      if (!may(form_.resolvers(act.address))) return "role";
      return past_.merge(act.address).open ? "" : "no conflict";
    }
    return judge_write(act, field, *spec);
  }

  std::string judge_write(const Act& act, const proto::Field& field,
                          const proto::Field& spec) const {
    const proto::Policy policy = form_.policy(spec, past_.reached());
    const auto& writers = spec.write_size() > 0 ? spec.write() : field.write();
    if (!may(writers)) {
      return policy == proto::POLICY_OWN ? "ownership" : "role";
    }
    if (policy == proto::POLICY_IMM && !change_.parents.empty()) {
      return "immutable";
    }
    if (policy == proto::POLICY_HQ && !form_.is_headquarters(change_.role) &&
        past_.headquarters_wrote(act.address)) {
      return "headquarters";
    }
    if (act.cites.empty()) return "";
    if (!spec.ratchet() || !may(spec.lower())) return "role";
    const std::vector<Dot> counting = past_.counting(act.address);
    const std::set<Dot> known(counting.begin(), counting.end());
    const bool all =
        std::all_of(act.cites.begin(), act.cites.end(),
                    [&](const Dot& dot) { return known.contains(dot); });
    return all ? "" : "cites";
  }

  std::string judge_step(const Act& act) const {
    const proto::Transition* step = form_.transition(act.step);
    if (step == nullptr ||
        change_.part != form_.definition().lifecycle_part() ||
        (step->reason() && act.reason.empty())) {
      return "schema";
    }
    if (past_.blocked()) return "blocked";
    const auto& from = step->from();
    if (std::find(from.begin(), from.end(), past_.state()) == from.end()) {
      return "state";
    }
    if (step->to() == held_target &&
        (past_.suspended().empty() || act.state != past_.suspended())) {
      return "state";
    }
    if (act.proposes || step->second_size() == 0) {
      if (!may(step->role())) return "role";
    } else {
      if (!may(step->second())) return "role";
      if (!past_.proposed_by_another(act.step, change_.author)) {
        return "second person";
      }
    }
    return judge_guard(act, *step);
  }

  std::string judge_guard(const Act& act, const proto::Transition& step) const {
    const FactsOnTop facts(past_.facts(), form_, acts_);
    const Expression* guard = form_.guard(act.step);
    if (guard != nullptr && !guard->holds(facts)) return "guard";
    const bool filled = std::all_of(
        step.needs().begin(), step.needs().end(),
        [&](const std::string& name) { return is_filled(facts, name); });
    return filled ? "" : "guard";
  }

  const Change& change_;
  const std::vector<Act>& acts_;
  const bool accepted_;
  const PastView& past_;
  const Form& form_;
  std::set<Address> opened_;
};

}  // namespace

std::string judge_acts(const Change& change, const std::vector<Act>& acts,
                       bool accepted, const PastView& past) {
  return ActJudge(change, acts, accepted, past).judge();
}

}  // namespace relais::sync
