#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sync/record/bits.h"
#include "sync/record/fold.h"
#include "sync/record/item.h"

namespace relais::sync {

/// The changes of one part whose past is whole, in an order in which parents
/// come first; the others wait. Knows what headquarters declared lost and
/// which verdicts are taken as given. Borrows history and publications.
class Graph {
 public:
  struct Node {
    const Change* change = nullptr;
    Bits past;             ///< places of everything that precedes it
    bool lost = false;     ///< empty for ever: no parents, no acts
    bool control = false;  ///< challenge, lost or purge
    std::string verdict;   ///< empty: legal
    std::vector<Item> items;
  };

  Graph(const PartHistory& history, const Publications& publications);

  std::vector<Node>& nodes() { return nodes_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const Bits& past(std::size_t place) const { return nodes_[place].past; }
  bool before(std::size_t a, std::size_t b) const {
    return nodes_[b].past.test(a);
  }
  bool concurrent(std::size_t a, std::size_t b) const {
    return a != b && !before(a, b) && !before(b, a);
  }

  /// -1 where the change is not placed.
  std::ptrdiff_t place(const Dot& dot) const;
  /// A change as given, placed or waiting; null when not given.
  const Change* given(const Dot& dot) const;
  bool is_lost(const Dot& dot) const;
  /// Headquarters' verdict, or one that a purge carried; null: judge it.
  const std::string* vouched(const Dot& dot) const;

  std::shared_ptr<const Form> form(const Change& change) const;
  std::shared_ptr<const Tables> tables(const Change& change) const;
  /// Forms and tables are here (the tables of a vouched change need not be),
  /// and nothing in it is of a later version.
  bool knows(const Change& change) const;

  /// The form that the part's changes name; empty when there is no change.
  const std::string& form_id() const { return form_id_; }
  /// Sorted by dot.
  const std::vector<const Change*>& all() const { return all_; }
  const std::vector<Dot>& lost() const { return lost_; }
  /// A purge with the right to be one is here.
  bool purged() const { return purged_; }
  std::vector<Dot> heads() const;
  std::map<Dot, std::vector<Dot>> waiting() const;

  /// Takes the body of these changes away; verdicts and items are void then.
  void erase(const std::map<Dot, Erasure>& erased);

 private:
  bool awaits(const Change& change, const Dot& named) const;
  void take_stubs();
  void place_all();
  std::set<Dot> declared_lost() const;
  void take_carried_verdicts();

  const PartHistory* history_;
  const Publications* publications_;
  std::vector<const Change*> all_;
  std::list<Change> stubs_;
  std::map<Dot, const Change*> given_;
  std::map<Dot, std::size_t> place_;
  std::vector<Node> nodes_;
  std::vector<Dot> lost_;
  std::map<Dot, std::string> vouched_;
  bool purged_ = false;
  std::string form_id_;
  mutable std::map<std::pair<std::string, std::uint32_t>,
                   std::shared_ptr<const Form>>
      forms_;
  mutable std::map<std::uint32_t, std::shared_ptr<const Tables>> tables_;
};

/// The dots that acts name: they wait for these as for parents.
std::vector<Dot> named_dots(const std::vector<Act>& acts);
bool is_control(proto::ActKind kind);
/// What a purge leaves of a change: meta without body (sync-model 5).
Change stub_of(const Change& change, const Form& form);

}  // namespace relais::sync
