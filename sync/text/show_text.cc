#include "sync/text/show_text.h"

#include <algorithm>

#include "sync/text/address.h"
#include "sync/text/page.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

/// Inside a sentence a text stands on one line.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

class Shower {
 public:
  Shower(const RecordView& view, const Reading& reading)
      : view_(view),
        language_(reading.language),
        page_(reading.columns, reading.language) {}

  std::string record();
  void conflict(const Conflict& conflict);
  void decision(const Decision& decision);
  std::string take() { return page_.take(); }

 private:
  void head();
  void erasures();
  void open_matters();
  void sections();
  void section(const std::string& id, const std::string& title);
  void field(const proto::Field& field, const FieldState& state);
  void cell(const proto::Field& spec, const CellState& cell,
            std::size_t indent);
  void row(const proto::Field& field, const std::string& key,
           const RowState& row);
  void log(const proto::Field& field, const FieldState& state);
  void codes(const proto::Field& field, const FieldState& state);
  void views();
  void end();

  std::string words(Sentence sentence) const {
    return say(sentence, language_);
  }
  std::string value(const Address& address, const Value& value) const;
  std::string person(const std::string& author, const std::string& role) const;
  bool has_something(const FieldState& state) const;

  const RecordView& view_;
  Language language_;
  Page page_;
};

std::string Shower::value(const Address& address, const Value& value) const {
  const proto::Field* spec = view_.form->spec(address);
  if (spec == nullptr) return plain_text(value);
  return one_line(value_words(*spec, value, view_.tables.get(), language_));
}

std::string Shower::person(const std::string& author,
                           const std::string& role) const {
  const Tables* tables = view_.tables.get();
  std::string text = person_words(author, tables, language_);
  if (!role.empty()) text += ", " + role_words(role, tables, language_);
  return text;
}

void Shower::head() {
  const auto& form = view_.form->definition();
  page_.line(view_.reference + "  " + label(form.label(), language_));
  if (!view_.state.empty()) {
    page_.field(words(Sentence{"State", {}}),
                state_words(*view_.form, view_.state, language_));
  }
  page_.field(words(Sentence{"Where it is", {}}),
              words(held_words(view_.held)));
  page_.field(words(Sentence{"Author", {}}), person(view_.author, ""));
  page_.field(words(Sentence{"Record", {}}), to_hex(view_.record));
  for (const PartState& part : view_.parts) {
    if (!part.suspended.empty()) {
      page_.field(words(Sentence{"Suspended", {}}),
                  state_words(*view_.form, part.suspended, language_));
    }
    if (part.needs_update) {
      page_.line(
          words(Sentence{"Part of this record was written by a newer "
                         "version: this machine needs an update.",
                         {}}));
    }
  }
}

void Shower::conflict(const Conflict& conflict) {
  std::string values;
  for (const Written& written : conflict.values) {
    if (!values.empty()) values += "; ";
    const bool state = conflict.address.field == state_field;
    values += words(
        Sentence{"{0} according to {1}",
                 {state ? state_words(*view_.form, written.state, language_)
                        : value(conflict.address, written.value),
                  person(written.author, written.role)}});
  }
  page_.line(words(Sentence{
      "Data conflict on “{0}”: {1}.",
      {address_words(*view_.form, conflict.address, language_), values}}));
  if (conflict.blocking) {
    page_.line(words(Sentence{"No step can be taken until it is settled.", {}}),
               2);
  }
  std::string settlers;
  for (const std::string& role : conflict.resolvers) {
    if (!settlers.empty()) settlers += ", ";
    settlers += role_words(role, view_.tables.get(), language_);
  }
  if (!settlers.empty()) {
    page_.line(words(Sentence{"To be settled by: {0}.", {settlers}}), 2);
  }
}

void Shower::decision(const Decision& decision) {
  const bool state = decision.address.field == state_field;
  const std::string kept =
      state ? state_words(*view_.form, decision.state, language_)
            : value(decision.address, decision.value);
  page_.line(words(Sentence{
      "Kept for “{0}”: {1}, by {2}. Reason: {3}",
      {address_words(*view_.form, decision.address, language_), kept,
       person(decision.by, decision.role), one_line(decision.reason)}}));
  if (decision.undone) {
    page_.line(words(Sentence{"This decision was undone.", {}}), 2);
  }
}

