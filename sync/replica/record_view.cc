#include "sync/replica/record_view.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sync/record/access.h"
#include "sync/record/views.h"
#include "sync/replica/draft.h"
#include "sync/replica/steps.h"

namespace relais::sync {
namespace {

void add_decisions(const PartState& state, const Replica& replica,
                   std::vector<Decision>& decisions) {
  const auto add = [&](const Address& address, const CellState& cell) {
    for (const Written& one : cell.by) {
      if (!one.decision) continue;
      decisions.push_back({address, one.value, one.state, one.author, one.role,
                           one.reason, one.dot, false});
    }
  };
  for (const auto& [name, field] : state.field) {
    add({name, {}, {}}, field.cell);
    for (const auto& [row, cells] : field.row) {
      add({name, row, {}}, cells.unit);
      for (const auto& [column, cell] : cells.column) {
        add({name, row, column}, cell);
      }
    }
  }
  for (const Dot& dot : state.undone) {
    auto change = replica.change(dot);
    if (!change) continue;
    for (const Act& act : change->acts) {
      if (act.kind != proto::ACT_KIND_DECIDE) continue;
      decisions.push_back({act.address, act.value, act.state, change->author,
                           change->role, act.reason, dot, true});
    }
  }
}

/// Who proposed this step, where that waits for a second person.
std::set<std::string> proposers(const PartState* life, const std::string& step,
                                const Replica& replica) {
  std::set<std::string> persons;
  if (life == nullptr) return persons;
  for (const Proposal& one : life->proposals) {
    if (one.annulment || one.what != step || one.why != ProposalWhy::proposed) {
      continue;
    }
    if (auto change = replica.change(one.dot)) persons.insert(change->author);
  }
  return persons;
}

/// Into `view`: the steps that are legal now, and those that lack a field only.
void add_steps(RecordView& view, const PartState* life, const Access& access,
               const Replica& replica, const Actor& actor) {
  const bool blocked =
      life != nullptr &&
      std::any_of(life->conflicts.begin(), life->conflicts.end(),
                  [](const Conflict& one) { return one.blocking; });
  if (blocked) return;
  const RecordFacts facts(view.parts);
  for (const auto& step : view.form->definition().lifecycle().transition()) {
    const auto& from = step.from();
    if (std::find(from.begin(), from.end(), view.state) == from.end()) {
      continue;
    }
    Act act;
    act.kind = proto::ACT_KIND_TRANSITION;
    act.step = step.id();
    if (step.second_size() > 0) {
      auto persons = proposers(life, step.id(), replica);
      act.proposes = persons.empty();
      // His own proposal waits for somebody else.
      if (persons.erase(actor.person) > 0 && persons.empty()) continue;
    }
    const auto& part = view.form->definition().lifecycle_part();
    if (!access.may(part, act)) continue;
    const Expression* guard = view.form->guard(step.id());
    if (guard != nullptr && !guard->holds(facts)) continue;
    const auto& needs = step.needs();
    const bool filled = std::all_of(
        needs.begin(), needs.end(),
        [&](const std::string& path) { return is_filled(facts, path); });
    (filled ? view.transitions : view.unready).push_back(step.id());
  }
}

/// A record that this one names, as far as the same person may read it.
struct Linked {
  std::shared_ptr<const Form> form;
  std::vector<PartState> parts;
};

/// What a view sees: the record's own facts, and under "field.path" those of
/// the record that the field names, its views too.
class LinkedFacts final : public Facts {
 public:
  LinkedFacts(const RecordView& view, std::map<std::string, Linked> linked)
      : own_(view.parts), tables_(view.tables), linked_(std::move(linked)) {}

  Value value(const std::string& path) const override {
    const auto point = path.find('.');
    const auto other = linked_.find(path.substr(0, point));
    if (other == linked_.end() || point == std::string::npos) {
      return own_.value(path);
    }
    const std::string name = path.substr(point + 1);
    const RecordFacts facts(other->second.parts);
    if (Value value = facts.value(name); !value.empty()) return value;
    const Form& form = *other->second.form;
    for (const proto::View& view : form.definition().view()) {
      if (view.id() != name) continue;
      return computed_view(form, *tables_, view, facts);
    }
    return {};
  }
  std::vector<Value> values(const std::string& path) const override {
    return own_.values(path);
  }

