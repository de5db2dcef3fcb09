#include "tests/simulation/oracles.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sync/record/fold.h"
#include "sync/store/audit.h"
#include "tests/simulation/forgetting.h"
#include "tests/simulation/out_of_reach.h"
#include "tests/simulation/standing_values.h"

namespace relais::simulation {
namespace {

template <class T>
T must(sync::Result<T> result, const std::string& what) {
  if (!result) throw Broken(what + ": " + result.error().what.id);
  return std::move(*result);
}

std::string first_of(const std::vector<sync::Sentence>& faults) {
  std::string text = faults.front().id;
  for (const std::string& argument : faults.front().arguments) {
    text += " | " + argument;
  }
  return text;
}

void check_folds(Machine& machine) {
  const auto faults =
      must(machine.replica().verify(), machine.name() + " cannot verify");
  if (!faults.empty()) {
    throw Broken(machine.name() + " verify: " + first_of(faults));
  }
}

void check_rows(Machine& machine) {
  const auto faults = must(sync::audit(machine.store().database()),
                           machine.name() + " cannot audit");
  if (!faults.empty()) {
    throw Broken(machine.name() + " audit: " + first_of(faults));
  }
}

/// One draft may have been in somebody's hands when the power went.
void check_drafts(Machine& machine) {
  const auto now = must(sync::drafts(machine.replica()), "drafts");
  std::size_t whole = 0;
  for (const sync::Draft& draft : now) {
    const auto known = machine.drafts.find(draft.id);
    whole += known != machine.drafts.end() && known->second == draft.acts;
  }
  if (whole + 1 < machine.drafts.size()) {
    throw Broken(machine.name() + " lost a draft");
  }
}

std::optional<sync::StoredEntry> entry_at(Machine& machine,
                                          const sync::Dot& dot) {
  return must(machine.store().entry(dot), machine.name() + " cannot read");
}

void check_nothing_waits(Machine& machine) {
  for (const auto& lane : must(machine.post().counts(), "counts")) {
    if (lane.saved + lane.sent > 0) {
      throw Broken(machine.name() + " still says that it has " +
                   std::to_string(lane.saved) + " saved, " +
                   std::to_string(lane.sent) + " sent");
    }
  }
}

/// What waits for a change that no disk has is shown as waiting.
bool waits_for_what_is_gone(World& world, const sync::PartState& state,
                            const sync::Dot& dot) {
  const auto waiting = state.waiting.find(dot);
  if (waiting == state.waiting.end()) return false;
  for (const sync::Dot& missing : waiting->second) {
    const auto saved = world.ledger.all().find(missing);
    const bool gone =
        saved != world.ledger.all().end() &&
        (saved->second.gone ||
         is_with_the_retired_alone(world, missing, saved->second));
    if (gone || waits_for_what_is_gone(world, state, missing)) return true;
  }
  return false;
}

/// A purge is obeyed also where the fold cannot place it yet.
bool waits_to_erase(Machine& there, const sync::RecordId& record,
                    const std::string& part, const sync::Dot& dot) {
  const auto changes = must(there.replica().changes(record, part), "changes");
  const auto names = [&dot](const sync::Act& act) {
    return act.kind == proto::ACT_KIND_PURGE &&
           std::find(act.dots.begin(), act.dots.end(), dot) != act.dots.end();
  };
  return std::any_of(changes.begin(), changes.end(), [&](const auto& change) {
    return std::any_of(change.acts.begin(), change.acts.end(), names);
  });
}

void check_saved(World& world, const sync::Dot& dot, const Saved& saved) {
  Machine& there = *world.headquarters;
  const std::string name =
      to_text(dot) + " of " + to_hex(saved.record) + "/" + saved.part;
  const auto entry = entry_at(there, dot);
  if (!entry && is_with_the_retired_alone(world, dot, saved)) {
    return world.count("lost by a restore, on a retired machine's disk");
  }
  if (!entry) throw Broken("headquarters never got " + name);
  if (entry->leaf != saved.leaf || (!entry->body && !saved.may_go)) {
    throw Broken("headquarters has something else as " + name);
  }
  const auto state = must(there.replica().part(saved.record, saved.part), name);
  if (!state) throw Broken("headquarters shows no part with " + name);
  if (waits_for_what_is_gone(world, *state, dot)) {
    return world.count("waits for what is gone");
  }
  const bool erased =
      state->erased.contains(dot) ||
      (!entry->body && waits_to_erase(there, saved.record, saved.part, dot));
  if (entry->body.has_value() == erased) {
    throw Broken((entry->body ? "purged, and still there: "
                              : "gone, and no purge says why: ") +
                 name);
  }
  if (!entry->body) world.count("erased by a named purge");
  if (names_what_newcomers_know(world, dot, saved)) {
    return world.count("waits for what came with an enrolment");
  }
  if (!state->verdicts.contains(dot)) {
    throw Broken("headquarters does not judge " + name);
  }
  const auto change = must(there.replica().change(dot), name);
  const std::string lost = not_standing(*state, change);
  if (!lost.empty()) throw Broken("the value is nowhere: " + lost + " " + name);
}

bool subscribed(World& world, const Machine& machine,
                const sync::StoredPart& part) {
  const sync::Bytes key = sync::Bytes(machine.device().view()) +
                          sync::Bytes(part.record.view()) + part.part;
  const auto said =
      must(world.headquarters->store().get("subscription", key), "scope");
  return said && *said == "1";
}

/// What only its owner's hostile machine says waits at headquarters, which
/// gives posts what it has judged.
sync::PartState as_posts_see_it(World& world, sync::PartState state) {
  std::erase_if(state.waiting, [&](const auto& waiting) {
    const auto entry = entry_at(*world.headquarters, waiting.first);
    const bool hostile =
        entry && std::any_of(world.machines.begin(), world.machines.end(),
                             [&](const auto& machine) {
                               return machine->hostile &&
                                      machine->device() == entry->device;
                             });
    return hostile;
  });
  if (state.waiting.empty()) state.needs_update = false;
  return state;
}

/// Its changes with their verdicts, to be compared by eye.
std::string changes_of(const std::optional<sync::PartState>& state) {
  if (!state) return " nothing";
  std::string text;
  for (const auto& [dot, verdict] : state->verdicts) {
    text += " " + to_text(dot).substr(0, 6) + "." +
            std::to_string(dot.position) + verdict;
  }
  for (const auto& [dot, missing] : state->waiting) {
    text += " waits:" + to_text(dot).substr(0, 6);
  }
  return text + " @" + std::to_string(state->form_version) +
         (state->needs_update ? " needs update" : "");
}

/// A purge reaches whoever ever had what it erases.
bool is_purge(Machine& machine, const sync::Dot& dot) {
  const auto change = must(machine.replica().change(dot), "change");
  return std::any_of(
      change.acts.begin(), change.acts.end(),
      [](const sync::Act& act) { return act.kind == proto::ACT_KIND_PURGE; });
}

/// A part is held whole, and is the same everywhere; or there is nothing of
/// it but what was typed on this machine, and what erased that.
void check_part(World& world, Machine& machine, const sync::StoredPart& part) {
  const std::string name =
      machine.name() + ": " + to_hex(part.record) + "/" + part.part;
  if (!subscribed(world, machine, part)) {
    const auto entries =
        must(machine.store().entries_of(part.record, part.part), name);
    for (const sync::StoredEntry& entry : entries) {
      if (entry.device == machine.device()) continue;
      if (is_purge(machine, entry.dot)) continue;
      throw Broken(name + " is not for this machine: " + to_text(entry.dot));
    }
    return;
  }
  const auto here = must(machine.replica().part(part.record, part.part), name);
  const auto there =
      must(world.headquarters->replica().part(part.record, part.part), name);
  const auto lacks_a_table = [&](const auto& waiting) {
    const auto saved = world.ledger.all().find(waiting.first);
    return saved != world.ledger.all().end() &&
           names_what_newcomers_know(world, waiting.first, saved->second);
  };
  if (there && std::any_of(there->waiting.begin(), there->waiting.end(),
                           lacks_a_table)) {
    return world.count("waits for what came with an enrolment");
  }
  if (!here || !there ||
      digest(*here) != digest(as_posts_see_it(world, *there))) {
    throw Broken(name + " is not what headquarters has; here" +
                 changes_of(here) + ", there" + changes_of(there));
  }
  world.count("shared parts compared");
}

void check_agreement(World& world, Machine& machine) {
  auto walked = machine.store().each_part([&](const sync::StoredPart& part) {
    check_part(world, machine, part);
    return sync::Result<>();
  });
  if (!walked) throw Broken(machine.name() + " cannot read its parts");
}

/// What people wrote without knowing of each other, and what came of it.
void count_what_met(World& world) {
  Machine& there = *world.headquarters;
  auto walked = there.store().each_part([&](const sync::StoredPart& stored) {
    const auto part =
        must(there.replica().part(stored.record, stored.part), "HQ");
    if (!part) return sync::Result<>();
    if (part->heads.size() > 1) world.count("parts with two heads at the end");
    for (std::size_t i = part->conflicts.size(); i > 0; --i) {
      world.count("conflicts open at the end");
    }
    for (std::size_t i = part->set_aside.size(); i > 0; --i) {
      world.count("set aside");
    }
    return sync::Result<>();
  });
  if (!walked) throw Broken("HQ cannot read its parts");
}

/// Folds the changes of some parts in another order than they came in: the
/// same state (O10).
void check_order(World& world, Machine& machine) {
  auto walked = machine.store().each_part([&](const sync::StoredPart& part) {
    if (!world.dice.chance(25)) return sync::Result<>();
    sync::PartHistory history;
    history.changes =
        must(machine.replica().changes(part.record, part.part), "changes");
    const auto& published = machine.replica().publications();
    const auto before = digest(sync::fold(history, published));
    auto& changes = history.changes;
    for (std::size_t left = changes.size(); left > 1; --left) {
      std::swap(changes[left - 1], changes[world.dice.below(left)]);
    }
    if (digest(sync::fold(history, published)) != before) {
      throw Broken(machine.name() + " folds otherwise in another order: " +
                   to_hex(part.record) + "/" + part.part);
    }
    world.count("parts folded in another order");
    return sync::Result<>();
  });
  if (!walked) throw Broken(machine.name() + " cannot read its parts");
}

/// What lies beside the database stays small (O12).
void check_bounds(Machine& machine) {
  constexpr std::size_t log_bytes_max = 64 * 1024 * 1024;
  const std::string log = machine.file().string() + "-wal";
  if (machine.ground.files.size(log) > log_bytes_max) {
    throw Broken(machine.name() + " has a log of many megabytes");
  }
}

/// Copied or set back, and known for it: it is to be enrolled anew.
bool is_cut_off(World& world, const Machine& machine) {
  const auto line = must(
      world.headquarters->headquarters().device(machine.device()), "roster");
  return !line || line->forked || line->retired;
}

/// A copy, or a machine set back, is named when what it wrote proves it, and
/// no other machine ever is.
void check_named(World& world, Machine& machine) {
  const auto line = must(
      world.headquarters->headquarters().device(machine.device()), "roster");
  if (!line) return;
  if (line->forked && !machine.tampered) {
    throw Broken(machine.name() + " is named a copy and is none");
  }
  const auto journals = must(world.headquarters->store().journals(
                                 machine.device(), proto::LANE_UNSPECIFIED),
                             "journals");
  std::set<std::pair<sync::JournalId, std::uint64_t>> heads;
  for (const sync::StoredJournal& journal : journals) {
    const auto& before = journal.header.predecessor;
    if (!before) continue;
    const auto known =
        must(world.headquarters->store().journal(*before), "journals");
    const bool passed =
        known && known->last > journal.header.predecessor_position;
    const bool twice =
        !heads.insert({*before, journal.header.predecessor_position}).second;
    if (!passed && !twice) continue;
    world.count("copies named");
    if (!line->forked) throw Broken(machine.name() + " is a copy, unnamed");
    return;
  }
}

}  // namespace

bool hears(World& world, const Machine& machine) {
  // Of two with one key, one may not know yet what the other wrote.
  return !machine.hostile && !machine.retired && !machine.tampered &&
         !is_cut_off(world, machine);
}

void check_held(World& world, Machine& machine) {
  if (machine.is_headquarters() || machine.heard != world.restores) return;
  const auto journals =
      must(machine.store().journals(machine.device(), proto::LANE_UNSPECIFIED),
           machine.name() + " cannot read");
  for (const sync::StoredJournal& journal : journals) {
    std::uint64_t& before = machine.held[journal.header.journal];
    if (journal.held < before) {
      throw Broken(machine.name() + ": held went back from " +
                   std::to_string(before) + " to " +
                   std::to_string(journal.held));
    }
    before = journal.held;
    const auto there =
        must(world.headquarters->store().journal(journal.header.journal), "HQ");
    if (journal.held > (there ? there->last : 0)) {
      throw Broken(machine.name() + " says held, headquarters has it not: " +
                   to_hex(journal.header.journal) + " at " +
                   std::to_string(journal.held));
    }
  }
}

void check_recovered(World& world, Machine& machine) {
  world.ledger.check(machine);
  check_drafts(machine);
  // By turns, not by dice: what is asked changes no story.
  constexpr std::size_t every = 4;
  if (world.looked_at++ % every == 0) check_rows(machine);
  world.ledger.note(machine);
  if (!machine.is_headquarters()) return check_held(world, machine);
  for (const auto& other : world.machines) check_held(world, *other);
  if (world.dice.chance(25)) check_folds(machine);
}

void check_at_rest(World& world) {
  for (Machine* machine : world.everybody()) {
    world.ledger.check(*machine);
    check_folds(*machine);
    check_rows(*machine);
    check_order(world, *machine);
  }
  count_what_met(world);
  world.ledger.find_again(*world.headquarters);
  for (const auto& [dot, saved] : world.ledger.all()) {
    if (!saved.gone) check_saved(world, dot, saved);
    if (saved.gone) world.count("gone with a disk, and known");
  }
  for (const auto& machine : world.machines) {
    if (machine->hostile) continue;
    check_named(world, *machine);
    if (machine->retired) continue;
    check_nothing_waits(*machine);
    check_held(world, *machine);
    check_bounds(*machine);
    if (!hears(world, *machine)) continue;
    check_agreement(world, *machine);
    check_scope(world, *machine);
  }
}

}  // namespace relais::simulation
