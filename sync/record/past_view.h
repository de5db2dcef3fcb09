#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sync/record/expression.h"
#include "sync/record/form.h"
#include "sync/record/item.h"

namespace relais::sync {

/// The fold of a change's own causal past, as its verdict asks it: folded from
/// the graph (fold_view.h) or a cached state (fold_in_place.cc).
class PastView {
 public:
  virtual ~PastView() = default;

  virtual const Form& form() const = 0;
  virtual const Facts& facts() const = 0;
  virtual Merged merge(const Address& address) const = 0;
  virtual RowNow row(const Address& row) const = 0;
  /// The values of a ratchet that no lowering has cited.
  virtual std::vector<Dot> counting(const Address& address) const = 0;
  virtual bool headquarters_wrote(const Address& address) const = 0;

  virtual std::string state() const = 0;
  virtual std::string suspended() const = 0;
  virtual bool blocked() const = 0;
  /// Somebody else proposed this step, and the proposal stands.
  virtual bool proposed_by_another(const std::string& step,
                                   const std::string& person) const = 0;

  /// Of the legal changes there: the highest form version; the highest
  /// reference version that one device named; who wrote the root change.
  virtual std::uint32_t form_version() const = 0;
  virtual std::uint32_t reference_version(const DeviceId& device) const = 0;
  virtual std::string root_author() const = 0;

  /// Where a change of this past decided something; nothing when it is not
  /// there, decided nothing, or is set aside.
  virtual std::vector<Address> decisions(const Dot& dot) const = 0;

  /// The state that policy_from looks at: a hold is looked through.
  std::string reached() const {
    const std::string held = suspended();
    return held.empty() ? state() : held;
  }
};

}  // namespace relais::sync
