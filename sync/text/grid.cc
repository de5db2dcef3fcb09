#include "sync/text/grid.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sync/record/access.h"
#include "sync/record/facts.h"
#include "sync/record/place.h"
#include "sync/record/value_text.h"
#include "sync/text/json_values.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

using nlohmann::ordered_json;

/// Which tables of the two forms speak of the same slots.
struct Weave {
  std::shared_ptr<const Form> lines;
  const proto::Field* marks = nullptr;  ///< of `lines`
  const proto::Field* slots = nullptr;  ///< of the record's form
};

const proto::Field* slots_of(const Form& form, const proto::Field& marks) {
  for (const proto::Field& table : form.definition().field()) {
    if (table.has_row_key() && table.column_size() > 0 &&
        table.row_key().pattern() == marks.row_key().pattern()) {
      return &table;
    }
  }
  return nullptr;
}

std::optional<Weave> weave(const Replica& replica, const Form& form) {
  for (const auto& other : replica.publications().newest_forms()) {
    const proto::Form& rules = other->definition();
    if (rules.key_size() < 2) continue;
    const proto::Field* first = other->field(rules.key(0));
    if (first == nullptr || first->list() != form.id()) continue;
    for (const proto::Field& table : rules.field()) {
      if (table.unit_size() == 0 || table.row_key().pattern().empty()) continue;
      const proto::Field* slots = slots_of(form, table);
      if (slots != nullptr) return Weave{other, &table, slots};
    }
  }
  return std::nullopt;
}

/// Who a line is about: a person's name, or what its other fields say.
std::string who(const RecordView& view, Language language) {
  const RecordFacts facts(view.parts);
  const proto::Form& form = view.form->definition();
  for (const proto::Field& field : form.field()) {
    const Value value = facts.value(field.id());
    if (value.empty() || field.type() == proto::TYPE_RECORD) continue;
    const bool key = std::find(form.key().begin(), form.key().end(),
                               field.id()) != form.key().end();
    if (key) continue;
    if (field.list() == "officer") {
      return person_words(plain_text(value), view.tables.get(), language);
    }
    if (field.type() == proto::TYPE_LINE) return plain_text(value);
  }
  const Value key = facts.value(form.key(1));
  return person_words(plain_text(key), view.tables.get(), language);
}

ordered_json marks_of(const RecordView& view, const Weave& woven) {
  const RecordFacts facts(view.parts);
  const std::string table = woven.marks->id();
  const auto slots = facts.values(table + "." + row_keys_column);
  const auto codes = facts.values(table + "." + woven.marks->unit(0));
  ordered_json marks = ordered_json::object();
  for (std::size_t i = 0; i < slots.size() && i < codes.size(); ++i) {
    marks[plain_text(slots[i])] = plain_text(codes[i]);
  }
  return marks;
}

/// What the marks of one line add up to; "" where the form computes none.
std::string hours_of(const RecordView& view, const Weave& woven) {
  for (const proto::View& one : woven.lines->definition().view()) {
    const auto hours = view.views.find(one.id());
    if (one.function() == "attended_hours" && hours != view.views.end()) {
      return plain_text(hours->second);
    }
  }
  return {};
}

ordered_json undecided_of(const RecordView& view, const Weave& woven) {
  ordered_json all = ordered_json::array();
  for (const PartState& part : view.parts) {
    for (const Conflict& conflict : part.conflicts) {
      if (conflict.address.field != woven.marks->id()) continue;
      all.push_back(conflict.address.row);
    }
  }
  return all;
}

Result<ordered_json> lines_of(const Replica& replica, const RecordView& record,
                              const Weave& woven, const Actor& actor,
                              Language language) {
  const Reader reader(replica);
  // The reference of a keyed record holds that of the record in its key.
  auto found =
      reader.list(woven.lines->id(), nullptr, 0, actor, record.reference);
  if (!found) return fail(found.error());
  std::vector<ordered_json> lines;
  for (const RecordLine& line : *found) {
    auto view = reader.show(to_hex(line.record), actor);
    if (!view) continue;
    const Value of =
        RecordFacts(view->parts).value(woven.lines->definition().key(0));
    const RecordId* id = of.get<RecordId>();
    if (id == nullptr || *id != record.record) continue;
    lines.push_back({{"record", to_hex(line.record)},
                     {"reference", line.reference},
                     {"label", who(*view, language)},
                     {"marks", marks_of(*view, woven)},
                     {"hours", hours_of(*view, woven)},
                     {"undecided", undecided_of(*view, woven)}});
  }
  std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
    return a["label"] < b["label"];
  });
  return ordered_json(lines);
}

Value cell_of(const RecordView& view, const proto::Field& table,
              const std::string& row, const proto::Field& column) {
  const RecordFacts facts(view.parts);
  const auto rows = facts.values(table.id() + "." + row_keys_column);
  const auto cells = facts.values(table.id() + "." + column.id());
  for (std::size_t i = 0; i < rows.size() && i < cells.size(); ++i) {
    if (plain_text(rows[i]) == row) return cells[i];
  }
  return {};
}

ordered_json slots_json(const RecordView& view, const Weave& woven,
                        Language language) {
  ordered_json slots = ordered_json::array();
  for (const Value& row :
       RecordFacts(view.parts)
           .values(woven.slots->id() + "." + row_keys_column)) {
    const std::string name = plain_text(row);
    const auto slash = name.find('/');
    std::string said = day_words(name.substr(0, slash), language);
    if (slash != std::string::npos) said += " " + name.substr(slash + 1);
    ordered_json copy = ordered_json::object();
    for (const proto::Field& column : woven.slots->column()) {
      const proto::Field* same = column_of(*woven.marks, column.id());
      const Value value = cell_of(view, *woven.slots, name, column);
      if (same == nullptr || value.empty()) continue;
      copy[column.id()] = text_of(*view.form, column, value);
    }
    slots.push_back(
        {{"row", name}, {"label", said}, {"copy", std::move(copy)}});
  }
  return slots;
}

}  // namespace

bool has_grid(const Replica& replica, const Form& form) {
  return weave(replica, form).has_value();
}

Result<std::string> grid_json(const Replica& replica, const std::string& record,
                              const Actor& actor, Language language) {
  auto view = Reader(replica).show(record, actor);
  if (!view) return fail(view.error());
  const auto woven = weave(replica, *view->form);
  if (!woven) {
    return fail(Errc::invalid, "{0} has no list of marks", {view->reference});
  }
  auto lines = lines_of(replica, *view, *woven, actor, language);
  if (!lines) return fail(lines.error());
  ordered_json choices;
  for (const proto::Field& column : woven->marks->column()) {
    if (column.id() != woven->marks->unit(0)) continue;
    choices = choices_json(column.choice(), language);
  }
  const proto::Form& rules = woven->lines->definition();
  const Access access = Access::to_new(*woven->lines, *view->tables,
                                       {actor.person, actor.side}, NoFacts());
  return ordered_json{{"record", to_hex(view->record)},
                      {"reference", view->reference},
                      {"form", rules.id()},
                      {"of", rules.key(0)},
                      {"key", rules.key(1)},
                      {"table", woven->marks->id()},
                      {"column", woven->marks->unit(0)},
                      {"slots_table", woven->slots->id()},
                      {"slots", slots_json(*view, *woven, language)},
                      {"choices", std::move(choices)},
                      {"lines", std::move(*lines)},
                      {"may_add", access.may_open()}}
      .dump();
}

}  // namespace relais::sync
