#include "tests/simulation/forgetting.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sync/check.h"
#include "sync/replica/archive.h"
#include "sync/replica/kept_packets.h"
#include "sync/replica/tombstone.h"
#include "tests/simulation/restores.h"

namespace relais::simulation {
namespace {

using Part = std::pair<sync::RecordId, std::string>;

sync::BackupFile backup_at(World& world, const std::filesystem::path& file) {
  sync::OpenOptions options;
  options.vfs = world.files.name();
  auto store = sync::SqliteStore::open(file, options);
  CHECK(store);
  auto backup =
      sync::BackupFile::over(*std::move(store), world.headquarters->clock);
  CHECK(backup);
  return *std::move(backup);
}

bool is_for(World& world, const Machine& machine, const Part& part) {
  const sync::Bytes key = sync::Bytes(machine.device().view()) +
                          sync::Bytes(part.first.view()) + part.second;
  const auto said = world.headquarters->store().get("subscription", key);
  CHECK(said);
  return *said == "1";
}

/// A change by its meta, with a body or not. A purge reaches whoever wrote
/// what it erases.
std::optional<Part> part_of(std::string_view meta, const sync::Dot& dot,
                            const sync::DeviceId& device) {
  const auto change = sync::decode_change(dot, device, meta, std::nullopt);
  if (!change || is_purge(*change)) return std::nullopt;
  return Part{change->record, change->part};
}

/// Parts of which others' bodies stand in the machine's entries.
std::set<Part> parts_in_entries(Machine& machine) {
  static const std::string sql =
      "SELECT journal, position, meta, device FROM entry "
      "WHERE record IS NOT NULL AND body IS NOT NULL AND device<>?";
  std::set<Part> parts;
  sync::Statement all = machine.store().database().prepare(sql);
  all.bind_blob(machine.device().view());
  for (;;) {
    const auto row = all.step();
    CHECK(row);
    if (!*row) return parts;
    const auto journal = sync::JournalId::from_bytes(all.bytes(0));
    const auto device = sync::DeviceId::from_bytes(all.bytes(3));
    CHECK(journal && device);
    const auto position = static_cast<std::uint64_t>(all.integer(1));
    if (auto part = part_of(all.bytes(2), {*journal, position}, *device)) {
      parts.insert(*part);
    }
  }
}

/// The same in one of the packets that it keeps.
void add_parts(const sync::OpenedPacket& packet, const sync::DeviceId& own,
               std::set<Part>& parts) {
  std::size_t at = 0;
  for (const sync::Entry& entry : packet.entries) {
    const auto meta = sync::decode_meta(entry.meta);
    CHECK(meta);
    if (meta->kind() != proto::ENTRY_KIND_REFERENCE) continue;
    const bool whole = !packet.attachments[at++].salt().empty();
    const auto& reference = meta->reference();
    const auto device = sync::DeviceId::from_bytes(reference.device());
    CHECK(device);
    if (!whole || *device == own) continue;
    const sync::Dot dot{sync::JournalId(), 1};
    if (auto part = part_of(reference.meta(), dot, *device)) {
      parts.insert(*part);
    }
  }
}

}  // namespace

void declare_archived(World& world) {
  if (!world.files.has(last_backup(world))) return;
  Machine& there = *world.headquarters;
  const auto newer = world.folder / "hq.newer";
  there.stop();
  there.copy_disk_to(newer);
  CHECK(there.start());
  const sync::BackupPair pair{backup_at(world, last_backup(world)),
                              backup_at(world, newer)};
  const auto marked = there.replica().transact(
      [&] { return sync::mark_archived(there.replica(), pair); });
  if (!marked) return world.say("not archived: " + marked.error().what.id);
  world.ledger.note_archived(pair.older.replica().store());
  world.count("declared archived");
  world.say("HQ declares archived what its last backup holds");
}

void check_archived(World& world) {
  for (const auto& [dot, saved] : world.ledger.all()) {
    if (!saved.archived) continue;
    const auto entry = world.headquarters->store().entry(dot);
    CHECK(entry);
    if (!*entry || (*entry)->leaf != saved.leaf) {
      throw Broken("archived, and not at headquarters: " + to_text(dot));
    }
  }
  for (const auto& machine : world.machines) {
    for (const auto& [dot, saved] : world.ledger.all()) {
      if (!saved.archived || saved.at != machine.get()) continue;
      const auto here = machine->store().entry(dot);
      if (here && *here && !(*here)->body) world.count("let go by its author");
    }
  }
}

void check_scope(World& world, Machine& machine) {
  std::set<Part> parts = parts_in_entries(machine);
  const auto read = machine.store().scan(
      sync::kept_feed, {}, [&](auto, std::string_view bytes) {
        const auto packet = sync::open_signed(bytes, machine.post());
        CHECK(packet);
        add_parts(*packet, machine.device(), parts);
        return true;
      });
  CHECK(read);
  for (const Part& part : parts) {
    if (is_for(world, machine, part)) continue;
    throw Broken(machine.name() + " holds a body that is not for it: " +
                 to_hex(part.first) + "/" + part.second);
  }
  world.count("machines that hold what is for them");
}

}  // namespace relais::simulation
