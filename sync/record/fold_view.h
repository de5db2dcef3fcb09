#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sync/record/bits.h"
#include "sync/record/graph.h"
#include "sync/record/lifecycle.h"
#include "sync/record/past_view.h"

namespace relais::sync {

/// The fold of one downward-closed set of judged changes. Grows by one change
/// at a time: a chain is folded once, not once per change. Borrows the graph;
/// the items of what it holds must stay where they are.
class FoldView final : public PastView {
 public:
  struct Annulment {
    const Item* item;
    bool contested;  ///< an act on the row is concurrent with it
  };
  struct RowPast {
    std::vector<Annulment> standing;  ///< no restore follows
    std::vector<const Item*> edits;   ///< those that no later one follows
  };

  FoldView(const Graph& graph, std::shared_ptr<const Form> form);
  FoldView(const FoldView& other);

  /// Every change in its past must be here, and no change above it.
  void add(std::size_t place);

  const std::shared_ptr<const Form>& form_owner() const { return form_; }
  const Bits& places() const { return steps_.places; }
  std::size_t size() const { return size_; }

  const Form& form() const override { return *form_; }
  const Facts& facts() const override { return facts_; }
  Merged merge(const Address& address) const override;
  RowNow row(const Address& row) const override;
  std::vector<Dot> counting(const Address& address) const override;
  bool headquarters_wrote(const Address& address) const override;
  std::string state() const override { return life().state; }
  std::string suspended() const override { return life().held; }
  bool blocked() const override { return !life().conflict.empty(); }
  bool proposed_by_another(const std::string& step,
                           const std::string& person) const override;
  std::uint32_t form_version() const override { return form_version_; }
  std::uint32_t reference_version(const DeviceId& device) const override;
  std::string root_author() const override;
  std::vector<Address> decisions(const Dot& dot) const override;

  const Life& life() const;
  /// Why changes here are set aside now, by place.
  const std::map<std::size_t, std::string>& set_aside() const {
    return set_aside_;
  }
  bool is_set_aside(std::size_t place) const {
    return set_aside_.contains(place);
  }
  /// Changes whose decisions an undo made inert.
  const std::set<std::size_t>& undone() const { return undone_; }
  const std::map<Dot, std::vector<Dot>>& accepted() const { return accepted_; }
  const std::vector<const Item*>& offers() const { return offers_; }

  /// The values that count now, each address that has items.
  std::vector<Address> cells() const;
  std::vector<const Item*> counted(const Address& address) const;
  const std::map<Address, RowPast>& rows() const { return rows_; }
  /// The entries of a log in causal order, then by (stamp, dot, act).
  std::vector<const Item*> log(const std::string& field) const;
  const std::map<std::string, std::vector<const Item*>>& logs() const {
    return logs_;
  }
  const std::map<DeviceId, std::uint32_t>& reference_versions() const {
    return reference_version_;
  }
  std::set<Address> headquarters_addresses() const;

 private:
  struct Cell {
    std::vector<const Item*> counted;  ///< survivors; of a ratchet: not cited
    std::set<Dot> cited;
    bool headquarters = false;
    mutable std::optional<std::pair<proto::Policy, Merged>> merged;
  };
  class ViewFacts final : public Facts {
   public:
    explicit ViewFacts(const FoldView& view) : view_(&view) {}
    Value value(const std::string& path) const override;
    std::vector<Value> values(const std::string& path) const override;

   private:
    const FoldView* view_;
  };

  void rebuild();
  void take_legal(std::size_t place);
  void take_accept(std::size_t place);
  /// True when it took effect away from what is here.
  bool take_challenges(std::size_t place);
  bool take_undo(const Item& item);
  void apply_all(std::size_t place);
  void apply(const Item& item);
  void apply_value(const Item& item);
  void apply_row(const Item& item);
  void apply_step(const Item& item);
  void apply_material(const Item& item);
  bool same_or_before(const Item& a, const Item& b) const {
    return a.at == b.at || graph_->before(a.at, b.at);
  }

  const Graph* graph_;
  std::shared_ptr<const Form> form_;
  ViewFacts facts_;
  std::size_t size_ = 0;
  Steps steps_;
  std::vector<const Item*> last_steps_;     ///< no later step follows
  std::vector<const Item*> last_material_;  ///< no later material follows
  mutable std::optional<Life> life_;
  std::map<Address, Cell> cells_;
  std::map<Address, RowPast> rows_;
  std::map<std::string, std::vector<const Item*>> logs_;
  std::vector<const Item*> offers_;  ///< no later step follows
  std::map<std::size_t, std::string> set_aside_;
  std::set<std::size_t> challenged_;
  std::set<std::size_t> undone_;
  std::map<Dot, std::vector<Dot>> accepted_;
  std::uint32_t form_version_ = 0;
  std::map<DeviceId, std::uint32_t> reference_version_;
  const Change* root_ = nullptr;
};

}  // namespace relais::sync
