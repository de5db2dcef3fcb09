#include "client/tui/grid_screen.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "client/tui/form_screen.h"
#include "client/tui/row_screen.h"
#include "client/tui/sheet.h"
#include "client/tui/text_screen.h"
#include "sync/unicode.h"

namespace relais::tui {
namespace {

using nlohmann::json;

constexpr int name_width = 30;
constexpr int slot_width = 9;
constexpr int hours_width = 8;
/// Day and month above, the half of the day below.
constexpr int heading_rows = 2;

/// "12/05/2026 matin" or "2026-05-12/PM" as the form names a half-day; what it
/// does not know goes as it is, for the form to say what is wrong.
std::string half_day(const std::string& text) {
  std::string day = text.substr(0, 10);
  if (day.size() == 10 && day[2] == '/' && day[5] == '/') {
    day = day.substr(6, 4) + "-" + day.substr(3, 2) + "-" + day.substr(0, 2);
  }
  const std::string rest =
      text.size() > 11 ? sync::search_key(text.substr(11)) : std::string();
  const bool morning = rest == "am" || rest.starts_with("mat");
  const bool afternoon = rest == "pm" || rest.starts_with("apr") ||
                         rest.starts_with("aft") || rest.starts_with("soir");
  if (!morning && !afternoon) return text;
  return day + (morning ? "/AM" : "/PM");
}

const json* array_in(const json& from, const char* name) {
  const auto found = from.find(name);
  return found != from.end() && found->is_array() ? &*found : nullptr;
}

}  // namespace

std::string GridScreen::title(const Desk& desk) const {
  return desk.words(Sentence{"Marks", {}}) + "  " + reference_;
}

void GridScreen::on_top(Desk& desk) {
  ask_grid(desk);
}

/// The hours that the marks add up to.
void GridScreen::on_pause(Desk& desk) {
  if (std::exchange(marked_, false)) ask_grid(desk);
}

void GridScreen::ask_grid(Desk& desk) {
  desk.ask_first(this, {{"grid"}, {record_}, {}, nullptr},
                 [this, &desk](const Answer& answer) {
                   desk.tell(answer);
                   if (!answer.rows.empty()) read(answer.rows.front());
                   if (answer.exit_code != 0) desk.close(this);
                 });
}

void GridScreen::read(const std::string& text) {
  const json all = json::parse(text, nullptr, false);
  if (!all.is_object()) return;
  reference_ = text_in(text, "reference");
  form_ = text_in(text, "form");
  of_ = text_in(text, "of");
  key_ = text_in(text, "key");
  table_ = text_in(text, "table");
  column_ = text_in(text, "column");
  slots_table_ = text_in(text, "slots_table");
  may_add_ = all.value("may_add", false);
  slots_.clear();
  choices_.clear();
  lines_.clear();
  if (const json* slots = array_in(all, "slots")) {
    for (const json& one : *slots) {
      Slot slot{text_in(one.dump(), "row"), text_in(one.dump(), "label"), {}};
      const json copy = one.value("copy", json::object());
      for (const auto& [name, value] : copy.items()) {
        if (value.is_string()) slot.copy.emplace_back(name, value);
      }
      slots_.push_back(std::move(slot));
    }
  }
  if (const json* choices = array_in(all, "choices")) {
    for (const json& one : *choices) {
      choices_.push_back(
          {text_in(one.dump(), "code"), text_in(one.dump(), "label"), false});
    }
  }
  if (const json* lines = array_in(all, "lines")) {
    for (const json& one : *lines) {
      Line line;
      line.record = text_in(one.dump(), "record");
      line.label = text_in(one.dump(), "label");
      line.hours = text_in(one.dump(), "hours");
      const json marks = one.value("marks", json::object());
      for (const auto& [slot, code] : marks.items()) {
        if (code.is_string()) line.mark[slot] = code.get<std::string>();
      }
      const json undecided = one.value("undecided", json::array());
      for (const json& slot : undecided) {
        if (slot.is_string()) line.undecided.insert(slot.get<std::string>());
      }
      lines_.push_back(std::move(line));
    }
  }
  line_.to(line_.at, static_cast<int>(lines_.size()));
  slot_ =
      std::clamp(slot_, 0, std::max(0, static_cast<int>(slots_.size()) - 1));
}

/// Shown at once, said by the daemon a moment later: the next key need not
/// wait for it.
void GridScreen::mark(Desk& desk, const std::string& code) {
  if (lines_.empty() || slots_.empty()) {
    return desk.tell(desk.words(Sentence{
        "First somebody (F2) and a half-day (F4), then the marks.", {}}));
  }
  Line& line = lines_[static_cast<std::size_t>(line_.at)];
  const Slot& slot = slots_[static_cast<std::size_t>(slot_)];
  line.mark[slot.row] = code;
  marked_ = true;
  const std::string cell = table_ + "[" + slot.row + "].";
  std::vector<std::string> set{cell + column_ + "=" + code};
  for (const auto& [column, text] : slot.copy) {
    set.push_back(cell + column + "=" + text);
  }
  write(desk, line.record, cell, set);
  line_.to(line_.at + 1, static_cast<int>(lines_.size()));
}

void GridScreen::write(Desk& desk, const std::string& record,
                       const std::string& row,
                       const std::vector<std::string>& set) {
  const Ask ask{{"edit"}, {record}, {{"set", set}}, nullptr};
  desk.ask(this, ask, [this, &desk, record, row, set](const Answer& answer) {
    constexpr int already = 3;
    if (answer.exit_code == 0 || answer.exit_code == already) return;
    desk.tell(answer);
    ask_grid(desk);
    const std::string said = answer.said.empty() ? "" : answer.said.front();
    if (!said.starts_with(row)) return;
    const std::string column = said.substr(0, said.find_first_of(" :"));
    desk.push(std::make_unique<PromptScreen>(
        title(desk), said, "",
        [this, &desk, record, row, set, column](const std::string& text) {
          auto more = set;
          more.push_back(column + "=" + text);
          if (!text.empty()) write(desk, record, row, more);
        }));
  });
}

void GridScreen::add(Desk& desk, const std::vector<std::string>& set) {
  Ask ask{{"new"}, {form_}, {{"set", set}}, nullptr};
  ask.option["set"].insert(ask.option["set"].begin(), of_ + "=" + reference_);
  desk.ask_first(this, ask, [this, &desk](const Answer& answer) {
    desk.tell(answer);
    ask_grid(desk);
  });
}

void GridScreen::add_person(Desk& desk) {
  Question officer;
  officer.label = desk.words(Sentence{"Who takes part?", {}});
  officer.list = "officer";
  officer.required = true;
  choose(desk, this, officer, "", [this, &desk](const Item& item) {
    add(desk, {key_ + "=" + item.code, "officer_id=" + item.code});
  });
}

void GridScreen::add_walk_in(Desk& desk) {
  desk.push(std::make_unique<PromptScreen>(
      desk.words(Sentence{"Not on any list", {}}),
      desk.words(Sentence{"The name, as it stands on the sheet:", {}}), "",
      [this, &desk](const std::string& name) {
        if (!name.empty()) add(desk, {"walkin_name=" + name});
      }));
}

void GridScreen::add_slot(Desk& desk) {
  desk.push(std::make_unique<PromptScreen>(
      desk.words(Sentence{"A half-day", {}}),
      desk.words(Sentence{"The day and AM or PM, as 12/05/2026 AM:", {}}), "",
      [this, &desk](const std::string& slot) {
        if (slot.empty()) return;
        Ask ask{{"edit"}, {record_}, {}, nullptr};
        ask.option["set"] = {slots_table_ + "[" + half_day(slot) +
                             "].planned_hours=3.0"};
        desk.ask_first(this, ask, [this, &desk](const Answer& answer) {
          desk.tell(answer);
          ask_grid(desk);
        });
      }));
}

std::string GridScreen::total_of(const std::string& slot) const {
  std::map<std::string, int> count;
  for (const Line& line : lines_) {
    const auto found = line.mark.find(slot);
    if (found != line.mark.end()) ++count[found->second];
  }
  std::string text;
  for (const Item& choice : choices_) {
    if (count[choice.code] == 0) continue;
    text += choice.code + std::to_string(count[choice.code]);
  }
  return text;
}

void GridScreen::draw_line(Grid& grid, int row, const Line& line,
                           bool here) const {
  grid.mark(row, here);
  grid.put({row, 2}, cut_to(line.label, name_width - 2));
  for (std::size_t i = static_cast<std::size_t>(first_slot_); i < slots_.size();
       ++i) {
    const int column =
        name_width + (static_cast<int>(i) - first_slot_) * slot_width;
    if (column + slot_width > grid.columns() - hours_width) break;
    const auto found = line.mark.find(slots_[i].row);
    std::string text = found == line.mark.end() ? "." : found->second;
    if (line.undecided.contains(slots_[i].row)) text = "?!";
    const bool cell = here && static_cast<int>(i) == slot_;
    grid.put({row, column}, cell ? "[" + text + "]" : " " + text,
             cell ? Style::reverse : Style::plain);
  }
  grid.put({row, grid.columns() - hours_width}, line.hours);
}

void GridScreen::draw(Grid& grid, int top, int bottom, Desk& desk) {
  const int shown =
      std::max(1, (grid.columns() - name_width - hours_width) / slot_width);
  first_slot_ = scrolled(first_slot_, slot_, shown);
  line_.fit(bottom - top - heading_rows - 1);
  grid.put({top + 1, grid.columns() - hours_width},
           desk.words(Sentence{"Hours", {}}), Style::bold);
  for (int i = 0; i < shown; ++i) {
    const auto slot = static_cast<std::size_t>(first_slot_ + i);
    if (slot >= slots_.size()) break;
    const int column = name_width + i * slot_width;
    const std::string& label = slots_[slot].label;
    const auto space = label.find(' ');
    // The year is in the title of the session.
    grid.put({top, column}, cut_to(label.substr(0, 5), slot_width - 1),
             Style::bold);
    grid.put({top + 1, column},
             space == std::string::npos ? "" : label.substr(space + 1),
             Style::bold);
    grid.put({bottom - 1, column},
             cut_to(total_of(slots_[slot].row), slot_width - 1), Style::bold);
  }
  for (int i = 0; i < line_.page; ++i) {
    const auto line = static_cast<std::size_t>(line_.first + i);
    if (line >= lines_.size()) break;
    draw_line(grid, top + heading_rows + i, lines_[line],
              line_.first + i == line_.at);
  }
  if (lines_.empty()) {
    grid.put({top + heading_rows, 2},
             desk.words(Sentence{"Nobody yet: F2 adds an officer.", {}}));
  }
  if (slots_.empty()) {
    grid.put({top, 2},
             desk.words(Sentence{"No half-day yet: F4 adds one.", {}}));
  }
}

void GridScreen::on_key(const Key& key, Desk& desk) {
  using Name = Key::Name;
  const int lines = static_cast<int>(lines_.size());
  const int last = std::max(0, static_cast<int>(slots_.size()) - 1);
  if (leaves(key)) return desk.close(this);
  if (line_.on_key(key, lines)) return;
  if (key.name == Name::enter) {
    line_.to(line_.at + 1, lines);
  } else if (key.name == Name::left) {
    slot_ = std::max(0, slot_ - 1);
  } else if (key.name == Name::right || key.name == Name::tab) {
    slot_ = std::min(last, slot_ + 1);
  } else if (is_function(key, 2) && may_add_) {
    add_person(desk);
  } else if (is_function(key, 3) && may_add_) {
    add_walk_in(desk);
  } else if (is_function(key, 4)) {
    add_slot(desk);
  } else if (is_function(key, 5) && lines > 0) {
    desk.push(std::make_unique<FormScreen>(
        lines_[static_cast<std::size_t>(line_.at)].record));
  } else if (key.name == Name::character) {
    for (const Item& choice : choices_) {
      const bool upper = choice.code == key.text;
      const bool lower = choice.code.size() == 1 && key.text.size() == 1 &&
                         choice.code[0] + ('a' - 'A') == key.text[0];
      if (upper || lower) return mark(desk, choice.code);
    }
  }
}

std::string GridScreen::note(const Desk&) const {
  std::string text;
  for (const Item& choice : choices_) {
    text += (text.empty() ? "" : "  ") + choice.code + " " + choice.label;
  }
  return text;
}

std::vector<Hint> GridScreen::hints() const {
  return {
      {"F2", Sentence{"Officer", {}}},  {"F3", Sentence{"Not on any list", {}}},
      {"F4", Sentence{"Half-day", {}}}, {"F5", Sentence{"Detail", {}}},
      {"F12", Sentence{"Hide", {}}},    {"Esc", Sentence{"Back", {}}}};
}

}  // namespace relais::tui
