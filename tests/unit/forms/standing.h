#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/record/expression.h"
#include "sync/record/form.h"

namespace relais::test {

/// Values that fit at a place of a form, each above the one before in the
/// form's order where it has one; two or three.
std::vector<sync::Value> rising_values(const proto::Field& spec);

/// What a test filled in of one part.
struct Standing {
  struct Rows {
    int count = 0;
    std::map<std::string, sync::Value> cell;  ///< the same in every row ...
    bool last_blank = false;                  ///< ... but the last one here

    bool operator==(const Rows&) const = default;
  };
  std::map<std::string, sync::Value> value;
  std::map<std::string, Rows> table;

  sync::Value at(const std::string& field) const;
  /// The cells that row `index` has.
  std::map<std::string, sync::Value> row(const std::string& table,
                                         int index) const;
};

class StandingFacts final : public sync::Facts {
 public:
  explicit StandingFacts(const Standing& standing) : standing_(&standing) {}
  sync::Value value(const std::string& path) const override;
  std::vector<sync::Value> values(const std::string& path) const override;

 private:
  const Standing* standing_;
};

/// What the guard and the needs of these steps read.
std::set<std::string> paths_of(
    const sync::Form& form, const std::vector<const proto::Transition*>& steps);

/// The filling nearest to `now` that has what is wanted, found by trying the
/// values that the guards speak of; absent where there is none.
std::optional<Standing> filled_so_that(
    const sync::Form& form, const std::vector<const proto::Transition*>& steps,
    const Standing& now, const std::function<bool(const Standing&)>& wanted);

/// Guard and needs hold, each by itself.
bool guard_holds(const sync::Form& form, const proto::Transition& step,
                 const Standing& standing);
bool all_needed(const proto::Transition& step, const Standing& standing);

}  // namespace relais::test
