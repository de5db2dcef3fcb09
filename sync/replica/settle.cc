#include <algorithm>
#include <utility>

#include "sync/replica/headquarters.h"
#include "sync/replica/late.h"
#include "sync/replica/steps.h"

namespace relais::sync {
namespace {

Result<> challenge(Replica& replica, const Form& form, const Change& change,
                   const std::string& why) {
  std::string role = form.definition().resolver();
  for (const auto& right : form.definition().control()) {
    if (right.act() == "challenge" && right.role_size() > 0) {
      role = right.role(0);
    }
  }
  auto answer = change_on_heads(replica, form, change.record, change.part);
  if (!answer) return fail(answer.error());
  answer->author = "headquarters";
  answer->role = role;
  Act act;
  act.kind = proto::ACT_KIND_CHALLENGE;
  act.dots = {change.dot};
  act.reason = why;
  answer->acts.push_back(std::move(act));
  auto dot = replica.append(*answer, form.definition().lane());
  if (!dot) return fail(dot.error());
  return {};
}

Result<> take_automatic_steps(Replica& replica, const RecordId& record) {
  auto line = replica.store().record(record);
  if (!line) return fail(line.error());
  if (!*line) return {};
  auto form = replica.publications().newest_form((*line)->form);
  if (!form) return {};
  auto root = replica.part(record, form->definition().root_part());
  if (!root) return fail(root.error());
  const bool arrived =
      *root && std::any_of((*root)->verdicts.begin(), (*root)->verdicts.end(),
                           [](const auto& one) { return one.second.empty(); });
  if (!arrived) return {};
  auto state = lifecycle_state(replica, *form, record);
  if (!state) return fail(state.error());
  for (const auto& one : form->definition().lifecycle().transition()) {
    const auto& from = one.from();
    if (!one.automatic() || one.role_size() == 0 ||
        std::find(from.begin(), from.end(), *state) == from.end()) {
      continue;
    }
    Step step;
    step.record = record;
    step.transition = one.id();
    step.author = "headquarters";
    step.role = one.role(0);
    return take_step(replica, *form, step, true);
  }
  return {};
}

/// Numbers that headquarters gives jump past everything it ever saw.
Result<> see_numbers(Replica& replica, const PartState& state) {
  auto form = replica.publications().newest_form(state.form);
  if (!form) return {};
  const auto see = [&](const std::string& field,
                       const std::string& pattern) -> Result<> {
    const Value value = PartFacts(state).value(field);
    const auto* number = value.get<std::string>();
    return number == nullptr ? Result<>{}
                             : see_number(replica, pattern, *number);
  };
  for (const auto& one : form->definition().lifecycle().transition()) {
    for (const proto::Assign& assign : one.assign()) {
      if (auto seen = see(assign.field(), assign.pattern()); !seen) return seen;
      // Published too: what a machine of the field gives back after a restore.
      for (const proto::Publish& publish : form->definition().publish()) {
        for (const auto& write : publish.write()) {
          if (write.from_field() != assign.field()) continue;
          auto seen = see(write.field(), assign.pattern());
          if (!seen) return seen;
        }
      }
    }
  }
  return {};
}

}  // namespace

Headquarters::Headquarters(Replica& replica) : replica_(&replica) {
  replica.settle_with(
      [this](std::set<PartKey>& touched) { return settle(touched); });
  // Feeds that a rollback made shorter go on in journals of their own.
  replica.forget_with([this] {
    feed_.clear();
    returned_.clear();
  });
}

/// Judges what is new, takes the automatic steps, challenges false rights,
/// again and again until nothing more follows; then gives feed positions. All
/// in the transaction that took the changes in.
Result<> Headquarters::settle(std::set<PartKey>& touched) {
  std::map<PartKey, std::set<Dot>> fresh = std::exchange(returned_, {});
  std::set<RecordId> returned;
  for (const auto& [part, dots] : fresh) returned.insert(part.first);
  std::set<RecordId> records = returned;
  while (!touched.empty()) {
    const std::set<PartKey> now = std::exchange(touched, {});
    std::set<RecordId> seen;
    for (const PartKey& part : now) {
      seen.insert(part.first);
      if (auto settled = settle_part(part, fresh); !settled) return settled;
    }
    for (const RecordId& record : seen) {
      if (auto taken = take_automatic_steps(*replica_, record); !taken)
        return taken;
    }
    records.insert(seen.begin(), seen.end());
  }
  if (auto fed = feed_purges(fresh); !fed) return fed;
  for (const RecordId& record : records) {
    if (auto fed = feed_record(record, fresh); !fed) return fed;
  }
  for (const RecordId& record : returned) {
    if (auto given_up = withdraw_record(record); !given_up) return given_up;
  }
  return {};
}

Result<> Headquarters::settle_part(const PartKey& key,
                                   std::map<PartKey, std::set<Dot>>& fresh) {
  auto state = replica_->part(key.first, key.second);
  if (!state) return fail(state.error());
  if (!*state) return {};
  std::vector<Dot> arrived;
  for (const auto& [dot, reason] : (*state)->verdicts) {
    auto entry = replica_->store().entry(dot);
    if (!entry) return fail(entry.error());
    if (!*entry || (*entry)->verdict == reason) continue;
    if (auto set = replica_->store().set_verdict(dot, reason); !set) {
      return set;
    }
    fresh[key].insert(dot);
    const bool foreign = (*entry)->device != replica_->keys().device;
    if (foreign && (*entry)->chained && reason.empty()) {
      arrived.push_back(dot);
    }
  }
  for (const Dot& dot : arrived) {
    auto examined = examine(**state, dot);
    if (!examined) return examined;
  }
  return see_numbers(*replica_, **state);
}

/// A change may be legal by the tables alone and still be none that this
/// machine could honestly have written. Any other may come late.
Result<> Headquarters::examine(const PartState& state, const Dot& dot) {
  auto change = replica_->change(dot);
  if (!change) return fail(change.error());
  auto line = device(change->device);
  if (!line) return fail(line.error());
  auto form = replica_->publications().form(state.form, state.form_version);
  auto tables =
      replica_->publications().tables(change->reference_version.number);
  if (!form || !tables || state.set_aside.contains(dot)) return {};
  std::string why;
  if (*line && (*line)->retired) why = "retired machine";
  if (change->author == "headquarters" || change->author == "shell" ||
      form->is_headquarters(change->role)) {
    why = "headquarters' role at a post";
  }
  auto root = replica_->part(change->record, form->definition().root_part());
  if (!root) return fail(root.error());
  if (why.empty() && *root && state.part != form->definition().root_part()) {
    auto author = replica_->store().record(change->record);
    if (!author) return fail(author.error());
    const auto holders =
        related(*form, *tables, change->role,
                *author ? (*author)->author : std::string{}, PartFacts(**root));
    if (!holders.empty() && std::find(holders.begin(), holders.end(),
                                      change->author) == holders.end()) {
      why = "not this record's " + change->role;
    }
  }
  if (why.empty()) {
    return propose_reopening(*replica_, *form, state, *change);
  }
  return challenge(*replica_, *form, *change, why);
}

}  // namespace relais::sync