void Shower::erasures() {
  if (view_.erasures.empty()) return;
  page_.heading(words(Sentence{"Erased", {}}));
  for (const ErasureNote& one : view_.erasures) {
    const proto::Part* part = view_.form->part(one.part);
    page_.line(words(Sentence{
        "{0}, changes erased: {1}. Legal basis: {2}. On {3}, by {4} and {5}.",
        {part == nullptr ? one.part : label(part->label(), language_),
         std::to_string(one.dots.size()), one.erasure.basis,
         to_text(Instant{one.wall}).substr(0, 10), person(one.erasure.by, ""),
         person(one.erasure.second, "")}}));
    if (!one.erasure.reason.empty()) {
      page_.line(words(Sentence{"Why: {0}", {one_line(one.erasure.reason)}}),
                 2);
    }
  }
}

void Shower::open_matters() {
  const auto any_conflict = [](const PartState& part) {
    return !part.conflicts.empty();
  };
  if (std::any_of(view_.parts.begin(), view_.parts.end(), any_conflict)) {
    page_.heading(words(Sentence{"Data conflicts", {}}));
  }
  for (const PartState& part : view_.parts) {
    for (const Conflict& one : part.conflicts) conflict(one);
  }
  if (!view_.decisions.empty()) {
    page_.heading(words(Sentence{"Decisions", {}}));
    for (const Decision& one : view_.decisions) decision(one);
  }
}

void Shower::cell(const proto::Field& spec, const CellState& cell,
                  std::size_t indent) {
  const std::string name = label(spec.label(), language_);
  const Tables* tables = view_.tables.get();
  if (cell.open) {
    page_.field(name, words(Sentence{"(undecided)", {}}), indent);
  } else if (!cell.value.empty()) {
    page_.field(name, value_words(spec, cell.value, tables, language_), indent);
  }
  for (const Written& other : cell.also) {
    if (other.value == cell.value || other.value.empty()) continue;
    page_.line(words(Sentence{
                   "Also entered: {0}, by {1}.",
                   {one_line(value_words(spec, other.value, tables, language_)),
                    person(other.author, other.role)}}),
               indent + 2);
  }
}

void Shower::row(const proto::Field& field, const std::string& key,
                 const RowState& row) {
  if (row.status == RowStatus::absent) return;
  std::string name = key;
  if (field.row_key().type() == proto::TYPE_CODE) {
    proto::Field names;
    names.set_list(field.row_key().list());
    *names.mutable_choice() = field.row_key().choice();
    name = code_words(names, key, view_.tables.get(), language_);
  }
  if (row.status == RowStatus::annulled) {
    name += " " + words(Sentence{"(annulled)", {}});
  }
  page_.line("- " + name, 2);
  if (!field.unit().empty()) {
    const Row* whole = row.unit.value.get<Row>();
    if (row.unit.open) page_.line(words(Sentence{"(undecided)", {}}), 4);
    for (const auto& column : field.column()) {
      if (whole == nullptr || !whole->contains(column.id())) continue;
      page_.field(label(column.label(), language_),
                  value_words(column, whole->at(column.id()),
                              view_.tables.get(), language_),
                  4);
    }
    return;
  }
  for (const auto& column : field.column()) {
    const auto at = row.column.find(column.id());
    if (at != row.column.end()) cell(column, at->second, 4);
  }
}

void Shower::log(const proto::Field& field, const FieldState& state) {
  for (const LogEntry& entry : state.entry) {
    page_.line("- " + person(entry.author, ""), 2);
    if (entry.erased) page_.line(words(Sentence{"(erased)", {}}), 4);
    for (const auto& column : field.column()) {
      const auto at = entry.entry.find(column.id());
      if (at == entry.entry.end()) continue;
      page_.field(
          label(column.label(), language_),
          value_words(column, at->second, view_.tables.get(), language_), 4);
    }
  }
}

