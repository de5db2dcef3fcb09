#include "tests/simulation/life.h"

#include <functional>
#include <numeric>
#include <vector>

#include "sync/record/fold.h"
#include "tests/simulation/misfortunes.h"
#include "tests/simulation/oracles.h"
#include "tests/simulation/people.h"
#include "tests/simulation/restores.h"
#include "tests/simulation/roads.h"

namespace relais::simulation {
namespace {

constexpr std::int64_t a_day = 86'400'000;
constexpr int rounds_max = 12;

/// Something that happens, and how often beside the others.
struct Event {
  int weight;
  std::function<void()> happen;
};

std::vector<Event> events(World& world, People& people) {
  Dice& dice = world.dice;
  const auto often = [&](int most) {
    return dice.chance(25) ? 0
                           : 1 + static_cast<int>(dice.below(
                                     static_cast<std::size_t>(most)));
  };
  const auto machine = [&world]() -> Machine& { return world.any_machine(); };
  std::vector<Event> all;
  all.push_back({20, [&, machine] { people.act_at(machine()); }});
  all.push_back({8, [&] { people.act_at(*world.headquarters); }});
  all.push_back({2 + often(16),
                 [&, machine] { sync_over_link(world, machine(), false); }});
  all.push_back({often(6), [&, machine] { write_up(world, machine()); }});
  all.push_back({often(4), [&, machine] { write_down(world, machine()); }});
  all.push_back({often(10), [&] { carry(world); }});
  all.push_back({often(2), [&] { replay(world); }});
  all.push_back({often(2), [&] { set_a_clock(world); }});
  all.push_back({often(2), [&] { restart_somebody(world); }});
  all.push_back({often(2), [&] { back_up_headquarters(world); }});
  all.push_back({often(1), [&] { restore_headquarters(world); }});
  return all;
}

void spend_a_day(World& world, const std::vector<Event>& events) {
  const int weight = std::accumulate(
      events.begin(), events.end(), 0,
      [](int sum, const Event& event) { return sum + event.weight; });
  const std::int64_t count = world.dice.between(3, 12);
  for (std::int64_t i = 0; i < count; ++i) {
    world.now += a_day / count;
    auto drawn =
        static_cast<int>(world.dice.below(static_cast<std::size_t>(weight)));
    for (const Event& event : events) {
      drawn -= event.weight;
      if (drawn >= 0) continue;
      event.happen();
      break;
    }
  }
}

/// Faults have stopped, every link is whole: until nobody has more to say.
void come_to_rest(World& world) {
  world.rates = {};
  free_disks(world);
  for (const auto& machine : world.machines) {
    if (machine->retired) carry_up_now(world, *machine);
  }
  for (int round = 0;; ++round) {
    if (round > rounds_max) throw Broken("they never come to rest");
    bool quiet = true;
    for (const auto& machine : world.machines) {
      world.now += a_day / 24;
      if (machine->retired) continue;
      quiet = sync_over_link(world, *machine, true) && quiet;
    }
    if (quiet) return;
  }
}

/// What became of everything goes under the hash.
void tell_the_end(World& world) {
  for (Machine* machine : world.everybody()) {
    sync::Bytes digests;
    auto walked = machine->store().each_part([&](const sync::StoredPart& part) {
      auto state = sync::decode_state(part.state);
      if (state) digests += digest(*state).view();
      return sync::Result<>();
    });
    world.say(
        machine->name() + " ends as " +
        (walked ? sync::to_hex(sync::hash({digests}).view()) : "nothing"));
  }
}

}  // namespace

Life live(std::uint64_t seed, int days, Tally& tally, bool aloud) {
  Life life;
  World world(seed, tally, aloud);
  try {
    People people(world);
    const auto all = events(world, people);
    for (int day = 0; day < days; ++day) spend_a_day(world, all);
    world.say("all links are whole from now on");
    come_to_rest(world);
    check_at_rest(world);
    tell_the_end(world);
  } catch (const Broken& broken) {
    life.broken = broken.what();
  }
  life.hash = world.trace.hash();
  life.last = world.trace.last();
  return life;
}

}  // namespace relais::simulation
