#include "client/tui/list_screen.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "client/tui/form_screen.h"
#include "client/tui/grid_screen.h"
#include "client/tui/pick_screen.h"
#include "client/tui/sheet.h"
#include "client/tui/text_input.h"
#include "client/tui/text_screen.h"
#include "sync/unicode.h"

namespace relais::tui {
namespace {

/// A few pages; more when somebody pages on.
constexpr std::size_t lines_first = 60;
constexpr std::size_t lines_more = 4;  ///< times as many

void take_step(Desk& desk, const std::string& name, const Step& step,
               const std::string& reason) {
  Ask ask{{"do"}, {name, step.id}, {}, nullptr};
  if (!reason.empty()) ask.option["reason"] = {reason};
  desk.ask(nullptr, ask, [&desk, step](const Answer& answer) {
    desk.tell(answer);
    if (answer.exit_code == 0 && answer.notes.empty()) {
      desk.tell(
          desk.words(Sentence{"{0}: saved on this machine.", {step.label}}));
    }
  });
}

/// The steps that are legal now for whoever asks.
void choose_step(Desk& desk, const std::string& name) {
  desk.ask(
      nullptr, {{"sheet"}, {name}, {}, nullptr},
      [&desk, name](const Answer& answer) {
        if (answer.rows.empty()) return desk.tell(answer);
        auto sheet = read_sheet(answer.rows.front());
        if (!sheet) return desk.tell(desk.words(sheet.error().what));
        std::vector<Item> items;
        for (const Step& step : sheet->steps) {
          items.push_back({step.id, step.label, false});
        }
        if (items.empty()) {
          return desk.tell(
              desk.words(Sentence{"No step is open to you here.", {}}));
        }
        const auto taken = [&desk, name,
                            steps = sheet->steps](const Item& item) {
          for (const Step& step : steps) {
            if (step.id != item.code) continue;
            if (!step.needs.empty()) {
              desk.push(std::make_unique<FormScreen>(name, step.needs.front()));
              desk.tell(desk.words(
                  Sentence{"First fill this in and save it with F5; then take "
                           "the step again.",
                           {}}));
              return;
            }
            if (!step.reason) return take_step(desk, name, step, "");
            desk.push(std::make_unique<PromptScreen>(
                step.label, desk.words(Sentence{"Why?", {}}), "",
                [&desk, name, step](const std::string& reason) {
                  take_step(desk, name, step, reason);
                }));
            return;
          }
        };
        desk.push(std::make_unique<PickScreen>(
            desk.words(Sentence{"Next step", {}}), std::move(items), taken));
      });
}

std::vector<TextScreen::Act> acts_of(const std::string& name, bool history,
                                     const Sheet& sheet) {
  std::vector<TextScreen::Act> acts;
  if (std::any_of(sheet.fields.begin(), sheet.fields.end(),
                  [](const Field& one) { return one.question.writable; })) {
    acts.push_back(
        {function_key(4), {"F4", Sentence{"Change", {}}}, [name](Desk& now) {
           now.push(std::make_unique<FormScreen>(name));
         }});
  }
  if (sheet.marks) {
    acts.push_back(
        {function_key(5), {"F5", Sentence{"Marks", {}}}, [name](Desk& now) {
           now.push(std::make_unique<GridScreen>(name));
         }});
  }
  if (!sheet.steps.empty()) {
    acts.push_back({function_key(6),
                    {"F6", Sentence{"Next step", {}}},
                    [name](Desk& now) { choose_step(now, name); }});
  }
  if (!history) {
    acts.push_back(
        {function_key(7), {"F7", Sentence{"History", {}}}, [name](Desk& now) {
           show_record(now, nullptr, name, true);
         }});
  }
  return acts;
}

void read_record(Desk& desk, const Screen* owner, const std::string& name,
                 bool history, const Sheet& sheet) {
  Ask ask{{"show"}, {name}, {{"format", {"table"}}}, nullptr};
  if (history) ask.option["history"] = {"true"};
  desk.ask_first(owner, ask, [&desk, name, history, sheet](const Answer& said) {
    if (said.exit_code != 0) return desk.tell(said);
    desk.push(std::make_unique<TextScreen>(name, said.data,
                                           acts_of(name, history, sheet)));
  });
}

}  // namespace

void show_record(Desk& desk, const Screen* owner, const std::string& name,
                 bool history) {
  // First what may be done with it, then what it says.
  desk.ask_first(owner, {{"sheet"}, {name}, {}, nullptr},
                 [&desk, owner, name, history](const Answer& answer) {
                   Sheet sheet;
                   if (!answer.rows.empty()) {
                     sheet = read_sheet(answer.rows.front()).value_or(Sheet{});
                   }
                   read_record(desk, owner, name, history, sheet);
                 });
}

ListScreen::ListScreen() : limit_(lines_first) {}

std::string ListScreen::title(const Desk& desk) const {
  const std::string all = desk.words(Sentence{"Records", {}});
  return form_label_.empty() ? all : all + ": " + form_label_;
}

void ListScreen::on_top(Desk& desk) {
  ask_list(desk);
}

void ListScreen::on_pause(Desk& desk) {
  if (asked_ != wanted()) ask_list(desk);
}

void ListScreen::ask_list(Desk& desk) {
  asked_ = wanted();
  Ask ask{{"list"}, {}, {{"limit", {std::to_string(limit_)}}}, nullptr};
  if (!form_.empty()) ask.argument = {form_};
  if (!searched_.empty()) ask.option["search"] = {searched_};
  ask.option["words"] = {"true"};
  if (sorted_) ask.option["sort"] = {"reference"};
  desk.ask_first(
      this, ask, [this, &desk, asked = asked_](const Answer& answer) {
        if (asked != asked_) return;  // something else is sought by now
        desk.tell(answer);
        lines_.clear();
        for (const std::string& row : answer.rows) {
          lines_.push_back({text_in(row, "reference"), text_in(row, "state"),
                            text_in(row, "held"), text_in(row, "title")});
        }
        scroll_.to(scroll_.at, static_cast<int>(lines_.size()));
      });
}

/// Near the end of those that were asked for.
void ListScreen::page_on(Desk& desk) {
  const bool more =
      lines_.size() == limit_ &&
      static_cast<std::size_t>(scroll_.at + scroll_.page) >= lines_.size();
  if (!more) return;
  limit_ *= lines_more;
  ask_list(desk);
}

void ListScreen::draw(Grid& grid, int top, int bottom, Desk& desk) {
  const std::string label =
      sync::labelled(desk.words(Sentence{"Search", {}}), desk.language()) + " ";
  const int used = grid.put({top, 1}, label);
  const int typed = grid.put({top, 1 + used}, searched_, Style::underline);
  grid.cursor = Place{top, std::min(1 + used + typed, grid.columns() - 1)};
  scroll_.fit(bottom - top - 1);
  const auto widest = [this](std::string Line::*text, int most) {
    int width = 0;
    for (const Line& one : lines_) {
      width =
          std::max(width, static_cast<int>(sync::display_width(one.*text)) + 2);
    }
    return std::min(width, most);
  };
  const int reference_width = widest(&Line::reference, 24);
  const int state_width = widest(&Line::state, 26);
  // The title has the room first.
  const int left = grid.columns() - 2 - reference_width - state_width;
  const int held_width = std::clamp(left - widest(&Line::title, left), 11,
                                    std::max(11, widest(&Line::held, left)));
  for (int i = 0; i < scroll_.page; ++i) {
    const auto line = static_cast<std::size_t>(scroll_.first + i);
    if (line >= lines_.size()) break;
    const int row = top + 1 + i;
    grid.mark(row, scroll_.first + i == scroll_.at);
    int column = 2;
    const Line& one = lines_[line];
    const auto put = [&](const std::string& text, int width) {
      grid.put({row, column}, cut_to(text, width - 1));
      column += width;
    };
    put(one.reference, reference_width);
    put(one.state, state_width);
    put(one.held, held_width);
    put(one.title, grid.columns() - column);
  }
  if (lines_.empty()) {
    grid.put({top + 1, 2}, desk.words(Sentence{"Nothing found.", {}}));
  }
}

void ListScreen::choose_form(Desk& desk) {
  desk.ask(
      this, {{"forms"}, {}, {}, nullptr}, [this, &desk](const Answer& answer) {
        std::vector<Item> items{
            {"", desk.words(Sentence{"All forms", {}}), false}};
        for (const std::string& row : answer.rows) {
          items.push_back({text_in(row, "form"), text_in(row, "label"), false});
        }
        desk.push(std::make_unique<PickScreen>(
            desk.words(Sentence{"Only this form", {}}), std::move(items),
            [this, &desk](const Item& form) {
              form_ = form.code;
              form_label_ = form.code.empty() ? "" : form.label;
              ask_list(desk);
            }));
      });
}

void ListScreen::on_key(const Key& key, Desk& desk) {
  if (leaves(key)) return desk.close(this);
  if (scroll_.on_key(key, static_cast<int>(lines_.size()))) {
    return page_on(desk);
  }
  if (key.name == Key::Name::enter && asked_ != wanted()) {
    ask_list(desk);
    desk.on_key(key);  // waits for the answer
  } else if (key.name == Key::Name::enter && !lines_.empty()) {
    show_record(desk, this,
                lines_[static_cast<std::size_t>(scroll_.at)].reference, false);
  } else if (is_function(key, 6)) {
    choose_form(desk);
  } else if (is_function(key, 7)) {
    sorted_ = !sorted_;
    ask_list(desk);
  } else {
    TextInput input(searched_, false);
    if (!input.on_key(key, 1)) return;
    searched_ = input.text();
    limit_ = lines_first;
  }
}

std::vector<Hint> ListScreen::hints() const {
  return {{"Enter", Sentence{"Open", {}}},
          {"F6", Sentence{"One form", {}}},
          {"F7", sorted_ ? Sentence{"Newest first", {}}
                         : Sentence{"By reference", {}}},
          {"F12", Sentence{"Hide", {}}},
          {"Esc", Sentence{"Back", {}}}};
}

}  // namespace relais::tui