void Shower::codes(const proto::Field& field, const FieldState& state) {
  std::string text;
  for (const auto& [code, row] : state.row) {
    if (row.status != RowStatus::live) continue;
    if (!text.empty()) text += ", ";
    text += code_words(field, code, view_.tables.get(), language_);
  }
  if (!text.empty()) page_.field(label(field.label(), language_), text);
}

bool Shower::has_something(const FieldState& state) const {
  const CellState& cell = state.cell;
  return !state.row.empty() || !state.entry.empty() || cell.open.has_value() ||
         !cell.value.empty() || !cell.also.empty();
}

void Shower::field(const proto::Field& field, const FieldState& state) {
  if (field.type() == proto::TYPE_CODES) return codes(field, state);
  if (field.type() != proto::TYPE_TABLE) return cell(field, state.cell, 0);
  page_.line(labelled(label(field.label(), language_), language_));
  if (field.policy() == proto::POLICY_LOG) return log(field, state);
  for (const auto& [key, one] : state.row) row(field, key, one);
}

void Shower::section(const std::string& id, const std::string& title) {
  bool begun = false;
  for (const auto& one : view_.form->definition().field()) {
    if (one.section() != id) continue;
    for (const PartState& part : view_.parts) {
      const auto at = part.field.find(one.id());
      if (at == part.field.end() || !has_something(at->second)) continue;
      if (!begun && !title.empty()) page_.heading(title);
      if (!begun && title.empty()) page_.gap();
      begun = true;
      field(one, at->second);
    }
  }
}

void Shower::sections() {
  section("", "");
  for (const auto& one : view_.form->definition().section()) {
    section(one.id(), label(one.label(), language_));
  }
}

void Shower::views() {
  bool begun = false;
  for (const auto& one : view_.form->definition().view()) {
    const auto at = view_.views.find(one.id());
    if (at == view_.views.end() || at->second.empty()) continue;
    if (!begun) page_.heading(words(Sentence{"Computed", {}}));
    begun = true;
    page_.field(label(one.label(), language_),
                value_words({}, at->second, view_.tables.get(), language_));
  }
}

void Shower::end() {
  page_.gap();
  for (const PartState& part : view_.parts) {
    for (const auto& [dot, reason] : part.set_aside) {
      page_.line(
          words(Sentence{"Set aside, and kept: change {0}, because {1}.",
                         {to_text(dot), words(set_aside_words(reason))}}));
    }
    for (const Proposal& one : part.proposals) {
      const auto* step = view_.form->transition(one.what);
      const std::string what =
          step == nullptr ? state_words(*view_.form, one.what, language_)
                          : label(step->label(), language_);
      page_.line(words(Sentence{"Proposed: {0} ({1}).",
                                {what, words(proposal_words(one.why))}}));
    }
  }
  for (const std::string& id : view_.hidden) {
    const proto::Part* part = view_.form->part(id);
    page_.line(words(
        Sentence{"“{0}” is kept here and not shown to you.",
                 {part == nullptr ? id : label(part->label(), language_)}}));
  }
  if (view_.transitions.empty()) return;
  page_.line(words(Sentence{"What can be done next (relais do):", {}}));
  for (const std::string& id : view_.transitions) {
    const auto* step = view_.form->transition(id);
    page_.line(id + ": " +
                   (step == nullptr ? words(draft_step_words(id))
                                    : label(step->label(), language_)),
               2);
  }
}

std::string Shower::record() {
  head();
  erasures();
  open_matters();
  sections();
  views();
  end();
  return take();
}

}  // namespace

std::string show_text(const RecordView& view, const Reading& reading) {
  return Shower(view, reading).record();
}

std::string conflict_text(const RecordView& view, const Conflict& conflict,
                          const Reading& reading) {
  Shower shower(view, reading);
  shower.conflict(conflict);
  return shower.take();
}

std::string decision_text(const RecordView& view, const Decision& decision,
                          const Reading& reading) {
  Shower shower(view, reading);
  shower.decision(decision);
  return shower.take();
}

}  // namespace relais::sync
