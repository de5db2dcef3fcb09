#include "client/tui/sheet.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace relais::tui {
namespace {

using nlohmann::json;
using sync::Errc;
using sync::fail;

std::string text(const json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_string() ? found->get<std::string>()
                                                   : std::string();
}

bool flag(const json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_boolean() && found->get<bool>();
}

/// The array of this name; empty where there is none.
json all_of(const json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_array() ? *found : json::array();
}

Question question(const json& from) {
  Question one;
  one.address = text(from, "address");
  one.label = text(from, "label");
  one.help = text(from, "help");
  one.section = text(from, "section");
  one.type = text(from, "type");
  one.list = text(from, "list");
  for (const json& choice : all_of(from, "choices")) {
    one.choices.push_back({text(choice, "code"), text(choice, "label")});
  }
  one.value = text(from, "value");
  one.words = text(from, "words");
  one.writable = flag(from, "writable");
  one.required = flag(from, "required");
  one.undecided = flag(from, "undecided");
  one.fault = text(from, "fault");
  one.warning = text(from, "warning");
  return one;
}

Field field(const json& from) {
  Field one;
  one.question = question(from);
  one.table = one.question.type == "table";
  one.log = flag(from, "log");
  one.annul = flag(from, "annul");
  if (from.contains("row_key")) {
    one.row_key = question(from["row_key"]);
    one.key_of_row = flag(from["row_key"], "of_row");
  }
  for (const json& column : all_of(from, "columns")) {
    one.columns.push_back(question(column));
  }
  for (const json& row : all_of(from, "rows")) {
    SheetRow line{text(row, "row"), text(row, "label"), {}};
    for (const json& cell : all_of(row, "cells")) {
      line.cells.push_back(question(cell));
    }
    one.rows.push_back(std::move(line));
  }
  return one;
}

Levels levels(const json& from) {
  Levels all;
  if (!from.is_object()) return all;
  all.plan = text(from, "plan");
  all.plan_column = text(from, "plan_column");
  for (const json& one : all_of(from, "tables")) {
    if (one.is_string()) all.tables.push_back(one.get<std::string>());
  }
  for (const json& one : all_of(from, "lines")) {
    all.lines.push_back({text(one, "code"), text(one, "label"),
                         text(one, "required"), flag(one, "essential")});
  }
  return all;
}

}  // namespace

const Field* Sheet::field(const std::string& id) const {
  for (const Field& one : fields) {
    if (one.question.address == id) return &one;
  }
  return nullptr;
}

sync::Result<Sheet> read_sheet(const std::string& bytes) {
  const json all = json::parse(bytes, nullptr, false);
  if (!all.is_object()) {
    return fail(Errc::wire_format,
                "The daemon answered something else than a form: relais and "
                "relaisd are of different versions");
  }
  Sheet sheet;
  sheet.form = text(all, "form");
  sheet.label = text(all, "label");
  sheet.record = text(all, "record");
  sheet.reference = text(all, "reference");
  sheet.state = text(all, "state_words");
  sheet.held = text(all, "held");
  sheet.draft = flag(all, "draft");
  sheet.marks = flag(all, "marks");
  if (all.contains("levels")) sheet.levels = levels(all["levels"]);
  const json sealing = all_of(all, "sealing");
  if (sealing.size() == 2) {
    sheet.sealed_by = sealing[0].get<std::string>();
    sheet.open_mode = sealing[1].get<std::string>();
  }
  for (const json& one : all_of(all, "faults")) {
    if (one.is_string()) sheet.faults.push_back(one.get<std::string>());
  }
  for (const json& one : all_of(all, "transitions")) {
    Step step{text(one, "id"), text(one, "label"), flag(one, "reason"), {}};
    for (const json& need : all_of(one, "needs")) {
      if (need.is_string()) step.needs.push_back(need.get<std::string>());
    }
    sheet.steps.push_back(std::move(step));
  }
  for (const json& one : all_of(all, "sections")) {
    sheet.sections.emplace_back(text(one, "id"), text(one, "label"));
  }
  for (const json& one : all_of(all, "fields")) {
    sheet.fields.push_back(field(one));
  }
  return sheet;
}

std::string summary(const SheetRow& row) {
  std::string text;
  for (const Question& cell : row.cells) {
    if (cell.words.empty()) continue;
    text += (text.empty() ? "" : "; ") + cell.words;
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

sync::Result<Item> read_choice(const std::string& bytes) {
  const json one = json::parse(bytes, nullptr, false);
  if (!one.is_object()) {
    return fail(Errc::wire_format,
                "The daemon answered something else than a form: relais and "
                "relaisd are of different versions");
  }
  const std::string code = text(one, "code");
  const std::string label = text(one, "label");
  return Item{code, label == code ? code : label + " (" + code + ")", false};
}

std::string text_in(const std::string& bytes, const char* name) {
  const json one = json::parse(bytes, nullptr, false);
  return one.is_object() ? text(one, name) : std::string();
}

}  // namespace relais::tui
