#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sync/record/facts.h"
#include "sync/record/past_view.h"

namespace relais::sync {

/// A cached state as the past of the change that comes next: all of it is.
/// Borrows both.
class StateView final : public PastView {
 public:
  StateView(const PartState& state, const Form& form)
      : state_(state), form_(form), facts_(state) {}

  const Form& form() const override { return form_; }
  const Facts& facts() const override { return facts_; }
  Merged merge(const Address& address) const override;
  RowNow row(const Address& row) const override;
  std::vector<Dot> counting(const Address& address) const override;
  bool headquarters_wrote(const Address& address) const override;
  std::string state() const override;
  std::string suspended() const override { return state_.suspended; }
  bool blocked() const override;
  bool proposed_by_another(const std::string& step,
                           const std::string& person) const override;
  std::uint32_t form_version() const override { return state_.form_version; }
  std::uint32_t reference_version(const DeviceId& device) const override;
  std::string root_author() const override { return state_.cache.root_author; }
  /// Never asked: an undo does not grow in place.
  std::vector<Address> decisions(const Dot&) const override { return {}; }

 private:
  const CellState* cell(const Address& address) const;

  const PartState& state_;
  const Form& form_;
  PartFacts facts_;
};

}  // namespace relais::sync
