#include "tests/unit/forms/merge_oracle.h"

#include <algorithm>
#include <tuple>

namespace relais::test {
namespace {

using Indices = std::vector<std::size_t>;

sync::Value cell(const sync::Value& row, const std::string& column) {
  const auto* cells = row.get<sync::Row>();
  if (cells == nullptr || !cells->contains(column)) return {};
  return cells->at(column);
}

}  // namespace

std::size_t MergeOracle::add(Typed typed) {
  const std::string verdict = judge(typed);
  const bool writes =
      typed.what == Typed::What::write || typed.what == Typed::What::accept;
  own_only_.push_back(writes && shown(typed.past).open);
  typed_.push_back(std::move(typed));
  verdict_.push_back(verdict);
  return typed_.size() - 1;
}

MergeOracle::Set MergeOracle::everything() const {
  Set all;
  for (std::size_t i = 0; i < typed_.size(); ++i) all.insert(i);
  return all;
}

bool MergeOracle::has_value(std::size_t index) const {
  const auto what = typed_[index].what;
  return what == Typed::What::write || what == Typed::What::decide ||
         what == Typed::What::accept;
}

bool MergeOracle::in_force(const Set& seen, std::size_t index) const {
  if (!verdict_[index].empty()) return false;
  return std::none_of(seen.begin(), seen.end(), [&](std::size_t other) {
    const Typed& one = typed_[other];
    return verdict_[other].empty() && one.names == index &&
           (one.what == Typed::What::undo ||
            one.what == Typed::What::challenge);
  });
}

bool MergeOracle::replaced(const Set& seen, std::size_t index) const {
  return std::any_of(seen.begin(), seen.end(), [&](std::size_t later) {
    if (!has_value(later) || !in_force(seen, later)) return false;
    const Typed& one = typed_[later];
    if (spec_->ratchet()) return one.cites.contains(index);
    return one.past.contains(index) &&
           (!own_only_[later] || one.author == typed_[index].author);
  });
}

Indices MergeOracle::counted(const Set& seen) const {
  Indices all;
  for (const std::size_t index : seen) {
    if (has_value(index) && in_force(seen, index) && !replaced(seen, index)) {
      all.push_back(index);
    }
  }
  return all;
}

std::string MergeOracle::judge(const Typed& typed) const {
  switch (typed.what) {
    case Typed::What::write: {
      if (policy_ == proto::POLICY_IMM) return typed.root ? "" : "immutable";
      const bool theirs = std::any_of(
          typed.past.begin(), typed.past.end(), [&](std::size_t before) {
            return has_value(before) && in_force(typed.past, before) &&
                   typed_[before].headquarters;
          });
      const bool yields = policy_ == proto::POLICY_HQ && !typed.headquarters;
      return yields && theirs ? "headquarters" : "";
    }
    case Typed::What::decide:
      return shown(typed.past).open ? "" : "no conflict";
    case Typed::What::undo: {
      const bool decision = typed_[*typed.names].what == Typed::What::decide &&
                            verdict_[*typed.names].empty();
      return decision ? "" : "no decision";
    }
    case Typed::What::accept:
      return judge_accept(typed);
    case Typed::What::challenge:
    case Typed::What::other:
      break;
  }
  return "";
}

std::string MergeOracle::judge_accept(const Typed& typed) const {
  if (in_force(typed.past, *typed.names)) return "nothing to accept";
  return policy_ == proto::POLICY_IMM ? "immutable" : "";
}

bool MergeOracle::blank(std::size_t index) const {
  return std::all_of(spec_->unit().begin(), spec_->unit().end(),
                     [&](const std::string& column) {
                       return cell(typed_[index].value, column).empty();
                     });
}

bool MergeOracle::same(std::size_t a, std::size_t b) const {
  if (spec_->unit_size() == 0) return typed_[a].value == typed_[b].value;
  return std::all_of(
      spec_->unit().begin(), spec_->unit().end(), [&](const auto& column) {
        return cell(typed_[a].value, column) == cell(typed_[b].value, column);
      });
}

std::size_t MergeOracle::latest(const Indices& group) const {
  return *std::max_element(group.begin(), group.end(),
                           [&](std::size_t a, std::size_t b) {
                             return std::tie(typed_[a].stamp, typed_[a].dot) <
                                    std::tie(typed_[b].stamp, typed_[b].dot);
                           });
}

/// Higher is more; nothing is below everything.
int MergeOracle::rank(const sync::Value& value) const {
  if (const bool* truth = value.get<bool>()) return *truth ? 2 : 1;
  if (const auto* code = value.get<sync::Code>()) {
    for (int i = 0; i < spec_->choice_size(); ++i) {
      if (spec_->choice(i).code() == code->code) return i + 1;
    }
    return 1 + code->code.back();  // of a list: as rising_values() numbers them
  }
  if (const auto* date = value.get<sync::Date>()) return date->days;
  if (const auto* number = value.get<std::int64_t>()) {
    return 1 + static_cast<int>(*number);
  }
  if (const auto* instant = value.get<sync::Instant>()) {
    return static_cast<int>(instant->ms % 1'000'000) + 1;
  }
  return 0;
}

/// Those that the policy looks at.
Indices MergeOracle::compared(const Indices& all) const {
  const auto only = [&](auto keep) {
    Indices kept;
    std::copy_if(all.begin(), all.end(), std::back_inserter(kept), keep);
    return kept.empty() ? all : kept;
  };
  if (policy_ == proto::POLICY_LWW) return {latest(all)};
  if (policy_ == proto::POLICY_HQ) {
    return only([&](std::size_t i) { return typed_[i].headquarters; });
  }
  if (policy_ == proto::POLICY_ADD) {
    return only([&](std::size_t i) { return !blank(i); });
  }
  const bool lowest = policy_ == proto::POLICY_MIN;
  if (!lowest && policy_ != proto::POLICY_MAX && policy_ != proto::POLICY_OR) {
    return all;
  }
  const Indices filled =
      only([&](std::size_t i) { return !typed_[i].value.empty(); });
  int best = rank(typed_[filled.front()].value);
  for (const std::size_t i : filled) {
    const int one = rank(typed_[i].value);
    best = lowest ? std::min(best, one) : std::max(best, one);
  }
  Indices kept;
  for (const std::size_t i : filled) {
    if (rank(typed_[i].value) == best) kept.push_back(i);
  }
  return kept;
}

/// Whether different values of these are for a person to settle.
bool MergeOracle::asks(const Indices& group) const {
  if (policy_ != proto::POLICY_HQ) {
    return policy_ != proto::POLICY_LWW && policy_ != proto::POLICY_MAX &&
           policy_ != proto::POLICY_MIN && policy_ != proto::POLICY_OR;
  }
  return spec_->hq_ask() || !typed_[group.front()].headquarters;
}

Shown MergeOracle::shown(const Set& seen) const {
  const Indices all = counted(seen);
  if (all.empty()) return {};
  Indices group = compared(all);
  Shown shown;
  shown.open = asks(group) &&
               std::any_of(group.begin(), group.end(), [&](std::size_t one) {
                 return !same(one, group.front());
               });
  if (!shown.open) {
    const std::size_t last = latest(group);
    shown.value = typed_[last].value;
    const bool whole = policy_ == proto::POLICY_ADD;
    if (whole || (policy_ == proto::POLICY_HQ && !asks(group))) group = {last};
  }
  for (const std::size_t one : group) shown.by.push_back(typed_[one].dot);
  std::sort(shown.by.begin(), shown.by.end());
  return shown;
}

}  // namespace relais::test
