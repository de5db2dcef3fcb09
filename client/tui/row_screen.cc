#include "client/tui/row_screen.h"

#include <utility>

#include "client/tui/text_screen.h"

namespace relais::tui {

void choose(Desk& desk, const Screen* owner, const Question& question,
            const std::string& typed, PickScreen::OnPick on_pick) {
  const std::string title = question.label;
  const auto show = [&desk, title, typed, value = question.value,
                     required = question.required,
                     on_pick](std::vector<Item> items) {
    for (Item& item : items) item.chosen = item.code == value;
    if (!required) {
      items.insert(items.begin(),
                   Item{"", desk.words(Sentence{"(none)", {}}), false});
    }
    auto pick = std::make_unique<PickScreen>(title, std::move(items), on_pick);
    pick->search(typed);
    desk.push(std::move(pick));
  };
  if (question.list.empty()) return show(question.choices);
  if (question.type == "record") {
    const Ask ask{{"list"}, {question.list}, {{"limit", {"500"}}}, nullptr};
    return desk.ask_first(owner, ask, [&desk, show](const Answer& answer) {
      std::vector<Item> items;
      for (const std::string& row : answer.rows) {
        const std::string name = text_in(row, "reference");
        items.push_back({name, name + "  " + text_in(row, "title"), false});
      }
      if (items.empty()) {
        desk.tell(desk.words(
            Sentence{"There is none to choose yet: make one first, with F2 on "
                     "the start screen. Where it has a sheet, F6 inside it "
                     "opens that.",
                     {}}));
      }
      desk.tell(answer);
      show(std::move(items));
    });
  }
  desk.ask_first(owner, {{"choices"}, {question.list}, {}, nullptr},
                 [&desk, show](const Answer& answer) {
                   std::vector<Item> items;
                   for (const std::string& row : answer.rows) {
                     if (auto item = read_choice(row)) items.push_back(*item);
                   }
                   desk.tell(answer);
                   show(std::move(items));
                 });
}

namespace {

Sentence how_to_answer(const Question& question) {
  Sentence how{"Type it; Enter takes it.", {}};
  if (question.type == "date") {
    how = Sentence{"A day as 31/12/2026.", {}};
  } else if (question.type == "instant") {
    how = Sentence{"A day and a time as 31/12/2026 14:30.", {}};
  } else if (question.type == "money") {
    how = Sentence{"Whole francs; spaces may stand between thousands.", {}};
  } else if (question.type == "integer" || question.type == "decimal") {
    how = Sentence{"A number.", {}};
  } else if (question.type == "yes_no") {
    how = Sentence{"O or Y for yes, N for no, Del for no answer.", {}};
  } else if (question.type == "text") {
    how = Sentence{"Several lines; Tab takes it.", {}};
  } else if (question.chosen()) {
    how =
        Sentence{"Enter opens the list; what you type there searches it.", {}};
  }
  return how;
}

}  // namespace

std::string note_of(const Desk& desk, const Question& question) {
  std::string text;
  if (question.required && question.value.empty()) {
    text = "* " + desk.words(Sentence{"This must be filled in.", {}}) + " ";
  }
  if (question.type == "table") return text;
  return text + desk.words(how_to_answer(question));
}

std::string help_of(const Desk& desk, const Question& question) {
  std::string text = question.label + "\n\n";
  if (!question.help.empty()) text += question.help + "\n\n";
  return text + note_of(desk, question) + "\n";
}

RowScreen::RowScreen(std::string title, std::vector<Question> columns,
                     FormWork& work, Begun begun)
    : title_(std::move(title)),
      columns_(std::move(columns)),
      fresh_(!columns_.empty() &&
             columns_.front().address.find("[+]") != std::string::npos),
      replaces_(std::move(begun.replaces)),
      work_(&work) {
  for (Question& one : columns_) {
    before_.push_back(one.value);
    for (const Typed& value : begun.typed) {
      if (value.address != one.address) continue;
      one.value = value.text;
      one.words = value.text;
    }
  }
  show();
  refused(begun.fault);
}

/// By its name on the screen, not by its address; and there one is.
void RowScreen::refused(const std::string& fault) {
  fault_ = fault;
  for (const Question& one : columns_) {
    const auto at = fault_.find(one.address);
    if (at == std::string::npos) continue;
    fault_.replace(at, one.address.size(), one.label);
    list_.to(one.address);
  }
}

void RowScreen::show() {
  std::vector<Questions::Line> lines;
  for (const Question& one : columns_) {
    lines.push_back({Questions::Line::Kind::question, one, 0, lines.size()});
  }
  list_.show(std::move(lines));
}

Question* RowScreen::here() {
  const auto* line = list_.here();
  return line == nullptr ? nullptr : &columns_[line->row];
}

void RowScreen::draw(Grid& grid, int top, int bottom, Desk& desk) {
  if (!fault_.empty()) {
    const TextInput whole(fault_, true);
    for (const auto& [begin, end] : whole.wrapped(grid.columns() - 2)) {
      if (top + 1 >= bottom) break;
      grid.put({top++, 1}, fault_.substr(begin, end - begin), Style::bold);
    }
  }
  list_.draw(grid, top, bottom, desk, true);
}

void RowScreen::take(const std::string& text) {
  if (Question* one = here()) {
    one->value = text;
    one->words = text;
    one->fault.clear();
  }
  show();
}

void RowScreen::open(const std::string& letter, Desk& desk) {
  Question* one = here();
  if (one == nullptr || !one->writable) return;
  if (!one->chosen()) return;
  choose(desk, this, *one, letter, [this](const Item& item) {
    take(item.code);
    if (Question* now = here(); now && !item.code.empty()) {
      now->words = item.label;
    }
    show();
    list_.next();
  });
}

/// What changed; of a new row everything, so that two rows stay two.
void RowScreen::finish(Desk& desk) {
  std::vector<Typed> values;
  bool any = false;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    any = any || !columns_[i].value.empty();
    if (fresh_ || columns_[i].value != before_[i]) {
      values.push_back({columns_[i].address, columns_[i].value});
    }
  }
  if (values.empty() || !any) return desk.close(this);
  const auto done = [this](Desk& now, const std::string& fault) {
    refused(fault);
    if (fault.empty()) now.close(this);
  };
  work_->set_row(desk, values, done, replaces_);
}

