#include "client/tui/levels_screen.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace relais::tui {
namespace {

constexpr int label_columns_min = 34;
constexpr int required_columns = 9;
constexpr int table_columns = 16;
constexpr const char* level_column = "].level";

std::optional<int> number(const std::string& text) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc() || read.ptr != end) return {};
  return value;
}

std::string address_of(const std::string& table, const std::string& row) {
  return table + "[" + row + level_column;
}

/// Null when the row is not there yet.
const Question* level_in(const Field& table, const std::string& row) {
  const std::string address = address_of(table.question.address, row);
  for (const SheetRow& one : table.rows) {
    for (const Question& cell : one.cells) {
      if (cell.address == address) return &cell;
    }
  }
  return nullptr;
}

/// What goes with this level and is not said yet: a fact, for a 0 or a 4.
const Question* missing_in(const Field& table, const std::string& row) {
  for (const SheetRow& one : table.rows) {
    if (one.row != row) continue;
    for (const Question& cell : one.cells) {
      if (cell.only_missing()) return &cell;
    }
  }
  return nullptr;
}

bool may_set(const Field& table, const std::string& row) {
  const Question* cell = level_in(table, row);
  return cell == nullptr ? table.question.writable : cell->writable;
}

}  // namespace

std::vector<const Field*> LevelsScreen::tables() const {
  std::vector<const Field*> all;
  for (const std::string& id : levels().tables) {
    if (const Field* field = work_->sheet().field(id)) all.push_back(field);
  }
  return all;
}

const Field* LevelsScreen::table_here() const {
  const auto all = tables();
  const auto at = static_cast<std::size_t>(table_);
  return at < all.size() ? all[at] : nullptr;
}

const Levels::Line* LevelsScreen::line_here() const {
  const auto at = static_cast<std::size_t>(line_.at);
  return at < levels().lines.size() ? &levels().lines[at] : nullptr;
}

/// What the last one who said it saw, less what is required.
std::string LevelsScreen::gap_of(const Levels::Line& line) const {
  const auto required = number(line.required);
  std::optional<int> seen;
  for (const Field* table : tables()) {
    const Question* cell = level_in(*table, line.code);
    const auto level = cell == nullptr ? std::nullopt : number(cell->value);
    if (level) seen = level;
  }
  if (!required || !seen) return {};
  const int gap = *seen - *required;
  if (gap == 0) return "0";
  return (gap > 0 ? "+" : "") + std::to_string(gap) +
         (gap < 0 && line.essential ? " *" : "");
}

std::string LevelsScreen::title(const Desk& desk) const {
  return desk.words(Sentence{"Levels", {}}) + "  " + work_->sheet().reference;
}

void LevelsScreen::draw(Grid& grid, int top, int bottom, Desk& desk) {
  const auto all = tables();
  constexpr int gap_columns = 6;
  const int label_columns = std::max(
      label_columns_min, grid.columns() - required_columns - gap_columns -
                             static_cast<int>(all.size()) * table_columns);
  if (const auto& lines = levels().lines;
      std::all_of(lines.begin(), lines.end(),
                  [](const auto& one) { return one.required.empty(); })) {
    grid.put({bottom - 1, 1},
             cut_to(desk.words(Sentence{
                        "No level is required: no position is said, or "
                        "headquarters' tables ask nothing of it.",
                        {}}),
                    grid.columns() - 2),
             Style::bold);
    --bottom;
  }
  const int gap_column = label_columns + required_columns +
                         static_cast<int>(all.size()) * table_columns;
  grid.put({top, label_columns}, desk.words(Sentence{"Required", {}}),
           Style::bold, required_columns - 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    grid.put({top, label_columns + required_columns +
                       static_cast<int>(i) * table_columns},
             cut_to(all[i]->question.label, table_columns - 1), Style::bold);
  }
  grid.put({top, gap_column}, desk.words(Sentence{"Gap", {}}), Style::bold);
  line_.fit(bottom - top - 1);
  for (int i = 0; i < line_.page; ++i) {
    const auto at = static_cast<std::size_t>(line_.first + i);
    if (at >= levels().lines.size()) break;
    const Levels::Line& line = levels().lines[at];
    const int row = top + 1 + i;
    const bool here = line_.first + i == line_.at;
    grid.mark(row, here);
    grid.put({row, 2}, cut_to((line.essential ? "*" : " ") + line.label,
                              label_columns - 3));
    grid.put({row, label_columns}, line.required);
    for (std::size_t t = 0; t < all.size(); ++t) {
      const Question* cell = level_in(*all[t], line.code);
      std::string level =
          cell == nullptr || cell->value.empty() ? "." : cell->value;
      if (missing_in(*all[t], line.code) != nullptr) level += "!";
      const bool chosen = here && static_cast<int>(t) == table_;
      grid.put({row, label_columns + required_columns +
                         static_cast<int>(t) * table_columns},
               chosen ? "[" + level + "]" : " " + level,
               chosen ? Style::reverse : Style::plain);
    }
    const std::string gap = gap_of(line);
    const bool lacks = gap.starts_with('-');
    grid.put({row, gap_column}, gap, lacks ? Style::bold : Style::plain);
  }
}

