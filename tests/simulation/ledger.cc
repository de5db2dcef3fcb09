#include "tests/simulation/ledger.h"

#include <algorithm>

#include "tests/simulation/edits.h"

namespace relais::simulation {
namespace {

std::string name_of(const sync::Dot& dot, const Saved& saved) {
  return "change " + to_text(dot) + " of " + to_hex(saved.record) + "/" +
         saved.part;
}

bool has(Machine& machine, const sync::Dot& dot, const Saved& saved) {
  const auto entry = machine.store().entry(dot);
  if (!entry) throw Broken(machine.name() + " cannot be read");
  return *entry && (*entry)->leaf == saved.leaf &&
         ((*entry)->body || saved.may_go);
}

/// A stub at its author's: it is archived, and nobody there may read it.
bool let_go(Machine& machine, const sync::Dot& dot, const Saved& saved) {
  const auto entry = machine.store().entry(dot);
  return saved.archived && entry && *entry && (*entry)->leaf == saved.leaf;
}

}  // namespace

void Ledger::note(Machine& machine) {
  const auto journals =
      machine.store().journals(machine.device(), proto::LANE_UNSPECIFIED);
  if (!journals) return;  // its disk fails just now: noted when it works
  for (const sync::StoredJournal& journal : *journals) {
    if (journal.header.lane == proto::LANE_FEED) continue;
    std::uint64_t& noted = machine.noted[journal.header.journal];
    while (noted < journal.last) {
      const sync::Dot dot{journal.header.journal, noted + 1};
      const auto entry = machine.store().entry(dot);
      if (!entry) return;
      if (!*entry) throw Broken(machine.name() + " lacks " + to_text(dot));
      ++noted;
      if (!(*entry)->record) continue;
      const auto [at, first] = saved_.try_emplace(
          dot, Saved{(*entry)->leaf, *(*entry)->record, (*entry)->part});
      if (!first && at->second.leaf != (*entry)->leaf) {
        throw Broken("one name, two contents: " + name_of(dot, at->second));
      }
      note_words(dot, (*entry)->body.value_or(""));
      at->second.at = &machine;
      at->second.gone = false;
    }
  }
  if (auto all = sync::drafts(machine.replica())) {
    machine.drafts.clear();
    for (sync::Draft& draft : *all) {
      machine.drafts[draft.id] = std::move(draft.acts);
    }
  }
}

void Ledger::note_words(const sync::Dot& dot, std::string_view body) {
  for (auto at = body.find(witness); at != std::string_view::npos;
       at = body.find(witness, at + 1)) {
    const std::size_t length = std::string_view(witness).size();
    words_[std::string(body.substr(at, length + witness_digits))].insert(dot);
  }
}

void Ledger::may_go(const sync::RecordId& record) {
  for (auto& [dot, saved] : saved_) {
    saved.may_go = saved.may_go || saved.record == record;
  }
}

void Ledger::check(Machine& machine) const {
  for (const auto& [dot, saved] : saved_) {
    if (saved.at == &machine && !has(machine, dot, saved) &&
        !let_go(machine, dot, saved)) {
      throw Broken(machine.name() +
                   " lost what it had saved: " + name_of(dot, saved));
    }
  }
}

void Ledger::take_stock(const std::vector<Machine*>& machines) {
  for (auto& [dot, saved] : saved_) {
    const auto here = [&dot = dot, &saved = saved](Machine* machine) {
      return has(*machine, dot, saved);
    };
    const auto there = std::find(machines.begin(), machines.end(), saved.at);
    if (there != machines.end() && here(*there)) continue;
    saved.at = nullptr;
    saved.gone = std::none_of(machines.begin(), machines.end(), here);
  }
}

void Ledger::note_archived(const sync::Store& older) {
  for (auto& [dot, saved] : saved_) {
    const auto entry = older.entry(dot);
    if (entry && *entry && (*entry)->leaf == saved.leaf) saved.archived = true;
  }
}

void Ledger::find_again(Machine& machine) {
  for (auto& [dot, saved] : saved_) {
    if (saved.gone) saved.gone = !has(machine, dot, saved);
  }
}

}  // namespace relais::simulation
