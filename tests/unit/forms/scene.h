#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/unit/forms/merge_oracle.h"
#include "tests/unit/forms/story.h"

namespace relais::test {

/// Where something can be written: a field, a cell, or a row that is one unit.
struct Place {
  const proto::Field* field = nullptr;
  const proto::Field* spec = nullptr;  ///< the column's, or the field's
  sync::Address address;
};

/// Some persons at one place of one record, each on what he has seen; told to
/// the product and to the oracle alike.
class Scene {
 public:
  using Seen = std::vector<std::size_t>;  ///< empty: what the story had

  /// `writers`: who is meant by 0, 1, 2; each sits at a machine of his own.
  Scene(const Story& story, const Place& place, proto::Policy policy,
        std::vector<Writer> writers);

  /// Values that fit here, rising.
  const std::vector<sync::Value>& values() const { return values_; }
  const Story& story() const { return story_; }
  const Place& place() const { return place_; }
  const MergeOracle& oracle() const { return oracle_; }
  const Writer& writer(int who) const;

  std::size_t set(const Seen& seen, int who, const sync::Value& value);
  /// With a new row, in one change.
  std::size_t set_in_new_row(int who, const sync::Value& value);
  std::size_t lower(const Seen& seen, const Writer& who,
                    const sync::Value& value, const Seen& cites);
  std::size_t decide(const Seen& seen, const sync::Value& value);
  std::size_t undo(const Seen& seen, std::size_t decision);
  std::size_t challenge(const Seen& seen, std::size_t named);
  std::size_t accept(const Seen& seen, std::size_t named);
  /// Anything that does not touch the value; `verdict`: what must become of it.
  std::size_t other(const Seen& seen, const Writer& who, sync::Act act,
                    const std::string& verdict = {});
  sync::Act row_act(proto::ActKind kind) const;
  /// The next one at the moment of the last, by their clocks.
  void tie() { tied_ = true; }
  void change_policy(proto::Policy policy) { oracle_.change_policy(policy); }
  bool settled_by_somebody() const;
  /// Of the roles that settle conflicts here.
  std::vector<std::string> resolvers() const;

  /// Everything that must hold of what became of it.
  void check(std::mt19937_64& random) const;

 private:
  std::size_t add(const Seen& seen, const Writer& who,
                  std::vector<sync::Act> acts, Typed typed);
  Writer head(const char* control) const;
  const sync::CellState& cell(const sync::PartState& state) const;
  void check_verdicts(const sync::PartState& state) const;
  void check_cell(const sync::PartState& state) const;
  void check_nothing_lost(const sync::PartState& state) const;
  void check_any_order(const sync::PartState& state,
                       std::mt19937_64& random) const;

  Story story_;
  Place place_;
  std::vector<Writer> writers_;
  std::vector<sync::Value> values_;
  std::vector<sync::Dot> begun_;
  std::size_t before_ = 0;        ///< changes of the story
  std::size_t typed_before_ = 0;  ///< values that it had here
  MergeOracle oracle_;
  bool tied_ = false;
  std::map<std::size_t, std::string> must_;  ///< verdicts of the others
};

}  // namespace relais::test
