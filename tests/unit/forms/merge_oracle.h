#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/record/form.h"

namespace relais::test {

/// What one change did at one place of a part.
struct Typed {
  enum class What { write, decide, undo, challenge, accept, other };

  What what = What::other;
  sync::Dot dot = {};
  sync::Value value = {};
  std::string author = {};
  bool headquarters = false;  ///< in a role of that side
  std::int64_t stamp = 0;
  std::set<std::size_t> past = {};        ///< of those typed here
  bool root = false;                      ///< in a root change
  std::optional<std::size_t> names = {};  ///< undo, challenge, accept
  std::set<std::size_t> cites = {};       ///< a deliberate lowering
};

/// What a person is shown there.
struct Shown {
  sync::Value value;          ///< empty while undecided
  bool open = false;          ///< undecided: a conflict
  std::vector<sync::Dot> by;  ///< whose value, or whose values; sorted
};

/// The table of merge policies and what it says of verdicts (sync-model 4.1 to
/// 4.3), for one place: worked out by asking every pair of changes, with
/// nothing of the product but its types.
class MergeOracle {
 public:
  MergeOracle(const proto::Field& spec, proto::Policy policy)
      : spec_(&spec), policy_(policy) {}

  std::size_t add(Typed typed);
  const Typed& at(std::size_t index) const { return typed_[index]; }
  std::size_t size() const { return typed_.size(); }
  /// From a later state of the lifecycle on.
  void change_policy(proto::Policy policy) { policy_ = policy; }

  /// Why it is set aside at once; empty: legal.
  const std::string& verdict(std::size_t index) const {
    return verdict_[index];
  }
  Shown shown() const { return shown(everything()); }
  /// Values that nothing replaced.
  std::vector<std::size_t> counted() const { return counted(everything()); }
  bool in_force(std::size_t index) const {
    return in_force(everything(), index);
  }

 private:
  using Set = std::set<std::size_t>;
  Set everything() const;
  bool has_value(std::size_t index) const;
  bool in_force(const Set& seen, std::size_t index) const;
  bool replaced(const Set& seen, std::size_t index) const;
  std::vector<std::size_t> counted(const Set& seen) const;
  Shown shown(const Set& seen) const;
  std::string judge(const Typed& typed) const;
  std::string judge_accept(const Typed& typed) const;

  std::vector<std::size_t> compared(const std::vector<std::size_t>& all) const;
  bool asks(const std::vector<std::size_t>& group) const;
  bool same(std::size_t a, std::size_t b) const;
  bool blank(std::size_t index) const;
  std::size_t latest(const std::vector<std::size_t>& group) const;
  int rank(const sync::Value& value) const;

  const proto::Field* spec_;
  proto::Policy policy_;
  std::vector<Typed> typed_;
  std::vector<std::string> verdict_;
  std::vector<bool> own_only_;  ///< written over an open conflict
};

}  // namespace relais::test
