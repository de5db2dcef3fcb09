#include <optional>

#include "tests/simulation/fates.h"
#include "tests/simulation/oracles.h"
#include "tests/simulation/world.h"

namespace relais::simulation {
namespace {

using Fault = test::FaultyVfs::Fault;
using Keep = test::FaultyVfs::Keep;

constexpr std::int64_t an_hour = 3'600'000;
constexpr int restarts_max = 4;  ///< that fail, one after another

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::io_error:
      return "disk: write error";
    case Fault::disk_full:
      return "disk: full";
    case Fault::torn:
      return "disk: torn write";
    case Fault::power:
      return "power cut";
  }
  return "";
}

void disarm(Machine& machine) {
  machine.disk.fail_at(-1, Fault::io_error);
  machine.disk.fail_read_at(-1);
}

Keep any_keep(World& world) {
  return world.dice.pick(std::vector<Keep>{Keep::none, Keep::all, Keep::some});
}

/// The machine stands still; its power comes back, perhaps not for long.
void recover(World& world, Machine& machine, Keep keep) {
  machine.stop();
  const bool lied = machine.disk.lies() && keep != Keep::all;
  if (lied) keep = Keep::none;
  machine.disk.power_cycle(keep);
  for (int again = 0; again < restarts_max && world.dice.chance(30); ++again) {
    machine.disk.fail_at(world.dice.spread(5), Fault::power);
    const bool up = machine.start();
    if (!machine.disk.fault_reached()) {
      disarm(machine);
      if (!up) throw Broken(machine.name() + " does not start again");
      break;
    }
    world.count("power cut in recovery");
    machine.stop();
    machine.disk.power_cycle(any_keep(world));
  }
  if (!machine.runs() && !machine.start()) {
    throw Broken(machine.name() + " does not start again");
  }
  world.count("recoveries");
  machine.full_until = 0;
  if (!lied) return;
  world.count("disk: lost what it said was synced");
  was_set_back(world, machine);
}

/// What was armed on one disk.
struct Threat {
  Machine* machine;
  bool read;
  Fault fault;
};

std::optional<Threat> threaten(World& world, Machine& machine) {
  if (machine.full_until != 0 && machine.full_until < world.now) {
    machine.disk.free_space();
    machine.full_until = 0;
  }
  if (machine.full_until != 0 || !world.dice.chance(world.rates.disk)) {
    return std::nullopt;
  }
  const int at = world.dice.spread(7);
  const bool read = world.dice.chance(10);
  const Fault fault = world.dice.pick(
      std::vector<Fault>{Fault::power, Fault::power, Fault::power,
                         Fault::io_error, Fault::torn, Fault::disk_full});
  if (read) machine.disk.fail_read_at(at);
  if (!read) machine.disk.fail_at(at, fault);
  return Threat{&machine, read, fault};
}

/// Whether the machine had to start again.
bool settle(World& world, const Threat& threat) {
  Machine& machine = *threat.machine;
  if (!machine.disk.fault_reached()) {
    disarm(machine);
    return false;
  }
  const std::string kind =
      threat.read ? "disk: read error" : name_of(threat.fault);
  world.count(kind);
  world.say(machine.name() + ": " + kind);
  if (!threat.read && threat.fault == Fault::disk_full) {
    machine.full_until = world.now + world.dice.between(0, 48) * an_hour + 1;
    return false;
  }
  const bool power = !threat.read && threat.fault == Fault::power;
  recover(world, machine, power ? any_keep(world) : Keep::all);
  return true;
}

}  // namespace

void on_disks_of(World& world, const std::vector<Machine*>& machines,
                 const std::function<void()>& work) {
  std::vector<Threat> threats;
  for (Machine* machine : machines) {
    if (auto threat = threaten(world, *machine)) threats.push_back(*threat);
  }
  work();
  std::erase_if(threats,
                [&](const Threat& threat) { return !settle(world, threat); });
  for (const Threat& threat : threats) {
    check_recovered(world, *threat.machine);
  }
}

void free_disks(World& world) {
  for (Machine* machine : world.everybody()) {
    machine->disk.free_space();
    machine->full_until = 0;
  }
}

}  // namespace relais::simulation
