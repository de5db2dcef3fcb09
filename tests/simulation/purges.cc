#include "tests/simulation/purges.h"

#include <functional>
#include <set>

#include "sync/replica/purge_desk.h"
#include "tests/simulation/oracles.h"

namespace relais::simulation {
namespace {

using Attempt = std::function<sync::Result<>(const sync::Actor&)>;

/// By whoever of headquarters the desk lets do it.
sync::Result<> by_anybody(World& world, const Attempt& attempt) {
  const auto tables =
      world.headquarters->replica().publications().newest_tables();
  const sync::Table& officers = *tables->find("officer");
  const auto there = officers.where("post", "DGD");
  sync::Result<> done = sync::fail(sync::Errc::denied, "nobody is there");
  const std::size_t from = there.empty() ? 0 : world.dice.below(there.size());
  for (std::size_t i = 0; i < there.size(); ++i) {
    const std::size_t row = there[(from + i) % there.size()];
    done = attempt({officers.cell(row, "code"), {}, proto::SIDE_HEADQUARTERS});
    if (done) return done;
    const bool another_may = done.error().code == sync::Errc::denied ||
                             done.error().code == sync::Errc::not_found;
    if (!another_may) return done;
  }
  return done;
}

std::optional<sync::StoredRecord> any_record(World& world) {
  std::vector<sync::StoredRecord> all;
  const auto read = world.headquarters->store().each_record(
      {}, [&](const sync::StoredRecord& record) {
        all.push_back(record);
        return true;
      });
  if (!read || all.empty()) return std::nullopt;
  return world.dice.pick(all);
}

/// Nothing named: all of the record.
sync::PurgeProposal what_goes(World& world, const sync::RecordId& record) {
  sync::PurgeProposal asked;
  asked.basis = "décision 12/2026";
  asked.reason = "demande de la personne";
  if (world.dice.chance(60)) return asked;
  std::vector<sync::Dot> dots;
  for (const auto& [dot, saved] : world.ledger.all()) {
    if (saved.record == record) dots.push_back(dot);
  }
  if (!dots.empty()) asked.dots = {world.dice.pick(dots)};
  return asked;
}

void purge(World& world, const sync::StoredRecord& record) {
  Machine& there = *world.headquarters;
  sync::PurgeDesk desk(there.headquarters());
  const std::string name = to_hex(record.record);
  const sync::PurgeProposal asked = what_goes(world, record.record);
  auto done = by_anybody(world, [&](const sync::Actor& actor) {
    auto proposed = desk.propose(name, asked, actor);
    return proposed ? sync::Result<>() : fail(proposed.error());
  });
  const bool dropped = done && world.dice.chance(10);
  if (dropped) {
    done = by_anybody(
        world, [&](const auto& actor) { return desk.drop(name, actor); });
  } else if (done) {
    world.ledger.note(there);  // its automatic steps go as well
    world.ledger.may_go(record.record);
    done = by_anybody(world, [&](const sync::Actor& actor) {
      auto purged = desk.confirm(name, actor);
      return purged ? sync::Result<>() : fail(purged.error());
    });
    if (done) world.count(asked.dots.empty() ? "purged" : "purged in part");
  }
  world.say("HQ: purge of " + record.reference +
            (done ? dropped ? ": dropped" : ": done"
                  : ": refused, " + done.error().what.id));
  if (done) world.ledger.note(there);
}

std::string bytes_of(World& world, const Machine& machine) {
  const std::string file = machine.file().string();
  std::string bytes;
  for (const std::string& path : {file, file + "-wal"}) {
    if (world.files.has(path)) bytes += *world.files.open(path);
  }
  return bytes;
}

bool has_body(Machine& machine, const sync::Dot& dot) {
  const auto entry = machine.store().entry(dot);
  if (!entry) throw Broken(machine.name() + " cannot be read");
  return *entry && (*entry)->body;
}

/// Those that stand in nothing but what was erased.
std::set<std::string> forgotten_words(World& world,
                                      const std::set<sync::Dot>& erased) {
  std::set<std::string> words;
  for (const auto& [word, dots] : world.ledger.words()) {
    const bool all =
        std::all_of(dots.begin(), dots.end(),
                    [&](const auto& dot) { return erased.contains(dot); });
    if (all) words.insert(word);
  }
  return words;
}

}  // namespace

void purge_a_record(World& world) {
  on_disks_of(world, {world.headquarters.get()}, [&] {
    if (const auto record = any_record(world)) purge(world, *record);
  });
}

void check_purged(World& world) {
  std::vector<Machine*> hearing = {world.headquarters.get()};
  for (const auto& machine : world.machines) {
    if (hears(world, *machine)) hearing.push_back(machine.get());
  }
  std::set<sync::Dot> erased;
  for (const auto& [dot, saved] : world.ledger.all()) {
    const bool there = !saved.gone && saved.may_go;
    if (there && !has_body(*world.headquarters, dot)) erased.insert(dot);
  }
  const auto words = forgotten_words(world, erased);
  for (Machine* machine : hearing) {
    for (const sync::Dot& dot : erased) {
      if (!has_body(*machine, dot)) continue;
      throw Broken(machine->name() +
                   " still has what was purged: " + to_text(dot));
    }
    const std::string bytes = bytes_of(world, *machine);
    for (const std::string& word : words) {
      world.count("purged words looked for");
      if (bytes.find(word) == std::string::npos) continue;
      throw Broken(machine->name() + " still has purged text: " + word);
    }
  }
}

}  // namespace relais::simulation