void LevelsScreen::set(Desk& desk, const std::string& level) {
  const Field* table = table_here();
  const Levels::Line* line = line_here();
  if (table == nullptr || line == nullptr) return;
  if (!may_set(*table, line->code)) {
    return desk.tell(desk.words(
        Sentence{"This is shown, and cannot be changed by you here.", {}}));
  }
  const Typed typed{address_of(table->question.address, line->code), level};
  work_->set_row(desk, {typed},
                 [this, name = table->question.address, row = line->code,
                  typed](Desk& now, const std::string& fault) {
                   now.tell(std::string());
                   // A fact that goes with it, most of all: there it is asked
                   // for.
                   if (!fault.empty()) {
                     return open_row_(now, name, row, {{typed}, fault, {}});
                   }
                   line_.to(line_.at + 1,
                            static_cast<int>(levels().lines.size()));
                 });
}

void LevelsScreen::plan(Desk& desk) {
  const Levels::Line* line = line_here();
  const Field* plan = work_->sheet().field(levels().plan);
  if (line == nullptr || plan == nullptr || !plan->question.writable) {
    return desk.tell(desk.words(
        Sentence{"This is shown, and cannot be changed by you here.", {}}));
  }
  open_row_(
      desk, levels().plan, "+",
      {{{levels().plan + "[+]." + levels().plan_column, line->code}}, {}, {}});
}

void LevelsScreen::on_key(const Key& key, Desk& desk) {
  using Name = Key::Name;
  if (leaves(key)) return desk.close(this);
  if (line_.on_key(key, static_cast<int>(levels().lines.size()))) return;
  const int last = std::max(0, static_cast<int>(tables().size()) - 1);
  if (key.name == Name::left) {
    table_ = std::max(0, table_ - 1);
  } else if (key.name == Name::right || key.name == Name::tab) {
    table_ = std::min(last, table_ + 1);
  } else if (is_function(key, 4)) {
    plan(desk);
  } else if (key.name == Name::enter || is_function(key, 5)) {
    if (table_here() == nullptr || line_here() == nullptr) return;
    open_row_(desk, table_here()->question.address, line_here()->code, {});
  } else if (key.name == Name::character && number(key.text)) {
    set(desk, key.text);
  }
}

std::string LevelsScreen::note(const Desk& desk) const {
  const Field* table = table_here();
  const Levels::Line* line = line_here();
  const Question* missing = table == nullptr || line == nullptr
                                ? nullptr
                                : missing_in(*table, line->code);
  if (missing != nullptr) {
    return desk.words(Sentence{"!: {0} is missing; Enter opens the detail.",
                               {missing->label}});
  }
  return desk.words(
      Sentence{"0 to 4 sets a level. *: essential for the position.", {}});
}

std::vector<Hint> LevelsScreen::hints() const {
  return {{"F4", Sentence{"Plan", {}}},
          {"Enter", Sentence{"Detail", {}}},
          {"F12", Sentence{"Hide", {}}},
          {"Esc", Sentence{"Back", {}}}};
}

}  // namespace relais::tui
