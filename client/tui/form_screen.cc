#include "client/tui/form_screen.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "client/tui/grid_screen.h"
#include "client/tui/levels_screen.h"
#include "client/tui/row_screen.h"
#include "client/tui/text_screen.h"

namespace relais::tui {
namespace {

using Kind = Questions::Line::Kind;

std::string first_fault(const SheetRow& row) {
  for (const Question& cell : row.cells) {
    if (!cell.fault.empty()) return cell.label + ": " + cell.fault;
  }
  return {};
}

}  // namespace

FormScreen::FormScreen(std::string target, std::string question)
    : work_(std::move(target), this, [this](Desk& desk) { changed(desk); }),
      first_question_(std::move(question)) {}

std::string FormScreen::title(const Desk& desk) const {
  const Sheet& sheet = work_.sheet();
  std::string text = sheet.label;
  if (!sheet.reference.empty()) text += "  " + sheet.reference;
  if (!sheet.state.empty()) text += "  " + sheet.state;
  if (work_.unsaved() && !sheet.draft) {
    text += "  " + desk.words(Sentence{"(not saved yet)", {}});
  }
  return text;
}

void FormScreen::on_top(Desk& desk) {
  if (std::exchange(opened_, true)) return;
  work_.open(desk);
}

void FormScreen::add_rows(std::vector<Questions::Line>& lines,
                          std::size_t at) const {
  const Field& field = work_.sheet().fields[at];
  for (std::size_t row = 0; row < field.rows.size(); ++row) {
    Questions::Line line{Kind::row, {}, at, row};
    const SheetRow& shown = field.rows[row];
    line.question.address = field.question.address + "[" + shown.row + "]";
    line.question.label =
        "  " + (field.row_key ? shown.label : std::to_string(row + 1));
    line.question.words = summary(shown);
    line.question.value = "-";
    line.question.fault = first_fault(shown);
    lines.push_back(std::move(line));
  }
}

void FormScreen::changed(Desk& desk) {
  std::vector<Questions::Line> lines;
  const Sheet& sheet = work_.sheet();
  std::string section = "?";
  for (std::size_t i = 0; i < sheet.fields.size(); ++i) {
    const Field& field = sheet.fields[i];
    if (field.question.section != section) {
      section = field.question.section;
      for (const auto& [id, label] : sheet.sections) {
        if (id != section) continue;
        Questions::Line heading{Kind::heading, {}, i, 0};
        heading.question.label = label;
        lines.push_back(std::move(heading));
      }
    }
    Questions::Line line{Kind::question, field.question, i, 0};
    if (field.table) {
      line.kind = Kind::add;
      line.question.value = field.rows.empty() ? "" : "-";
      if (field.question.writable) {
        line.question.words = desk.words(Sentence{"+ Enter adds one", {}});
      }
    }
    lines.push_back(std::move(line));
    add_rows(lines, i);
  }
  list_.show(std::move(lines));
  list_.to(std::exchange(first_question_, {}));
  back_to_fault(std::exchange(entered_, {}));
  resume(desk);
  if (!std::exchange(mode_asked_, true)) ask_mode(desk);
}

/// What was typed there is no answer yet: it is not gone past.
void FormScreen::back_to_fault(const std::string& address) {
  if (address.empty()) return;
  for (const Field& field : work_.sheet().fields) {
    const Question& one = field.question;
    if (one.address != address || one.fault.empty()) continue;
    if (!one.only_missing()) list_.to(address);
  }
}

/// What the power cut interrupted is typed on.
void FormScreen::resume(Desk& desk) {
  const auto typed = work_.take_interrupted();
  if (typed.empty()) return;
  const std::string& address = typed.front().address;
  const Sheet& sheet = work_.sheet();
  for (std::size_t i = 0; i < sheet.fields.size(); ++i) {
    const Question& question = sheet.fields[i].question;
    if (sheet.fields[i].table && address.starts_with(question.address + "[")) {
      add_row(i, desk, {typed, {}, {}});
    } else if (question.address == address) {
      list_.to(address);
      list_.type(typed.front().text, question.long_text());
    } else {
      continue;
    }
    desk.tell(desk.words(Sentence{"What was being typed is back.", {}}));
    return;
  }
}

/// A record that is no more, or not for this person any more: what he typed for
/// it is his, to be read and written down.
void FormScreen::draw_gone(Grid& grid, int top, int bottom,
                           const Desk& desk) const {
  if (work_.gone().empty()) {
    grid.put({top + 1, 2}, desk.words(Sentence{"One moment...", {}}));
    return;
  }
  const TextInput text(
      work_.gone() + "\n\n" +
          desk.words(Sentence{"What you typed for it is still here:", {}}) +
          "\n\n" + work_.typed_text() + "\n" +
          desk.words(Sentence{"F9 gives it up.", {}}),
      true);
  for (const auto& [begin, end] : text.wrapped(grid.columns() - 2)) {
    if (top >= bottom) break;
    grid.put({top++, 1}, text.text().substr(begin, end - begin));
  }
}

void FormScreen::draw(Grid& grid, int top, int bottom, Desk& desk) {
  if (!work_.loaded()) return draw_gone(grid, top, bottom, desk);
  for (const std::string& fault : work_.sheet().faults) {
    if (!missing_too_ || top + 2 >= bottom) break;
    grid.put({top++, 1}, cut_to("! " + fault, grid.columns() - 2), Style::bold);
  }
  list_.draw(grid, top, bottom, desk, missing_too_);
}

void FormScreen::on_key(const Key& key, Desk& desk) {
  using Name = Key::Name;
  if (!work_.loaded()) {
    const bool give_up =
        key.name == Name::function && key.number == 9 && !work_.gone().empty();
    if (give_up) work_.forget(desk);
    if (give_up || key.name == Name::escape) desk.close(this);
    return;
  }
  if (!is_function(key, 9)) asked_out_.clear();
  const auto did = list_.on_key(key);
  if (did == Questions::Did::entered) {
    const Question& question = list_.here()->question;
    if (list_.typed() != question.value) {
      const bool on = key.name == Name::enter || key.name == Name::tab;
      entered_ = on ? question.address : std::string();
      work_.set(desk, {{question.address, list_.typed()}});
    } else {
      work_.keep(desk, {});
    }
    list_.taken(key.name != Name::escape && key.name != Name::back_tab &&
                key.name != Name::function && key.name != Name::up);
    if (key.name != Name::function) return;
  }
  if (key.name == Name::function) {
    static_cast<void>(on_function(key.number, desk));
  } else if (did == Questions::Did::opened) {
    opened(key, desk);
  } else if (did != Questions::Did::nothing) {
    return;
  } else if (key.name == Name::escape) {
    leave(desk);
  } else if (key.name == Name::erase) {
    clear(desk);
  }
}

bool FormScreen::on_function(int number, Desk& desk) {
  switch (number) {
    case 1:
      if (list_.here() == nullptr) return false;
      desk.push(
          std::make_unique<TextScreen>(desk.words(Sentence{"Help", {}}),
                                       help_of(desk, list_.here()->question)));
      return true;
    case 5:
      send(desk);
      return true;
    case 6:
      return open_overview(desk);
    case 8:
      missing_too_ = true;
      if (!list_.to_fault(true)) {
        desk.tell(desk.words(Sentence{
            "Of what must be filled in, nothing is missing or wrong.", {}}));
      }
      return true;
    case 9:
      take_out(desk);
      return true;
    case 10:
      leave(desk);
      return true;
    default:
      return false;
  }
}

/// Marks or levels: many rows at once, where the form has such.
bool FormScreen::open_overview(Desk& desk) {
  const Sheet& sheet = work_.sheet();
  if (sheet.record.empty()) return false;
  if (sheet.marks) {
    desk.push(std::make_unique<GridScreen>(sheet.record));
  } else if (!sheet.levels.lines.empty()) {
    desk.push(std::make_unique<LevelsScreen>(
        work_, [this](Desk& now, const std::string& table,
                      const std::string& row, RowScreen::Begun begun) {
          open_named_row(now, table, row, std::move(begun));
        }));
  }
  return sheet.marks || !sheet.levels.lines.empty();
}

void FormScreen::opened(const Key& key, Desk& desk) {
  const Questions::Line line = *list_.here();
  const Field& field = work_.sheet().fields[line.field];
  if (line.kind == Kind::add) {
    if (!field.question.writable) return;
    const bool named = field.row_key.has_value();
    add_row(line.field, desk, {});
    // A letter is the first of what is typed there.
    if (!named && key.name != Key::Name::enter) desk.on_key(key);
  } else if (line.kind == Kind::row) {
    open_row(line, desk);
  } else {
    open_question(key, desk);
  }
}

void FormScreen::open_question(const Key& key, Desk& desk) {
  const Questions::Line line = *list_.here();
  const Question& question = line.question;
  if (!question.writable) {
    desk.tell(desk.words(
        Sentence{"This is shown, and cannot be changed by you here.", {}}));
    return;
  }
  if (question.type == "yes_no") {
    std::string value;
    if (key.text == "o" || key.text == "O" || key.text == "y") value = "true";
    if (key.text == "n" || key.text == "N") value = "false";
    if (value.empty()) return;
    list_.next();
    return work_.set(desk, {{question.address, value}});
  }
  const Field& field = work_.sheet().fields[line.field];
  if (question.type == "codes") return open_codes(field, desk);
  choose(desk, this, question, key.text,
         [this, &desk, address = question.address](const Item& item) {
           if (turns_sealed(address, item, desk)) return;
           work_.set(desk, {{address, item.code}});
           list_.next();
         });
}

/// Codes that are taken are added together; each that goes is annulled.
void FormScreen::open_codes(const Field& field, Desk& desk) {
  const Question question = field.question;
  std::set<std::string> chosen;
  for (std::size_t at = 0; at < question.value.size();) {
    const auto end =
        std::min(question.value.find(',', at), question.value.size());
    chosen.insert(question.value.substr(at, end - at));
    at = end + 1;
  }
  const auto taken = [this, &desk, question,
                      chosen](const std::vector<Item>& items) {
    std::string added;
    std::vector<std::string> gone;
    for (const Item& item : items) {
      const bool was = chosen.contains(item.code);
      if (item.chosen && !was) added += (added.empty() ? "" : ",") + item.code;
      if (!item.chosen && was) {
        gone.push_back(question.address + "[" + item.code + "]");
      }
    }
    if (!added.empty()) work_.set(desk, {{question.address, added}});
    if (gone.empty()) return;
    work_.take_out(
        desk, gone, desk.words(Sentence{"no longer chosen", {}}),
        [](Desk& now, const std::string& fault) { now.tell(fault); });
  };
  const auto show = [&desk, question, chosen, taken](std::vector<Item> items) {
    for (Item& item : items) item.chosen = chosen.contains(item.code);
    desk.push(
        std::make_unique<MarkScreen>(question.label, std::move(items), taken));
  };
  if (question.list.empty()) return show(question.choices);
  desk.ask_first(this, {{"choices"}, {question.list}, {}, nullptr},
                 [show](const Answer& answer) {
                   std::vector<Item> items;
                   for (const std::string& row : answer.rows) {
                     if (auto item = read_choice(row)) items.push_back(*item);
                   }
                   show(std::move(items));
                 });
}

std::vector<Hint> FormScreen::hints() const {
  const Sheet& sheet = work_.sheet();
  std::vector<Hint> all{
      {"F1", Sentence{"Help", {}}},
      {"F5", sheet.draft ? Sentence{"Submit", {}} : Sentence{"Save", {}}}};
  if (sheet.marks && !sheet.record.empty()) {
    all.push_back({"F6", Sentence{"Marks", {}}});
  } else if (!sheet.levels.lines.empty() && !sheet.record.empty()) {
    all.push_back({"F6", Sentence{"Levels", {}}});
  }
  all.push_back({"F8", Sentence{"Next fault", {}}});
  all.push_back({"F9", Sentence{"Take out", {}}});
  all.push_back({"Esc", Sentence{"Back", {}}});
  all.push_back({"F12", Sentence{"Hide", {}}});
  return all;
}

std::string FormScreen::note(const Desk& desk) const {
  const auto* line = list_.here();
  if (line == nullptr || line->kind == Kind::row) return {};
  if (list_.typing() &&
      work_.keeps({{line->question.address, list_.typed()}})) {
    return desk.words(Sentence{"What you typed is kept.", {}});
  }
  return note_of(desk, line->question);
}

void FormScreen::on_pause(Desk& desk) {
  if (!list_.typing() || list_.here() == nullptr) return;
  work_.keep(desk, {{list_.here()->question.address, list_.typed()}});
}

}  // namespace relais::tui