 private:
  RecordFacts own_;
  std::shared_ptr<const Tables> tables_;
  std::map<std::string, Linked> linked_;
};

}  // namespace

std::string_view to_text(Held held) {
  switch (held) {
    case Held::draft:
      return "draft";
    case Held::saved:
      return "saved";
    case Held::sent:
      return "sent";
    case Held::held:
      return "held";
  }
  return {};
}

Value RecordFacts::value(const std::string& path) const {
  for (const PartState& part : *parts_) {
    Value value = PartFacts(part).value(path);
    if (!value.empty()) return value;
  }
  return {};
}

std::vector<Value> RecordFacts::values(const std::string& path) const {
  for (const PartState& part : *parts_) {
    auto values = PartFacts(part).values(path);
    if (!values.empty()) return values;
  }
  return {};
}

Held Reader::shown(Held reached, const Actor& actor) {
  return actor.side == proto::SIDE_HEADQUARTERS ? Held::held : reached;
}

/// The least of what any change written here has reached.
Result<Held> Reader::held(const RecordId& record) const {
  Held least = Held::held;
  auto parts = replica_->store().parts(record);
  if (!parts) return fail(parts.error());
  std::map<JournalId, StoredJournal> journals;
  for (const StoredPart& part : *parts) {
    auto entries = replica_->store().entries_of(record, part.part);
    if (!entries) return fail(entries.error());
    for (const StoredEntry& entry : *entries) {
      if (entry.device != replica_->keys().device) continue;
      auto place = journals.find(entry.dot.journal);
      if (place == journals.end()) {
        auto journal = replica_->store().journal(entry.dot.journal);
        if (!journal) return fail(journal.error());
        if (!*journal) continue;
        place = journals.emplace(entry.dot.journal, **journal).first;
      }
      const StoredJournal& journal = place->second;
      if (entry.dot.position <= journal.held) continue;
      least = std::min(
          least, entry.dot.position <= journal.sent ? Held::sent : Held::saved);
    }
  }
  return least;
}

/// A view over a part that he may not read says nothing, not even zero.
Result<> Reader::add_views(RecordView& view, const Actor& actor) const {
  std::map<std::string, Linked> linked;
  const RecordFacts own(view.parts);
  for (const proto::View& one : view.form->definition().view()) {
    for (const std::string& field : one.argument()) {
      const Value value = own.value(field);
      const RecordId* id = value.get<RecordId>();
      if (id == nullptr || linked.contains(field)) continue;
      auto line = replica_->store().record(*id);
      if (!line) return fail(line.error());
      if (!*line) continue;
      auto form = replica_->publications().newest_form((*line)->form);
      if (!form) continue;
      auto parts = readable(**line, *form, *view.tables, actor);
      if (!parts) return fail(parts.error());
      linked[field] = {form, std::move(*parts)};
    }
  }
  view.views = computed_views(*view.form, *view.tables,
                              LinkedFacts(view, std::move(linked)));
  for (const proto::View& one : view.form->definition().view()) {
    for (const std::string& path : one.argument()) {
      const proto::Field* field =
          view.form->field(path.substr(0, path.find('.')));
      if (field == nullptr) continue;
      const auto& part = view.form->part_of(*field);
      const bool readable =
          std::any_of(view.parts.begin(), view.parts.end(),
                      [&](const PartState& has) { return has.part == part; });
      if (!readable) view.views.erase(one.id());
    }
  }
  return {};
}

Result<std::vector<PartState>> Reader::readable(const StoredRecord& stored,
                                                const Form& form,
                                                const Tables& tables,
                                                const Actor& actor) const {
  auto parts = replica_->parts(stored.record);
  if (!parts) return parts;
  const Access access(form, tables, {actor.person, actor.side}, stored.author,
                      RecordFacts(*parts));
  std::erase_if(*parts, [&](const PartState& part) {
    return !access.may_see() || !access.may_read(part.part);
  });
  return parts;
}

Result<RecordView> Reader::show_draft(const Draft& draft) const {
  RecordView view;
  view.record = draft.id;
  view.reference = draft.reference;
  view.form = replica_->publications().newest_form(draft.form);
  view.tables = replica_->publications().newest_tables();
  if (!view.form || !view.tables) {
    return fail(Errc::not_found, "There is no form {0} here: sync first",
                {draft.form});
  }
  view.state = "draft";
  view.held = Held::draft;
  view.author = draft.author;
  auto parts = fold_draft(*replica_, *view.form, draft);
  if (!parts) return fail(parts.error());
  view.parts = std::move(*parts);
  view.transitions = {std::string(submit_step), std::string(abandon_step)};
  return view;
}

Result<RecordView> Reader::show(std::string_view name,
                                const Actor& actor) const {
  auto draft = find_draft(*replica_, name);
  if (!draft) return fail(draft.error());
  if (*draft && may_open(**draft, actor.person)) return show_draft(**draft);
  auto line = replica_->find(name);
  if (!line) {
    return fail(not_here(*replica_, name, actor.person, line.error()));
  }
  RecordView view;
  view.record = line->record;
  view.reference = line->reference;
  view.author = line->author;
  view.form = replica_->publications().newest_form(line->form);
  view.tables = replica_->publications().newest_tables();
  if (!view.form || !view.tables) {
    return fail(Errc::not_found, "There is no form {0} here: sync first",
                {line->form});
  }
  auto parts = replica_->parts(line->record);
  if (!parts) return fail(parts.error());
  const RecordFacts facts(*parts);
  const Access access(*view.form, *view.tables, {actor.person, actor.side},
                      line->author, facts);
  const proto::Form& rules = view.form->definition();
  std::optional<PartState> life;
  for (PartState& part : *parts) {
    const proto::Part* rule = view.form->part(part.part);
    const bool readable = rule != nullptr && access.may_read(part.part);
    if (readable) add_decisions(part, *replica_, view.decisions);
    if (readable) add_erasures(part, *replica_, view);
    if (part.part == rules.lifecycle_part() && readable) life = part;
    if (readable) view.parts.push_back(std::move(part));
    if (!readable) view.hidden.push_back(rule ? rule->id() : part.part);
  }
  if (!access.may_see()) {
    // Not a word on whether it exists.
    return fail(Errc::not_found,
                "There is no record {0} here: `list` shows those there are",
                {std::string(name)});
  }
  view.state = life ? life->state : rules.lifecycle().initial();
  auto reached = held(line->record);
  if (!reached) return fail(reached.error());
  view.held = shown(*reached, actor);
  add_steps(view, life ? &*life : nullptr, access, *replica_, actor);
  auto computed = add_views(view, actor);
  if (!computed) return fail(computed.error());
  return view;
}

}  // namespace relais::sync
