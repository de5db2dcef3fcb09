#include "sync/replica/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace relais::sync {
namespace {

constexpr std::int64_t ms_per_day = 86'400'000;

Date today(const Replica& replica) {
  const std::int64_t ms = replica.clock().wall_ms();
  return Date{static_cast<std::int32_t>(ms / ms_per_day)};
}

void replace_once(std::string& text, std::string_view what,
                  std::string_view with) {
  const auto at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
}

/// The pattern with its year, and where its counter is kept.
std::string of_year(const std::string& pattern, const std::string& year) {
  std::string text = pattern;
  replace_once(text, "{yyyy}", year);
  return text;
}

Act write(const std::string& field, Value value) {
  Act act;
  act.kind = proto::ACT_KIND_WRITE;
  act.address.field = field;
  act.value = std::move(value);
  return act;
}

/// A literal of the form as a value of the field's type.
Value literal(const proto::Field& field, const std::string& text) {
  if (field.type() == proto::TYPE_CODE) return Value(Code{text});
  if (field.type() == proto::TYPE_YES_NO) return Value(text == "true");
  return Value(text);
}

/// A role of side headquarters that may write the field.
std::string writing_role(const Form& form, const proto::Field& field) {
  for (const std::string& role : field.write()) {
    if (form.is_headquarters(role)) return role;
  }
  return form.definition().resolver();
}

Result<Value> published_value(const Replica& replica, const Form& form,
                              const RecordId& record,
                              const proto::Publish::Write& write) {
  if (write.reception()) return Value(today(replica));
  if (write.from_field().empty()) {
    return literal(*form.field(write.field()), write.value());
  }
  const proto::Field* from = form.field(write.from_field());
  auto state = replica.part(record, form.part_of(*from));
  if (!state) return fail(state.error());
  if (!*state) return Value();
  return PartFacts(**state).value(write.from_field());
}

/// What the form says of a step in other parts, in headquarters' own name.
Result<> publish(Replica& replica, const Form& form, const Step& step) {
  std::map<std::string, Change> by_part;
  for (const proto::Publish& publish : form.definition().publish()) {
    if (publish.transition() != step.transition) continue;
    for (const proto::Publish::Write& one : publish.write()) {
      const proto::Field* field = form.field(one.field());
      auto value = published_value(replica, form, step.record, one);
      if (!value) return fail(value.error());
      const std::string& part = form.part_of(*field);
      if (!by_part.contains(part)) {
        auto change = change_on_heads(replica, form, step.record, part);
        if (!change) return fail(change.error());
        change->author = "headquarters";
        change->role = writing_role(form, *field);
        by_part.emplace(part, std::move(*change));
      }
      by_part.at(part).acts.push_back(write(one.field(), std::move(*value)));
    }
  }
  for (auto& [part, change] : by_part) {
    auto dot = replica.append(change, form.definition().lane());
    if (!dot) return fail(dot.error());
  }
  return {};
}

}  // namespace

Result<std::string> next_number(Replica& replica, const std::string& pattern) {
  const std::string year = to_text(today(replica)).substr(0, 4);
  const std::string key = "number." + of_year(pattern, year);
  auto last = number_fact(replica.store(), key);
  if (!last) return fail(last.error());
  auto kept = set_number_fact(replica.store(), key, *last + 1);
  if (!kept) return fail(kept.error());
  std::string text = of_year(pattern, year);
  replace_once(text, "{nnnn}", fmt::format("{:04}", *last + 1));
  return text;
}

Result<> see_number(Replica& replica, const std::string& pattern,
                    const std::string& number) {
  const auto year_at = pattern.find("{yyyy}");
  std::string year;
  if (year_at != std::string::npos) year = number.substr(year_at, 4);
  const std::string whole = of_year(pattern, year);
  const auto at = whole.find("{nnnn}");
  if (at == std::string::npos || number.size() <= at) return {};
  std::int64_t seen = 0;
  std::from_chars(number.data() + at, number.data() + number.size(), seen);
  const std::string key = "number." + whole;
  auto last = number_fact(replica.store(), key);
  if (!last) return fail(last.error());
  if (seen <= *last) return {};
  return set_number_fact(replica.store(), key, seen);
}

Result<std::string> lifecycle_state(const Replica& replica, const Form& form,
                                    const RecordId& record) {
  auto state = replica.part(record, form.definition().lifecycle_part());
  if (!state) return fail(state.error());
  if (*state && !(*state)->state.empty()) return (*state)->state;
  return form.definition().lifecycle().initial();
}

Result<Change> change_on_heads(const Replica& replica, const Form& form,
                               const RecordId& record,
                               const std::string& part) {
  Change change;
  change.record = record;
  change.form = form.id();
  change.part = part;
  change.form_version = form.version();
  if (auto tables = replica.publications().newest_tables()) {
    change.reference_version = tables->version;
  }
  auto state = replica.part(record, part);
  if (!state) return fail(state.error());
  if (*state) {
    change.parents = (*state)->heads;
    // What waits here must not be lost from sight: a change on top of it
    // would wait as well, so it is no parent.
    std::erase_if(change.parents, [&](const Dot& dot) {
      return (*state)->waiting.contains(dot);
    });
  }
  return change;
}

Result<> take_step(Replica& replica, const Form& form, const Step& step,
                   bool publishes) {
  const proto::Transition* transition = form.transition(step.transition);
  auto change = change_on_heads(replica, form, step.record,
                                form.definition().lifecycle_part());
  if (!change) return fail(change.error());
  change->author = step.author;
  change->entered_by = step.entered_by;
  change->role = step.role;
  const bool proposes = step.proposes;
  if (publishes && !proposes) {
    for (const proto::Assign& assign : transition->assign()) {
      auto held = replica.part(step.record, change->part);
      if (!held) return fail(held.error());
      if (*held && !PartFacts(**held).value(assign.field()).empty()) continue;
      auto number = next_number(replica, assign.pattern());
      if (!number) return fail(number.error());
      change->acts.push_back(write(assign.field(), Value(std::move(*number))));
    }
  }
  Act act;
  act.kind = proto::ACT_KIND_TRANSITION;
  act.step = step.transition;
  act.reason = step.reason;
  act.proposes = proposes;
  if (transition->to() == "$held") {
    auto held = replica.part(step.record, change->part);
    if (!held) return fail(held.error());
    if (*held) act.state = (*held)->suspended;
  }
  change->acts.push_back(std::move(act));
  auto dot = replica.append(*change, form.definition().lane());
  if (!dot) return fail(dot.error());
  if (!publishes || proposes) return {};
  return publish(replica, form, step);
}

}  // namespace relais::sync
