#include "tests/simulation/people.h"

#include <algorithm>
#include <set>

#include "sync/record/access.h"
#include "sync/record/facts.h"
#include "sync/replica/desk.h"
#include "sync/text/edits.h"
#include "tests/simulation/edits.h"
#include "tests/support/field.h"

namespace relais::simulation {
namespace {

constexpr int tries_max = 6;
/// So often a person begins something without a thought for his role.
constexpr int careless_percent = 7;
constexpr const char* reason = "vu au registre du poste";

std::shared_ptr<const sync::Tables> tables_of(Machine& machine) {
  return machine.replica().publications().newest_tables();
}

/// Whether this person's roles let him open such a record.
bool may_open(const sync::Form& form, const sync::Tables& tables,
              const sync::Actor& actor, const std::vector<sync::Edit>& edits) {
  std::vector<sync::Act> acts;
  for (const sync::Edit& edit : edits) {
    acts.emplace_back();
    acts.back().kind = proto::ACT_KIND_WRITE;
    acts.back().address = edit.address;
    acts.back().value = edit.value;
  }
  const sync::NoFacts nothing;
  return sync::Access::to_new(form, tables, {actor.person, actor.side},
                              sync::FactsOnTop(nothing, form, acts))
      .may_open();
}

bool may_decide(Machine& machine, const sync::Actor& actor,
                const sync::OpenConflict& one) {
  const auto view =
      sync::Reader(machine.replica()).show(to_hex(one.record.record), actor);
  if (!view || !view->form || !view->tables) return false;
  sync::Act act;
  act.kind = proto::ACT_KIND_DECIDE;
  act.address = one.conflict.address;
  return sync::Access(*view->form, *view->tables, {actor.person, actor.side},
                      view->author, sync::RecordFacts(view->parts))
      .may(one.part, act);
}

/// Positions that hold a role of headquarters.
std::set<std::string> positions_there(const sync::Tables& tables) {
  std::set<std::string> roles, positions;
  const sync::Table& role = *tables.find("role");
  for (const std::size_t row : role.where("side", "headquarters")) {
    roles.insert(role.cell(row, "code"));
  }
  const sync::Table& held = *tables.find("position_role");
  for (std::size_t row = 0; row < held.rows().size(); ++row) {
    if (roles.contains(held.cell(row, "role"))) {
      positions.insert(held.cell(row, "position"));
    }
  }
  return positions;
}

}  // namespace

People::People(World& world) : world_(&world) {
  learn();
}

void People::learn() {
  const auto tables = tables_of(*world_->headquarters);
  if (!tables || tables->version.number == learnt_) return;
  learnt_ = tables->version.number;
  for (auto* names : {&officers_, &headquarters_}) names->clear();
  for (auto* groups : {&at_post_, &staff_}) groups->clear();
  const auto there = positions_there(*tables);
  const sync::Table& officer = *tables->find("officer");
  for (std::size_t row = 0; row < officer.rows().size(); ++row) {
    const std::string& code = officer.cell(row, "code");
    officers_.push_back(code);
    at_post_[officer.cell(row, "post")].push_back(code);
    if (there.contains(officer.cell(row, "position"))) {
      headquarters_.push_back(code);
    }
  }
  const sync::Table& hierarchy = *tables->find("hierarchy");
  for (std::size_t row = 0; row < hierarchy.rows().size(); ++row) {
    staff_[hierarchy.cell(row, "n1")].push_back(hierarchy.cell(row, "officer"));
  }
}

People::Someone People::someone_at(Machine& machine) {
  Dice& dice = world_->dice;
  Someone who;
  if (machine.is_headquarters()) {
    who.post = "DIB";
    who.actor = {dice.chance(30) ? "shell" : dice.pick(headquarters_),
                 {},
                 proto::SIDE_HEADQUARTERS};
    return who;
  }
  const auto enrolment = machine.post().enrolment();
  who.post = enrolment ? enrolment->post : "DIB";
  const auto& here = at_post_[who.post];
  // The first of the table are the chiefs.
  const std::size_t some =
      dice.chance(60) ? std::min<std::size_t>(3, here.size()) : here.size();
  const std::string person =
      here.empty() || dice.chance(5) ? "service" : here[dice.below(some)];
  who.actor = {person, {}, proto::SIDE_POST};
  return who;
}

bool People::say(Machine& machine, const Someone& who, const std::string& what,
                 const sync::Result<>& result) {
  std::string line = machine.name() + ": " + who.actor.person + " " + what;
  if (result) {
    world_->count("acknowledged");
    world_->say(line + ": saved");
    world_->ledger.note(machine);
    return true;
  }
  world_->count("refused");
  line += ": refused, " + result.error().what.id;
  for (const std::string& argument : result.error().what.arguments) {
    line += " | " + argument;
  }
  world_->say(line);
  return false;
}

std::string People::new_form(Machine& machine, const Someone& who,
                             Words& words) {
  Dice& dice = world_->dice;
  const std::size_t kind = dice.below(machine.is_headquarters() ? 9 : 7);
  const auto staff = staff_.find(who.actor.person);
  if (staff != staff_.end() && dice.chance(60)) {
    const auto& some = staff->second;
    words = {
        dice.chance(20) ? "cycle_id=2025" : "cycle_id=2026",
        "officer_id=" + (dice.chance(70) ? some.front() : dice.pick(some))};
    return "evaluation";
  }
  if (kind < 2) {
    words = test::an_incident();
    return "incident";
  }
  const bool officer = who.actor.person != sync::service_person &&
                       who.actor.person != sync::shell_person;
  if (kind < 4 && officer) {
    words = {"officer_id=" + who.actor.person, "policy_text=gifts",
             "policy_version=2026." + std::to_string(1 + dice.below(3))};
    return "policy_acknowledgement";
  }
  if (kind == 4) {
    words = {"officer_id=" + dice.pick(officers_)};
    return "commendation";
  }
  if (kind < 7) {
    const std::string session =
        any_record(machine, who.actor, "training_session");
    const std::string person = dice.pick(officers_);
    if (!session.empty() && dice.chance(60)) {
      words = {"session_id=" + session, "attendee_key=" + person,
               "officer_id=" + person};
      return "attendance";
    }
    words = {"module_code=INT-101",    "mode=face_to_face",
             "place_post=" + who.post, "starts_on=2026-05-11",
             "ends_on=2026-05-15",     "trainers=" + dice.pick(officers_)};
    return "training_session";
  }
  const bool comparison = kind == 7;
  words = {"year=2026", comparison
                            ? "component=reporting"
                            : "factor=" + any_code(dice, *tables_of(machine),
                                                   "arusha_factor")};
  return comparison ? "comparison" : "diagnostic";
}

void People::create(Machine& machine, const Someone& who) {
  const bool submit = world_->dice.chance(70);
  const bool careless = world_->dice.chance(careless_percent);
  const auto tables = tables_of(machine);
  if (!tables) return;
  for (int tries = 0; tries < tries_max; ++tries) {
    Words words;
    const std::string form = new_form(machine, who, words);
    const auto rules = machine.replica().publications().newest_form(form);
    if (!rules) return;
    auto edits = sync::edits_from_set(*rules, *tables, words);
    if (!edits) {
      say(machine, who, "opens " + form, fail(edits.error()));
      return;
    }
    if (!careless && !may_open(*rules, *tables, who.actor, *edits)) continue;
    auto created = sync::Editor(machine.replica())
                       .create(form, std::move(*edits), who.actor, submit);
    say(machine, who, "opens " + form,
        created ? sync::Result<>() : fail(created.error()));
    return;
  }
}

std::string People::any_record(Machine& machine, const sync::Actor& actor,
                               const std::string& form) {
  auto lines = sync::Reader(machine.replica()).list(form, nullptr, 0, actor);
  if (!lines || lines->empty()) return {};
  // The list's order is by references, and these begin with a year: where only
  // the clocks differ, people must not choose otherwise.
  if (world_->calm) {
    std::sort(lines->begin(), lines->end(),
              [](const auto& a, const auto& b) { return a.record < b.record; });
  }
  // Mostly the newest: there people meet.
  const std::size_t some = std::min<std::size_t>(3, lines->size());
  const std::size_t among = world_->dice.chance(75) ? some : lines->size();
  return to_hex((*lines)[world_->dice.below(among)].record);
}

void People::edit(Machine& machine, const Someone& who) {
  // Evaluations are what several posts have.
  std::string name;
  if (world_->dice.chance(50)) {
    name = any_record(machine, who.actor, "evaluation");
  }
  if (name.empty()) name = any_record(machine, who.actor);
  if (name.empty()) return create(machine, who);
  auto view = sync::Reader(machine.replica()).show(name, who.actor);
  if (!view || !view->form || !view->tables) return;
  if (view->held == sync::Held::draft && world_->dice.chance(50)) {
    auto sent = sync::Editor(machine.replica()).submit(name, who.actor);
    say(machine, who, "submits " + view->reference,
        sent ? sync::Result<>() : fail(sent.error()));
    return;
  }
  auto edits = some_edits(world_->dice, *view, who.actor);
  if (edits.empty()) return create(machine, who);
  say(machine, who, "edits " + view->reference,
      sync::Editor(machine.replica()).edit(name, std::move(edits), who.actor));
}

void People::step(Machine& machine, const Someone& who) {
  const std::string name = any_record(machine, who.actor);
  if (name.empty()) return create(machine, who);
  auto view = sync::Reader(machine.replica()).show(name, who.actor);
  if (!view || view->transitions.empty()) return edit(machine, who);
  const std::string& id = world_->dice.pick(view->transitions);
  say(machine, who, "takes " + id + " of " + view->reference,
      sync::Editor(machine.replica()).transition(name, id, reason, who.actor));
}

void People::settle_a_conflict(Machine& machine, const Someone& who) {
  auto open = sync::Desk(machine.replica(), who.actor).conflicts();
  if (!open || open->empty()) return edit(machine, who);
  if (!world_->dice.chance(careless_percent)) {
    std::erase_if(*open, [&](const sync::OpenConflict& one) {
      return one.conflict.values.empty() ||
             !may_decide(machine, who.actor, one);
    });
  }
  if (open->empty()) return edit(machine, who);
  const sync::OpenConflict& one = world_->dice.pick(*open);
  if (one.conflict.values.empty()) return;
  const sync::Written& kept = world_->dice.pick(one.conflict.values);
  const sync::Value value =
      one.conflict.blocking ? sync::Value(kept.state) : kept.value;
  const bool decided =
      say(machine, who,
          "decides " + to_text(one.conflict.address) + " of " +
              one.record.reference,
          sync::Editor(machine.replica())
              .decide(one.conflict.id, value, reason, who.actor));
  if (decided) world_->count("conflicts decided");
}

void People::look_again(Machine& machine, const Someone& who) {
  sync::Desk desk(machine.replica(), who.actor);
  sync::Editor editor(machine.replica());
  const auto decisions = desk.decisions();
  const auto aside = desk.set_aside();
  if (!decisions || !aside) return;
  if (!aside->empty() && world_->dice.chance(50)) {
    const sync::SetAside& one = world_->dice.pick(*aside);
    const bool accepted =
        say(machine, who, "accepts what was set aside: " + one.reason,
            editor.accept(to_text(one.dot), reason, who.actor));
    if (accepted) world_->count("set aside, then accepted");
  } else if (!decisions->empty()) {
    const sync::TakenDecision& one = world_->dice.pick(*decisions);
    const bool undone =
        say(machine, who, "takes a decision back in " + one.record.reference,
            editor.undo(to_text(one.dot), reason, who.actor));
    if (undone) world_->count("decisions taken back");
  }
}

void People::act_at(Machine& machine) {
  learn();
  on_disks_of(*world_, {&machine}, [&] {
    const Someone who = someone_at(machine);
    const std::size_t what = world_->dice.below(100);
    if (what < 17) return create(machine, who);
    if (what < 60) return edit(machine, who);
    if (what < 75) return step(machine, who);
    if (what < 94) return settle_a_conflict(machine, who);
    look_again(machine, who);
  });
}

}  // namespace relais::simulation
