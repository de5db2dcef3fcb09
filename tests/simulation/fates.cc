#include "tests/simulation/fates.h"

#include <algorithm>
#include <set>

#include "sync/check.h"
#include "sync/replica/editor.h"
#include "tests/simulation/roads.h"
#include "tests/support/field.h"

namespace relais::simulation {
namespace {

constexpr std::size_t machines_min = 2;

std::filesystem::path image_of(const Machine& machine) {
  return machine.file().string() + ".image";
}

void start_again(Machine& machine) {
  machine.disk.free_space();
  machine.full_until = 0;
  CHECK(machine.start());
}

/// Enough machines are left when one more goes.
bool can_spare_one(World& world) {
  const auto works = [](const auto& machine) {
    return !machine->retired && !machine->left && !machine->hostile;
  };
  const auto count =
      std::count_if(world.machines.begin(), world.machines.end(), works);
  return static_cast<std::size_t>(count) > machines_min;
}

bool is_forked(World& world, const Machine& machine) {
  const auto line = world.headquarters->headquarters().device(machine.device());
  return line && *line && (*line)->forked;
}

}  // namespace

void enrol_somebody(World& world) {
  if (world.is_full() || world.headquarters->full_until != 0) return;
  std::string post = world.dice.pick(world.machines)->post().enrolment()->post;
  for (const auto& machine : world.machines) {
    if (machine->left || machine->hostile || !is_forked(world, *machine)) {
      continue;
    }
    post = machine->post().enrolment()->post;
    machine->left = true;
    world.count("enrolled anew");
    break;
  }
  world.enrol(post);
  world.count("enrolled");
}

void copy_a_machine(World& world) {
  if (world.is_full()) return;
  Machine& from = world.any_machine();
  if (from.retired) return;
  from.stop();
  Machine& twin = world.make(from.name() + "*");
  twin.take_disk(world.files, from.file());
  start_again(from);
  start_again(twin);
  twin.noted = from.noted;
  twin.held = from.held;
  twin.drafts = from.drafts;
  twin.heard = from.heard;
  twin.clock.wrong_by = from.clock.wrong_by;
  from.tampered = twin.tampered = true;
  world.count("machine copied");
  world.say(from.name() + " is copied to " + twin.name());
}

void keep_an_image(World& world) {
  Machine& machine = world.any_machine();
  machine.stop();
  machine.copy_disk_to(image_of(machine));
  start_again(machine);
  world.say("an image of " + machine.name() + " is kept");
}

void was_set_back(World& world, Machine& machine) {
  machine.tampered = true;
  machine.held.clear();
  world.take_stock();
  machine.drafts.clear();
  world.ledger.note(machine);
}

void set_a_machine_back(World& world) {
  std::vector<Machine*> kept;
  for (const auto& machine : world.machines) {
    const bool used = !machine->left && !machine->hostile;
    if (used && world.files.has(image_of(*machine))) {
      kept.push_back(machine.get());
    }
  }
  if (kept.empty()) return;
  Machine& machine = *world.dice.pick(kept);
  machine.stop();
  machine.take_disk(image_of(machine));
  start_again(machine);
  was_set_back(world, machine);
  world.count("machine set back");
  world.say(machine.name() + " is set back to its image");
}

void retire_a_machine(World& world) {
  Machine& machine = world.any_machine();
  if (machine.retired || !can_spare_one(world)) return;
  auto retired = world.headquarters->replica().transact([&] {
    return world.headquarters->headquarters().retire(machine.device(),
                                                     "n'est plus en service");
  });
  if (!retired) return;
  for (const auto& one : world.machines) {  // its copies as well
    one->retired = one->retired || one->device() == machine.device();
  }
  world.count("machine retired");
  world.say(machine.name() + " is retired");
}

void lose_a_machine(World& world) {
  Machine& machine = world.any_machine();
  if (!can_spare_one(world)) return;
  if (world.dice.chance(50)) deliver_without_first_page(world, machine);
  machine.stop();
  const auto found =
      std::find_if(world.machines.begin(), world.machines.end(),
                   [&](const auto& one) { return one.get() == &machine; });
  world.gone.push_back(std::move(*found));
  world.machines.erase(found);
  world.take_stock();
  world.count("machine lost");
  world.say(machine.name() + " is lost for ever");
}

void let_a_disk_lie(World& world) {
  Machine& machine = world.any_machine();
  machine.disk.lie();
  world.say("the disk of " + machine.name() + " lies from now on");
}

void enrol_who_lost_all(World& world) {
  for (const auto& machine : world.machines) {
    const auto enrolment = machine->post().enrolment();
    CHECK(enrolment);
    if (!enrolment->headquarters_box.empty()) continue;
    world.count("disk: lost all, the keys too");
    if (machine->hostile || machine->retired) continue;
    machine->tampered = false;
    machine->late = true;
    const std::string post = machine->name().substr(0, 3);
    test::enrol(world.headquarters->headquarters(), machine->post(), post);
    world.say(machine->name() + ", which lost all it had, is enrolled anew");
  }
}

bool write_off(World& world) {
  Machine& there = *world.headquarters;
  std::set<sync::Dot> gone;
  auto read = there.store().each_part([&](const sync::StoredPart& part) {
    const auto state = there.replica().part(part.record, part.part);
    if (!state || !*state) return sync::Result<>();
    for (const auto& [dot, missing] : (*state)->waiting) {
      for (const sync::Dot& one : missing) {
        const auto saved = world.ledger.all().find(one);
        const bool known = saved != world.ledger.all().end();
        if (!known || !saved->second.gone) continue;
        if (saved->second.part != part.part) continue;  // a forged one
        // `lost` would take along what came back of the same journal.
        if (one.journal == dot.journal) {
          world.count("waits for ever: in the journal of what is lost");
        } else {
          gone.insert(one);
        }
      }
    }
    return sync::Result<>();
  });
  CHECK(read);
  bool written_off = false;
  for (const sync::Dot& dot : gone) {
    auto written =
        sync::Editor(there.replica())
            .lost(dot, "disque perdu", {"shell", {}, proto::SIDE_HEADQUARTERS});
    if (!written && written.error().code == sync::Errc::not_found) continue;
    if (!written) {
      std::string why = to_text(dot) + " " + written.error().what.id;
      for (const std::string& one : written.error().what.arguments) {
        why += " | " + one;
      }
      throw Broken("cannot write off: " + why);
    }
    written_off = true;
    world.count("written off as lost");
    world.say("HQ writes off " + to_text(dot));
  }
  return written_off;
}

}  // namespace relais::simulation
