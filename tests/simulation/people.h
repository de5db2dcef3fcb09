#pragma once

#include <map>
#include <string>
#include <vector>

#include "sync/replica/record_view.h"
#include "tests/simulation/world.h"

namespace relais::simulation {

/// Who works where, by the published tables, and what they do of a day: each
/// tries something at a machine, and learns that it is saved or refused.
class People {
 public:
  explicit People(World& world);

  /// Somebody of the machine's post, or of headquarters, does something.
  void act_at(Machine& machine);

 private:
  using Words = std::vector<std::string>;
  /// Who works where, when that was published anew.
  void learn();
  struct Someone {
    sync::Actor actor;
    std::string post;
  };
  Someone someone_at(Machine& machine);
  void create(Machine& machine, const Someone& who);
  void edit(Machine& machine, const Someone& who);
  void step(Machine& machine, const Someone& who);
  void settle_a_conflict(Machine& machine, const Someone& who);
  void look_again(Machine& machine, const Someone& who);

  std::string new_form(Machine& machine, const Someone& who, Words& words);
  std::string any_record(Machine& machine, const sync::Actor& actor,
                         const std::string& form = {});
  /// Whether it is saved.
  bool say(Machine& machine, const Someone& who, const std::string& what,
           const sync::Result<>& result);

  World* world_;
  std::uint32_t learnt_ = 0;  ///< version of the tables
  std::map<std::string, std::vector<std::string>> at_post_;
  std::vector<std::string> officers_;
  std::vector<std::string> headquarters_;
  std::map<std::string, std::vector<std::string>> staff_;  ///< of an N+1
};

}  // namespace relais::simulation
