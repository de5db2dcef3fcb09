#include "tests/simulation/restores.h"

#include "sync/check.h"
#include "sync/replica/letters.h"
#include "tests/simulation/forgetting.h"
#include "tests/simulation/oracles.h"

namespace relais::simulation {

std::filesystem::path last_backup(const World& world) {
  return world.folder / "hq.backup";
}

void back_up_headquarters(World& world) {
  Machine& there = *world.headquarters;
  there.stop();
  there.copy_disk_to(last_backup(world));
  CHECK(there.start());
  world.say("HQ is backed up");
}

void restore_headquarters(World& world) {
  if (!world.files.has(last_backup(world))) return;
  Machine& there = *world.headquarters;
  const bool by_the_book = world.dice.chance(70);
  there.stop();
  there.take_disk(last_backup(world));
  there.disk.free_space();
  there.full_until = 0;
  CHECK(there.start());
  world.ledger.take_stock(world.everybody());
  there.drafts.clear();
  world.ledger.note(there);
  check_archived(world);
  ++world.restores;
  for (const auto& machine : world.machines) {
    machine->held.clear();
    // Who was retired since the backup is not, as far as it knows.
    const auto line = there.headquarters().device(machine->device());
    CHECK(line);
    machine->retired = *line && (*line)->retired;
  }
  world.count(by_the_book ? "HQ restored" : "HQ restored, epoch kept");
  world.say(by_the_book ? "HQ is restored" : "HQ is restored by hand");
  if (!by_the_book) return;
  const auto anew = there.replica().transact([&] {
    auto epoch = there.headquarters().new_epoch();
    return epoch ? sync::pass_over_letters(there.headquarters()) : epoch;
  });
  CHECK(anew);
}

}  // namespace relais::simulation
