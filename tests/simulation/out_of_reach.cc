#include "tests/simulation/out_of_reach.h"

#include <algorithm>

namespace relais::simulation {
namespace {

bool has(Machine& machine, const sync::Dot& dot, const sync::Hash& leaf) {
  const auto entry = machine.store().entry(dot);
  if (!entry) throw Broken(machine.name() + " cannot be read");
  return *entry && (*entry)->chained && (*entry)->leaf == leaf;
}

}  // namespace

bool is_with_the_retired_alone(World& world, const sync::Dot& dot,
                               const Saved& saved) {
  return world.restores > 0 && !has(*world.headquarters, dot, saved.leaf) &&
         std::none_of(world.machines.begin(), world.machines.end(),
                      [&](const auto& one) {
                        return !one->retired && has(*one, dot, saved.leaf);
                      });
}

bool names_what_newcomers_know(World& world, const sync::Dot& dot,
                               const Saved& saved) {
  if (world.restores == 0) return false;
  const auto change = world.headquarters->replica().change(dot);
  if (!change) return false;
  const auto& published = world.headquarters->replica().publications();
  return (saved.at == nullptr || saved.at->late) &&
         (!published.tables(change->reference_version.number) ||
          !published.form(change->form, change->form_version.number));
}

}  // namespace relais::simulation
