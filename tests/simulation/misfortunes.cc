#include "tests/simulation/misfortunes.h"

#include <algorithm>
#include <iterator>

#include "sync/check.h"
#include "tests/simulation/oracles.h"

namespace relais::simulation {
namespace {

constexpr std::int64_t a_minute = 60'000;
constexpr std::int64_t a_year = 31'556'952'000;

Machine& anybody(World& world) {
  return *world.dice.pick(world.everybody());
}

}  // namespace

void set_a_clock(World& world) {
  Machine* chosen = &world.any_machine();
  if (world.other_clocks) {
    const auto at =
        std::find_if(world.machines.begin(), world.machines.end(),
                     [&](const auto& one) { return one.get() == chosen; });
    const auto next = std::next(at);
    chosen =
        (next == world.machines.end() ? world.machines.begin() : next)->get();
  }
  Machine& machine = *chosen;
  const std::size_t how = world.dice.below(4);
  if (how == 0) machine.clock.wrong_by = 0;
  if (how == 1)
    machine.clock.wrong_by += world.dice.between(-600, 600) * a_minute;
  if (how > 1) {
    machine.clock.wrong_by = world.dice.between(-50, 50) * a_year;
    world.count("clock: wrong by years");
  }
  world.say("the clock of " + machine.name() + " says " +
            to_text(sync::Instant{machine.clock.wall_ms()}));
}

void restart_somebody(World& world) {
  Machine& machine = anybody(world);
  machine.stop();
  machine.disk.free_space();
  machine.full_until = 0;
  CHECK(machine.start());
  world.count("restarts");
  world.say(machine.name() + " starts again");
  check_recovered(world, machine);
}

}  // namespace relais::simulation