void RowScreen::on_key(const Key& key, Desk& desk) {
  using Name = Key::Name;
  const auto did = list_.on_key(key);
  if (did == Questions::Did::entered) {
    take(list_.typed());
    list_.taken(key.name != Name::escape && key.name != Name::back_tab);
    if (key.name != Name::function) return;
  }
  Question* one = here();
  const bool yes_no = one != nullptr && one->type == "yes_no" && one->writable;
  if (is_function(key, 1) && one != nullptr) {
    desk.push(std::make_unique<TextScreen>(desk.words(Sentence{"Help", {}}),
                                           help_of(desk, *one)));
  } else if (is_function(key, 9)) {
    work_->keep(desk, {});
    desk.close(this);
  } else if (is_function(key, 5) || leaves(key)) {
    finish(desk);
  } else if (key.name == Name::erase) {
    if (one != nullptr && one->writable && did == Questions::Did::nothing) {
      take("");
    }
  } else if (did == Questions::Did::opened && yes_no) {
    if (key.text == "o" || key.text == "O" || key.text == "y") take("true");
    if (key.text == "n" || key.text == "N") take("false");
    if (one->value == "true") {
      one->words = desk.words(Sentence{"yes", {}});
    } else if (one->value == "false") {
      one->words = desk.words(Sentence{"no", {}});
    }
    show();
  } else if (did == Questions::Did::opened) {
    open(key.text, desk);
  }
}

void RowScreen::on_pause(Desk& desk) {
  std::vector<Typed> values;
  for (const Question& one : columns_) {
    const bool typing = list_.typing() && &one == here();
    const std::string text = typing ? list_.typed() : one.value;
    if (!text.empty()) values.push_back({one.address, text});
  }
  work_->keep(desk, values);
}

std::string RowScreen::note(const Desk& desk) const {
  const auto* line = list_.here();
  return line == nullptr ? "" : note_of(desk, line->question);
}

std::vector<Hint> RowScreen::hints() const {
  return {{"F1", Sentence{"Help", {}}},
          {"F5", Sentence{"Take the row", {}}},
          {"F9", Sentence{"Give it up", {}}},
          {"Esc", Sentence{"Back", {}}}};
}

}  // namespace relais::tui
