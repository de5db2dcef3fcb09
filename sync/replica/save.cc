#include "sync/replica/save.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sync/record/access.h"
#include "sync/replica/steps.h"

namespace relais::sync {
namespace {

/// All faults of one command in one error, a line each.
Error joined(Errc code, std::vector<Sentence> sentences) {
  if (sentences.size() == 1) return Error{code, std::move(sentences.front())};
  Error error{code, std::move(sentences.front())};
  for (std::size_t i = 1; i < sentences.size(); ++i) {
    error.more.push_back(std::move(sentences[i]));
  }
  return error;
}

std::vector<Act> all_acts(const Intent& intent) {
  std::vector<Act> acts;
  for (const auto& [part, some] : intent.acts) {
    acts.insert(acts.end(), some.begin(), some.end());
  }
  return acts;
}

bool is_sealed(const Value& value) {
  const auto* row = value.get<Row>();
  return value.get<Sealed>() != nullptr ||
         (row != nullptr &&
          std::any_of(row->begin(), row->end(), [](const auto& cell) {
            return cell.second.template get<Sealed>() != nullptr;
          }));
}

/// The role in which this person may do everything in this part; the first act
/// that nobody lets him do is named.
Result<std::string> role_for(const Form& form, const Access& access,
                             const std::string& part,
                             const std::vector<Act>& acts) {
  if (auto role = access.role_for(part, acts)) return *role;
  for (const Act& act : acts) {
    if (access.may(part, act)) continue;
    const auto roles = roles_allowed(form, act);
    std::string any;
    for (const std::string& role : roles)
      any += (any.empty() ? "" : ", ") + role;
    return fail(Errc::denied,
                "{0}: your role does not allow this; it takes {1}",
                {act.step.empty() ? to_text(act.address) : act.step,
                 any.empty() ? "-" : any});
  }
  return fail(Errc::denied,
              "No single role of yours may do all of this: do it in several "
              "steps");
}

/// More places than this say no more.
constexpr std::size_t places_named_max = 5;

/// What a refusal speaks of: where the form writes a place once, or lets
/// headquarters have it, those places; else all that was asked.
std::string places(const Form& form, const std::vector<Act>& acts,
                   const std::string& reason) {
  const auto is_meant = [&](const Act& act) {
    const proto::Field* spec = form.spec(act.address);
    if (reason == "immutable") {
      return spec != nullptr && spec->policy() == proto::POLICY_IMM;
    }
    if (reason == "headquarters") {
      return spec != nullptr && spec->policy() == proto::POLICY_HQ;
    }
    return true;
  };
  std::set<std::string> named;
  for (const Act& act : acts) {
    if (!is_meant(act)) continue;
    named.insert(act.step.empty() ? to_text(act.address) : act.step);
  }
  std::string text;
  std::size_t count = 0;
  for (const std::string& one : named) {
    if (!text.empty()) text += ", ";
    if (count++ == places_named_max) return text + "...";
    text += one;
  }
  return text;
}

Result<> append_part(Replica& replica, const Form& form, Intent& intent,
                     const std::string& part, const Access& access) {
  auto role = role_for(form, access, part, intent.acts[part]);
  if (!role) return fail(role.error());
  auto change = change_on_heads(replica, form, intent.record, part);
  if (!change) return fail(change.error());
  change->author = intent.actor.person;
  change->entered_by = intent.actor.entered_by;
  change->role = *role;
  change->acts = std::move(intent.acts[part]);
  if (part == form.definition().root_part()) {
    change->reference = intent.reference;
  }
  auto dot = replica.append(*change, form.definition().lane());
  if (!dot) return fail(dot.error());
  intent.record = change->record;
  auto state = replica.part(intent.record, part);
  if (!state) return fail(state.error());
  const auto aside = (*state)->set_aside.find(*dot);
  if (aside != (*state)->set_aside.end()) {
    return fail(
        refusal(aside->second, places(form, change->acts, aside->second)));
  }
  return {};
}

}  // namespace

Error refusal(const std::string& reason, const std::string& what) {
  if (reason == "role" || reason == "rights" || reason == "ownership") {
    return {Errc::denied,
            Sentence{"{0}: your role does not allow this now ({1})",
                     {what, reason}}};
  }
  if (reason == "second person") {
    return {
        Errc::denied,
        Sentence{"{0}: this step takes a second person; the same one cannot do "
                 "both halves",
                 {what}}};
  }
  if (reason == "blocked") {
    return {
        Errc::invalid,
        Sentence{
            "{0}: two steps contradict each other and must be settled first; "
            "see `conflicts`",
            {what}}};
  }
  if (reason == "state") {
    return {
        Errc::invalid,
        Sentence{"{0}: this step is not possible in the present state; `show` "
                 "lists those that are",
                 {what}}};
  }
  if (reason == "guard") {
    return {
        Errc::invalid,
        Sentence{
            "{0}: what this step demands is not there yet; `forms` lists its "
            "conditions",
            {what}}};
  }
  if (reason == "immutable") {
    return {Errc::invalid,
            Sentence{
                "{0}: this is written when the record is made, and stays as it "
                "is: leave it out",
                {what}}};
  }
  if (reason == "headquarters") {
    return {
        Errc::invalid,
        Sentence{"{0}: headquarters wrote here and has the last word: leave it "
                 "out, and ask headquarters",
                 {what}}};
  }
  return {Errc::invalid,
          Sentence{
              "{0}: refused by the form's rules ({1}); `show` says what stands "
              "there now, `forms` what may",
              {what, reason}}};
}

Result<RecordId> save(Replica& replica, const Form& form,
                      const std::vector<PartState>& parts, Intent intent) {
  const auto tables = replica.publications().newest_tables();
  if (!tables) {
    return fail(Errc::not_found, "There is no form {0} here: sync first",
                {form.id()});
  }
  const RecordFacts below(parts);
  const std::vector<Act> acts = all_acts(intent);
  const bool sealed = std::any_of(acts.begin(), acts.end(), [](const Act& act) {
    return is_sealed(act.value);
  });
  if (sealed && intent.actor.side == proto::SIDE_POST) {
    return fail(Errc::denied,
                "What is sealed is written at headquarters, by `relais-hq "
                "unseal`: here, use `relais report`");
  }
  const FactsOnTop facts(below, form, acts);
  const Asker asker{intent.actor.person, intent.actor.side};
  const Access access =
      intent.moment == Moment::edit
          ? Access(form, *tables, asker, intent.root_author, below)
          : Access::to_new(form, *tables, asker, facts);
  Entered entered;
  entered.form = &form;
  entered.tables = tables.get();
  entered.after = &facts;
  entered.acts = &acts;
  entered.moment = intent.moment;
  if (intent.moment == Moment::edit) {
    for (const proto::Part& part : form.definition().part()) {
      const bool here = std::any_of(
          parts.begin(), parts.end(),
          [&](const PartState& one) { return one.part == part.id(); });
      // A part that he may read and that is not there is empty, no more.
      if (!here && !access.may_read(part.id())) {
        entered.unseen.insert(part.id());
      }
    }
  }
  Findings findings = validate_change(entered);
  if (!findings.refusals.empty()) {
    return fail(joined(Errc::invalid, std::move(findings.refusals)));
  }
  if (intent.moment != Moment::edit && !access.may_open()) {
    return fail(Errc::denied, "{0}: your role may not open this form",
                {form.id()});
  }
  // The root part first: it names the record.
  const std::string& root = form.definition().root_part();
  if (intent.acts.contains(root)) {
    auto done = append_part(replica, form, intent, root, access);
    if (!done) return fail(done.error());
  }
  std::vector<std::string> others;
  for (const auto& [part, some] : intent.acts) {
    if (part != root && !some.empty()) others.push_back(part);
  }
  for (const std::string& part : others) {
    auto done = append_part(replica, form, intent, part, access);
    if (!done) return fail(done.error());
  }
  return intent.record;
}

}  // namespace relais::sync
