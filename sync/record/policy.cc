#include "sync/record/policy.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace relais::sync {

namespace {

using Values = std::vector<const Written*>;

template <class Keep>
Values those(const Values& values, Keep keep) {
  Values kept;
  for (const Written* value : values) {
    if (keep(*value)) kept.push_back(value);
  }
  return kept;
}

/// Those that `keep` names; all of them when it names none.
template <class Keep>
Values those_or_all(const Values& values, Keep keep) {
  Values kept = those(values, keep);
  return kept.empty() ? values : kept;
}

const Written* last(const Values& values) {
  return *std::max_element(
      values.begin(), values.end(), [](const Written* a, const Written* b) {
        return std::tie(a->stamp, a->dot) < std::tie(b->stamp, b->dot);
      });
}

/// Those that nothing beats by the form's order; what does not compare with the
/// best of the others stands beside it.
Values best(const Form& form, const proto::Field& spec, bool lowest,
            const Values& values) {
  const Values filled =
      those_or_all(values, [](const Written& w) { return !w.value.empty(); });
  const auto beats = [&](const Written& a, const Written& b) {
    const auto order = form.compare(spec, a.value, b.value);
    return lowest ? order < 0 : order > 0;
  };
  // Sorted first, so that it is the same one in any order of the values.
  const Written* top = *std::min_element(
      filled.begin(), filled.end(),
      [](const Written* a, const Written* b) { return a->dot < b->dot; });
  for (const Written* other : filled) {
    if (beats(*other, *top)) top = other;
  }
  return those(filled, [&](const Written& one) { return !beats(*top, one); });
}

const Value& column_of(const Written& written, const std::string& column) {
  static const Value nothing;
  const Row* row = written.value.get<Row>();
  if (row == nullptr) return nothing;
  const auto found = row->find(column);
  return found == row->end() ? nothing : found->second;
}

bool blank(const proto::Field& spec, const Written& written) {
  return std::all_of(
      spec.unit().begin(), spec.unit().end(),
      [&](const auto& column) { return column_of(written, column).empty(); });
}

/// Equal as far as the policy looks: a unit row on its compared columns.
bool equal(const proto::Field& spec, const Written& a, const Written& b) {
  if (spec.unit_size() == 0) return a.value == b.value;
  return std::all_of(spec.unit().begin(), spec.unit().end(),
                     [&](const auto& column) {
                       return column_of(a, column) == column_of(b, column);
                     });
}

struct Choice {
  Values group;      ///< the values that the policy compares
  bool ask = false;  ///< different ones are a conflict
  bool one = false;  ///< only the last of them is shown
};

Choice choose(const Form& form, const proto::Field& spec, proto::Policy policy,
              const Values& known) {
  switch (policy) {
    case proto::POLICY_IMM:
    case proto::POLICY_OWN:
    case proto::POLICY_ASK:
      return {known, true, false};
    case proto::POLICY_HQ: {
      Values group =
          those_or_all(known, [](const Written& w) { return w.headquarters; });
      const bool ask = spec.hq_ask() || !group.front()->headquarters;
      return {std::move(group), ask, !ask};
    }
    case proto::POLICY_LWW:
      return {{last(known)}, false, true};
    case proto::POLICY_MAX:
    case proto::POLICY_OR:
      return {best(form, spec, false, known), false, false};
    case proto::POLICY_MIN:
      return {best(form, spec, true, known), false, false};
    case proto::POLICY_ADD:  // a row that is one unit
      return {those_or_all(known,
                           [&](const Written& w) { return !blank(spec, w); }),
              true, true};
    case proto::POLICY_LOG:
    case proto::POLICY_UNSPECIFIED:
    case proto::Policy_INT_MIN_SENTINEL_DO_NOT_USE_:
    case proto::Policy_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return {known, false, true};
}

}  // namespace

Merged merge_values(const Form& form, const proto::Field& spec,
                    std::string_view reached, const Values& values) {
  Merged merged;
  if (values.empty()) return merged;
  // What is erased takes no part.
  const Values known =
      those_or_all(values, [](const Written& w) { return !w.value.erased(); });
  Choice choice = choose(form, spec, form.policy(spec, reached), known);
  const Written* won = last(choice.group);
  merged.open =
      choice.ask && std::any_of(choice.group.begin(), choice.group.end(),
                                [&](const Written* other) {
                                  return !equal(spec, *other, *won);
                                });
  merged.by = std::move(choice.group);
  if (!merged.open) {
    merged.value = won->value;
    if (choice.one) merged.by = {won};
  }
  const std::set<const Written*> shown(merged.by.begin(), merged.by.end());
  merged.also =
      those(values, [&](const Written& w) { return !shown.contains(&w); });
  return merged;
}

}  // namespace relais::sync
