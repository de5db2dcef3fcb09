#include "tests/simulation/life.h"

#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include "sync/record/fold.h"
#include "tests/simulation/fates.h"
#include "tests/simulation/forgetting.h"
#include "tests/simulation/mischief.h"
#include "tests/simulation/misfortunes.h"
#include "tests/simulation/oracles.h"
#include "tests/simulation/people.h"
#include "tests/simulation/publishing.h"
#include "tests/simulation/purges.h"
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
  all.push_back({often(2), [&] { purge_a_record(world); }});
  // Half the worlds have no restores, half have no fates: a quarter has both.
  if (world.rates.restores > 0) {
    all.push_back({world.rates.restores + often(2),
                   [&] { back_up_headquarters(world); }});
    all.push_back({world.rates.restores, [&] { restore_headquarters(world); }});
    if (world.rates.fates == 0) {
      all.push_back({often(1), [&] { declare_archived(world); }});
    }
  }
  if (world.rates.fates == 0) return all;
  all.push_back({often(2), [&] { publish_something(world); }});
  all.push_back({often(2), [&] { move_officers(world); }});
  all.push_back({often(1), [&] { make_mischief(world); }});
  const std::vector<void (*)(World&)> fates = {
      enrol_somebody,   copy_a_machine, keep_an_image, set_a_machine_back,
      retire_a_machine, lose_a_machine, let_a_disk_lie};
  all.push_back(
      {world.rates.fates, [&world, fates] { world.dice.pick(fates)(world); }});
  return all;
}

/// What happens when, drawn from the seed alone; what comes of it is drawn
/// anew for each event. So an event that is left out changes no other.
class Days {
 public:
  Days(World& world, const Story& story, std::vector<Event> events)
      : world_(&world),
        story_(&story),
        plan_(story.seed ^ 0x0DA15ULL),
        busy_(world.rates.busy),
        events_(std::move(events)),
        weight_(std::accumulate(events_.begin(), events_.end(), std::size_t{0},
                                [](std::size_t sum, const Event& event) {
                                  return sum +
                                         static_cast<std::size_t>(event.weight);
                                })) {}

  void spend_one() {
    const std::size_t count = 1 + plan_.below(busy_);
    for (std::size_t i = 0; i < count; ++i) {
      world_->now += a_day / static_cast<std::int64_t>(count);
      auto drawn = static_cast<int>(plan_.below(weight_));
      ++world_->event;
      world_->dice = Dice(plan_.next());
      for (const Event& event : events_) {
        drawn -= event.weight;
        if (drawn >= 0) continue;
        if (!story_->only || story_->only->contains(world_->event)) {
          event.happen();
        }
        break;
      }
    }
  }

  /// For what comes after all events.
  void end() { world_->dice = Dice(plan_.next()); }

 private:
  World* world_;
  const Story* story_;
  Dice plan_;
  std::size_t busy_;
  std::vector<Event> events_;
  std::size_t weight_;
};

/// Faults have stopped, every link is whole: until nobody has more to say.
void come_to_rest(World& world) {
  world.rates = {};
  free_disks(world);
  enrol_who_lost_all(world);
  for (const auto& machine : world.machines) {
    if (machine->retired) bring_home(world, *machine);
  }
  for (int round = 0;; ++round) {
    if (round > rounds_max) throw Broken("they never come to rest");
    bool quiet = true;
    for (const auto& machine : world.machines) {
      world.now += a_day / 24;
      if (machine->retired || machine->hostile) continue;
      quiet = sync_over_link(world, *machine, true) && quiet;
    }
    if (quiet && !write_off(world)) return;
  }
}

/// No link, file or disk fails; or everything may.
enum class Weather : std::uint8_t { rough, calm };

/// What became of everything goes under the hash.
void tell_the_end(World& world, Life& life) {
  sync::Bytes ends;
  for (Machine* machine : world.everybody()) {
    sync::Bytes digests;
    auto walked = machine->store().each_part([&](const sync::StoredPart& part) {
      auto state = sync::decode_state(part.state);
      if (state) digests += digest(*state).view();
      return sync::Result<>();
    });
    const std::string end =
        walked ? sync::to_hex(sync::hash({digests}).view()) : "nothing";
    world.say(machine->name() + " ends as " + end);
    ends += end;
  }
  life.end = sync::to_hex(sync::hash({ends}).view());
}

Life live_once(const Story& story, Weather weather, Tally& tally, bool aloud) {
  Life life;
  World world(story.seed, tally, aloud);
  world.other_clocks = story.other_clocks;
  world.calm = weather == Weather::calm;
  if (world.calm) world.rates.link = world.rates.stick = world.rates.disk = 0;
  try {
    People people(world);
    Days days(world, story, events(world, people));
    for (int day = 0; day < story.days; ++day) days.spend_one();
    life.events = std::exchange(world.event, 0);
    days.end();
    world.say("all links are whole from now on");
    come_to_rest(world);
    check_at_rest(world);
    check_archived(world);
    check_purged(world);
    tell_the_end(world, life);
  } catch (const Broken& broken) {
    life.broken = broken.what();
    if (world.event > 0) life.events = world.event;
  }
  life.hash = world.trace.hash();
  life.last = world.trace.last();
  return life;
}

}  // namespace

Life live(const Story& story, Tally& tally, bool aloud) {
  if (!story.other_clocks)
    return live_once(story, Weather::rough, tally, aloud);
  Story as_they_are = story;
  as_they_are.other_clocks = false;
  Life life = live_once(as_they_are, Weather::calm, tally, aloud);
  const std::string end = life.end;
  if (life.broken.empty()) life = live_once(story, Weather::calm, tally, aloud);
  if (life.broken.empty() && life.end != end) life.broken = "another outcome";
  if (!life.broken.empty()) life.broken.insert(0, clocks_mark);
  return life;
}

}  // namespace relais::simulation
