#include "tests/simulation/mischief.h"

#include <algorithm>
#include <limits>

#include "sync/check.h"
#include "sync/journal/entry.h"
#include "sync/record/change.h"
#include "tests/simulation/roads.h"

namespace relais::simulation {
namespace {

Machine* hostile_machine(World& world) {
  for (const auto& machine : world.machines) {
    if (machine->hostile) return machine.get();
  }
  if (world.is_full() || world.headquarters->full_until != 0) return nullptr;
  Machine& made = world.enrol("GOG");
  made.hostile = true;
  return &made;
}

/// A change of some record that headquarters has, as a model of what is true.
std::optional<sync::Change> some_change(World& world) {
  const auto& all = world.ledger.all();
  if (all.empty()) return std::nullopt;
  const auto& [dot, saved] = world.dice.pick(all);
  auto change = world.headquarters->replica().change(dot);
  if (!change || change->erased) return std::nullopt;
  return *change;
}

/// Makes of a true change one that should have no effect anywhere.
void forge(World& world, sync::Change& change) {
  Dice& dice = world.dice;
  const sync::Dot before = change.dot;
  change.parents = {before};
  sync::Act act;
  act.reason = "parce que";
  switch (dice.below(8)) {
    case 0:
      act.kind = proto::ACT_KIND_CHALLENGE;
      act.dots = {before};
      change.role = "headquarters";
      change.acts = {act};
      break;
    case 1:
      act.kind = proto::ACT_KIND_LOST;
      act.lost_from = before;
      change.acts = {act};
      break;
    case 2:
      act.kind = proto::ACT_KIND_PURGE;
      act.dots = {before};
      act.basis = "loi";
      act.second = "personne";
      act.verdicts = {{before, ""}};
      change.acts = {act};
      break;
    case 3:
      change.stamp = std::numeric_limits<std::int64_t>::max();
      break;
    case 4:
      change.form_version.number += 1000;
      change.reference_version.number += 1000;
      break;
    case 5:
      change.role = "no_such_role";
      change.author = "601-08.D";
      break;
    case 6:
      change.part = "identity";
      break;
    default:
      change.parents = {{before.journal, before.position + 1000}};
  }
}

struct Written {
  sync::Bytes meta, body;
};

/// Bytes that no version of the program has written yet, or ever will.
void make_strange(World& world, Written& bytes) {
  Dice& dice = world.dice;
  proto::EntryMeta meta;
  CHECK(meta.ParseFromString(bytes.meta));
  switch (dice.below(4)) {
    case 0:
      meta.GetReflection()->MutableUnknownFields(&meta)->AddVarint(1999, 7);
      bytes.meta = meta.SerializeAsString();
      break;
    case 1:  // a kind to come
      meta.set_kind(static_cast<proto::EntryKind>(77));
      bytes.meta = meta.SerializeAsString();
      break;
    case 2:
      std::generate(bytes.body.begin(), bytes.body.end(),
                    [&] { return static_cast<char>(dice.next()); });
      break;
    default:
      bytes.body.resize(dice.below(bytes.body.size() + 1));
  }
}

sync::StoredJournal new_journal(World& world, Machine& machine) {
  sync::StoredJournal journal;
  journal.header.device = machine.device();
  journal.header.lane = proto::LANE_NORMAL;
  SeededRandom random(world.dice.next());
  journal.header.journal = sync::random_id<sync::JournalKind>(random);
  const auto earlier =
      machine.store().journals(machine.device(), proto::LANE_NORMAL);
  CHECK(earlier);
  if (!earlier->empty()) {
    // Sometimes on a head that has grown since: it accuses itself.
    const sync::StoredJournal& last =
        world.dice.chance(90) ? earlier->back() : earlier->front();
    journal.header.predecessor = last.header.journal;
    journal.header.predecessor_position = last.last;
    journal.header.predecessor_head = last.head;
  }
  journal.header_bytes = encode_header(journal.header);
  journal.seed = random.bytes(32);
  journal.head = sync::first_head(journal.header_bytes);
  return journal;
}

sync::StoredEntry entry_of(const Written& bytes, sync::StoredJournal& journal) {
  sync::StoredEntry entry;
  entry.dot = {journal.header.journal, journal.last + 1};
  entry.device = journal.header.device;
  entry.meta = bytes.meta;
  entry.body = bytes.body;
  entry.salt = sync::salt_of(journal.seed, entry.dot.position);
  entry.leaf =
      sync::leaf_of(entry.meta, sync::body_hash(entry.salt, *entry.body));
  entry.chained = true;
  return entry;
}

}  // namespace

void make_mischief(World& world) {
  Machine* machine = hostile_machine(world);
  if (machine == nullptr) return;
  auto written = machine->replica().transact([&]() -> sync::Result<> {
    sync::StoredJournal journal = new_journal(world, *machine);
    for (int i = world.dice.spread(2); i > 0; --i) {
      auto change = some_change(world);
      if (!change) return {};
      if (world.dice.chance(80)) forge(world, *change);
      change->dot = {journal.header.journal, journal.last + 1};
      change->device = machine->device();
      const auto form = world.headquarters->replica().publications().form(
          change->form, change->form_version.number);
      const auto encoded = encode_change(*change, form.get());
      Written bytes{encoded.meta, encoded.body};
      if (world.dice.chance(40)) make_strange(world, bytes);
      auto put = machine->replica().extend(journal, entry_of(bytes, journal));
      if (!put) return put;
      world.count("hostile entries");
    }
    return {};
  });
  world.say(machine->name() + " makes mischief" +
            (written ? "" : ": " + written.error().what.id));
  if (world.dice.chance(50)) {
    sync_over_link(world, *machine, false);
  } else {
    carry_up_now(world, *machine);
  }
}

}  // namespace relais::simulation
