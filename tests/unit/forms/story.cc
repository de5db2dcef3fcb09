#include "tests/unit/forms/story.h"

#include <algorithm>
#include <deque>

#include "sync/check.h"
#include "sync/crypto.h"
#include "sync/record/place.h"
#include "tests/support/part_story.h"

namespace relais::test {
namespace {

template <class Names>
bool among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool names_a_person(const proto::Form& form, const std::string& field) {
  for (const proto::Relation& relation : form.relation()) {
    for (const auto& source : relation.source()) {
      if (source.field() == field) return true;
    }
  }
  return false;
}

sync::Value person_value(const proto::Field& field, const std::string& code) {
  if (field.type() == proto::TYPE_CODE) return sync::Value(sync::Code{code});
  return sync::Value(code);
}

sync::Act row_act(proto::ActKind kind, const std::string& table,
                  const std::string& row) {
  sync::Act act = add_row(table, row);
  act.kind = kind;
  act.reason = "why";
  return act;
}

}  // namespace

Story::Story(Cast& cast, std::string part)
    : state(cast.rules().lifecycle().initial()),
      cast_(&cast),
      part_(std::move(part)) {
  if (part_ == cast.rules().root_part()) {
    open_record(cast);
    name_persons(cast);
  } else {
    record_.bytes[0] = 1;
  }
}

void Story::open_record(Cast& cast) {
  cast.begin_record();
  const auto opener = one_of(cast.rules().open());
  CHECK(opener);
  std::vector<sync::Act> acts;
  for (const proto::Field& field : cast.rules().field()) {
    const bool here = form().part_of(field) == part_ && field.policy() != 0;
    const bool key = among(cast.rules().key(), field.id());
    const bool scalar = form().spec({field.id(), {}, {}}) == &field &&
                        field.policy() != proto::POLICY_LOG;
    if (!here || !scalar || !(key || field.required()) ||
        !among(field.write(), opener->role)) {
      continue;
    }
    const bool person = names_a_person(cast.rules(), field.id());
    const sync::Value value =
        person ? person_value(field, subject) : rising_values(field).front();
    if (person) cast.name(field.id(), subject);
    standing.value[field.id()] = value;
    acts.push_back(write(field.id(), value));
  }
  cast.wrote_root(opener->person);
  sync::Change root = make(*opener, std::move(acts));
  std::vector<std::string> key;
  for (const std::string& name : cast.rules().key()) {
    key.push_back(plain_text(standing.at(name)));
  }
  record_ = form().keyed() ? sync::keyed_record_id(form().id(), key)
                           : sync::free_record_id(root.dot);
  root.record = record_;
  tell(std::move(root));
}

void Story::name_persons(Cast& cast) {
  for (const std::string& id : cast.unnamed()) {
    const proto::Field& field = *form().field(id);
    const auto writer = writer_of(field, field);
    CHECK(writer && form().part_of(field) == part_);
    cast.name(id, subject);
    if (field.policy() == proto::POLICY_ADD) {
      standing.table[id].count = rows_ever_[id] = 1;
      tell(*writer, {add_row(id, row_name(field, 0))});
      continue;
    }
    standing.value[id] = person_value(field, subject);
    tell(*writer, {write(id, standing.value[id])});
  }
}

sync::Change Story::make(const Writer& writer, std::vector<sync::Act> acts,
                         int device) {
  return make_on(heads, writer, std::move(acts), device);
}

sync::Change Story::make_on(std::vector<sync::Dot> parents,
                            const Writer& writer, std::vector<sync::Act> acts,
                            int device) {
  ++told_;
  sync::Change change;
  change.device.bytes = sync::hash128({writer.person, std::to_string(device)});
  change.dot.journal.bytes = change.device.bytes;
  change.dot.position = told_;
  change.record = record_;
  change.form = form().id();
  change.part = part_;
  change.form_version = form().version();
  change.reference_version.number = 1;
  change.parents = std::move(parents);
  std::sort(change.parents.begin(), change.parents.end());
  change.author = writer.person;
  change.role = writer.role;
  change.stamp = static_cast<std::int64_t>(told_) * 1000;
  change.acts = std::move(acts);
  return change;
}

const sync::Change& Story::tell(sync::Change change) {
  std::erase_if(heads, [&](const sync::Dot& head) {
    return std::find(change.parents.begin(), change.parents.end(), head) !=
           change.parents.end();
  });
  heads.push_back(change.dot);
  changes.push_back(std::move(change));
  return changes.back();
}

std::optional<Writer> Story::find(const std::vector<std::string>& roles,
                                  const std::string& but) const {
  for (const bool of_headquarters : {true, false}) {
    for (const std::string& role : roles) {
      if (form().is_headquarters(role) != of_headquarters) continue;
      for (const std::string& person : cast_->holders(role, part_)) {
        if (person != but && holds({person, role})) return Writer{person, role};
      }
    }
  }
  return std::nullopt;
}

std::optional<Writer> Story::writer_of(const proto::Field& field,
                                       const proto::Field& spec) const {
  return one_of(spec.write_size() > 0 ? spec.write() : field.write());
}

bool Story::holds(const Writer& writer) const {
  if (!cast_->holds(writer.person, writer.role, part_)) return false;
  if (part_ != cast_->rules().root_part()) return true;
  for (const auto& relation : cast_->rules().relation()) {
    if (relation.role() != writer.role) continue;
    for (const auto& source : relation.source()) {
      // A table that names the holders, and its rows were taken away.
      const auto rows = standing.table.find(source.field());
      if (rows != standing.table.end() && rows->second.count == 0) return false;
    }
  }
  return true;
}

std::string Story::row_name(const proto::Field& table, int index) const {
  const auto& choices = table.type() == proto::TYPE_CODES
                            ? table.choice()
                            : table.row_key().choice();
  if (index < choices.size()) return choices[index].code();
  if (index == 0 && names_a_person(cast_->rules(), table.id())) return subject;
  return "r" + std::to_string(index + 1);
}

void Story::fill(const Standing& wanted) {
  for (const auto& [id, value] : wanted.value) {
    if (standing.at(id) == value) continue;
    const proto::Field& field = *form().field(id);
    tell(*writer_of(field, field), {write(id, value)});
  }
  for (const auto& [id, rows] : wanted.table) {
    fill_rows(*form().field(id), wanted);
  }
  standing = wanted;
}

void Story::fill_rows(const proto::Field& table, const Standing& wanted) {
  const int now = standing.table[table.id()].count;
  const int then = wanted.table.at(table.id()).count;
  const Writer writer = *writer_of(table, table);
  for (int i = now; i < then && table.policy() == proto::POLICY_LOG; ++i) {
    auto cells = wanted.row(table.id(), i);
    if (cells.empty() && table.column_size() > 0) {
      cells[table.column(0).id()] = rising_values(table.column(0)).front();
    }
    tell(writer, {append(table.id(), cells)});
  }
  if (table.policy() == proto::POLICY_LOG) return;
  for (int i = then; i < now; ++i) {
    const auto& may = table.annul_size() > 0 ? table.annul() : table.write();
    tell(*one_of(may),
         {row_act(proto::ACT_KIND_ANNUL_ROW, table.id(), row_name(table, i))});
  }
  int& ever = rows_ever_[table.id()];
  for (int i = now; i < then; ++i) {
    const auto kind =
        i < ever ? proto::ACT_KIND_RESTORE_ROW : proto::ACT_KIND_ADD_ROW;
    tell(writer, {row_act(kind, table.id(), row_name(table, i))});
    ever = std::max(ever, i + 1);
  }
  for (int i = 0; i < then; ++i) fill_row(table, i, wanted);
}

/// The cells of one row; what stands there of an annulled one counts again.
void Story::fill_row(const proto::Field& table, int index,
                     const Standing& wanted) {
  const auto row = wanted.row(table.id(), index);
  const auto before = standing.row(table.id(), index);
  if (row == before) return;
  const sync::Address at{table.id(), row_name(table, index), {}};
  if (table.unit_size() > 0) {
    tell(*writer_of(table, table), {write(at, sync::Value(sync::Row(row)))});
    return;
  }
  for (const auto& column : table.column()) {
    const auto cell = row.find(column.id());
    const bool had = before.contains(column.id());
    if (cell == row.end() && !had) continue;
    tell(*writer_of(table, column),
         {write({at.field, at.row, column.id()},
                cell == row.end() ? sync::Value() : cell->second)});
  }
}

sync::Act Story::act_of(const proto::Transition& step, bool proposes) const {
  sync::Act act = take(step.id());
  act.proposes = proposes;
  if (step.to() == sync::held_target) act.state = suspended;
  return act;
}

bool Story::propose(const proto::Transition& step, const std::string& but) {
  const auto writer = one_of(step.role(), but);
  if (writer) tell(*writer, {act_of(step, true)});
  return writer.has_value();
}

void Story::reach(const proto::Transition& step) {
  const std::string reached = suspended.empty() ? state : suspended;
  state = step.to() == sync::held_target ? suspended : step.to();
  const bool hold = form().state(state)->kind() == proto::STATE_KIND_HOLD;
  suspended = hold ? reached : "";
}

bool Story::advance(const proto::Transition& step) {
  const auto wanted =
      filled_so_that(form(), {&step}, standing, [&](const Standing& now) {
        return guard_holds(form(), step, now) && all_needed(step, now);
      });
  if (!wanted) return false;
  fill(*wanted);
  std::string proposer;
  if (step.second_size() > 0) {
    if (!propose(step)) return false;
    proposer = changes.back().author;
  }
  const auto writer =
      one_of(step.second_size() > 0 ? step.second() : step.role(), proposer);
  if (!writer) return false;
  tell(*writer, {act_of(step)});
  reach(step);
  return true;
}

sync::PartState Story::folded() const {
  return fold({changes, {}}, *cast_);
}

sync::PartState Story::folded_with(
    const std::vector<sync::Change>& more) const {
  sync::PartHistory all{changes, {}};
  all.changes.insert(all.changes.end(), more.begin(), more.end());
  return fold(all, *cast_);
}

std::map<std::string, Story> reached_states(Cast& cast) {
  const Story begun(cast, cast.rules().lifecycle_part());
  std::map<std::string, Story> reached;
  std::deque<std::string> to_leave = {begun.state};
  reached.emplace(begun.state, begun);
  for (; !to_leave.empty(); to_leave.pop_front()) {
    for (const auto& step : cast.rules().lifecycle().transition()) {
      Story next = reached.at(to_leave.front());
      if (!among(step.from(), next.state) || !next.advance(step)) continue;
      if (!reached.emplace(next.state, next).second) continue;
      to_leave.push_back(next.state);
    }
  }
  return reached;
}

Content::Content(const sync::PartState& from)
    : state(from.state),
      suspended(from.suspended),
      field(from.field),
      conflicts(from.conflicts),
      proposals(from.proposals),
      history(from.history),
      undone(from.undone) {}

}  // namespace relais::test
