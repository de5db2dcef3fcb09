#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/machine.h"
#include "tests/simulation/trace.h"

namespace relais::simulation {

/// What somebody was told is saved, kept outside of every machine.
struct Saved {
  sync::Hash leaf;
  sync::RecordId record;
  std::string part;
  const Machine* at = nullptr;  ///< where it was typed; null: not there now
  bool gone = false;      ///< restores and lost machines left it on no disk
  bool archived = false;  ///< its author may let go of what it says
  bool may_go = false;    ///< two persons wanted what it says erased
};

class Ledger {
 public:
  /// Everything that this machine wrote since it was last noted. Broken: one
  /// dot with two contents.
  void note(Machine& machine);
  /// What a machine has after its power or its disk failed: everything that
  /// was noted there.
  void check(Machine& machine) const;
  /// Some disks are not what they were: what no disk has is gone.
  void take_stock(const std::vector<Machine*>& machines);
  /// This old backup has it, and so has the other of the pair.
  void note_archived(const sync::Store& older);
  /// What was gone came back after all, by a file on its way.
  void find_again(Machine& machine);

  /// A purge of this record was asked for.
  void may_go(const sync::RecordId& record);

  const std::map<sync::Dot, Saved>& all() const { return saved_; }
  /// Each word that was made for one text, and every change that says it.
  const std::map<std::string, std::set<sync::Dot>>& words() const {
    return words_;
  }

 private:
  void note_words(const sync::Dot& dot, std::string_view body);

  std::map<sync::Dot, Saved> saved_;
  std::map<std::string, std::set<sync::Dot>> words_;
};

}  // namespace relais::simulation
