#include "client/tui/sealed_screen.h"

#include <memory>
#include <set>
#include <utility>

#include "client/tui/row_screen.h"
#include "client/tui/text_screen.h"

namespace relais::tui {
namespace {

constexpr std::size_t digits_typed = 4;

using Modes = std::vector<std::pair<std::string, std::string>>;

Question question_of(const cli::SealedQuestion& from) {
  Question one;
  one.address = from.address;
  one.label = from.label;
  one.help = from.help;
  one.type = from.type;
  one.list = from.list;
  for (const auto& [code, label] : from.choices) {
    one.choices.push_back({code, label, false});
  }
  one.writable = true;
  one.required = from.required;
  return one;
}

std::vector<Item> items_in(const Answer& answer) {
  std::vector<Item> items;
  for (const std::string& row : answer.rows) {
    if (auto item = read_choice(row)) items.push_back(*item);
  }
  return items;
}

}  // namespace

std::string SealedScreen::title(const Desk& desk) const {
  if (key_) return desk.words(Sentence{"Statement, sealed", {}});
  std::string mode;
  for (const auto& [code, label] : form_ ? form_->modes() : Modes{}) {
    if (code == mode_) mode = label;
  }
  return desk.words(Sentence{"Report, sealed", {}}) + "  " + mode;
}

void SealedScreen::on_top(Desk& desk) {
  if (form_) return;
  desk.ask_first(this, {{"sealing"}, {form_id_}, {}, nullptr},
                 [this, &desk](const Answer& answer) {
                   auto form = cli::SealedForm::read(
                       answer.rows.empty() ? "" : answer.rows.front());
                   if (!form) {
                     desk.tell(answer.rows.empty() && !answer.said.empty()
                                   ? answer.said.front()
                                   : desk.words(form.error().what));
                     return desk.close(this);
                   }
                   form_ = std::move(*form);
                   for (const auto& one : form_->questions(mode_)) {
                     questions_.push_back(question_of(one));
                   }
                   show();
                 });
}

void SealedScreen::show() {
  std::vector<Questions::Line> lines;
  for (const Question& one : questions_) {
    lines.push_back({Questions::Line::Kind::question, one, lines.size(), 0});
  }
  list_.show(std::move(lines));
}

Question* SealedScreen::here() {
  const auto* line = list_.here();
  return line == nullptr ? nullptr : &questions_[line->field];
}

cli::SealedAnswers SealedScreen::answers() const {
  cli::SealedAnswers all;
  for (const Question& one : questions_) {
    if (!one.value.empty()) all[one.address] = one.value;
  }
  return all;
}

void SealedScreen::take(const std::string& text, const std::string& words) {
  if (Question* one = here()) {
    one->value = text;
    one->words = words;
    one->fault.clear();
  }
  show();
}

void SealedScreen::draw(Grid& grid, int top, int bottom, Desk& desk) {
  if (!form_) return;
  const Sentence kept{
      "Sealed on this screen for: {0}. Nothing of it is kept here: finish it "
      "now.",
      {desk.words(form_->readers(mode_, answers()))}};
  const std::string text = desk.words(kept);
  const TextInput whole(text, true);
  for (const auto& [begin, end] : whole.wrapped(grid.columns() - 2)) {
    grid.put({top++, 1}, text.substr(begin, end - begin), Style::bold);
  }
  list_.draw(grid, top, bottom, desk, true);
}

void SealedScreen::on_key(const Key& key, Desk& desk) {
  using Name = Key::Name;
  if (!form_) return desk.close(this);
  const auto did = list_.on_key(key);
  if (did == Questions::Did::entered) {
    const std::string typed = list_.typed();
    take(typed, typed);
    list_.taken(key.name != Name::escape && key.name != Name::back_tab);
    if (key.name != Name::function) return;
  }
  if (is_function(key, 1) && here() != nullptr) {
    desk.push(std::make_unique<TextScreen>(desk.words(Sentence{"Help", {}}),
                                           help_of(desk, *here())));
  } else if (is_function(key, 5)) {
    finish(desk);
  } else if (key.name == Name::erase && did == Questions::Did::nothing) {
    take("", "");
  } else if (did == Questions::Did::opened) {
    open(key, desk);
  } else if (did == Questions::Did::nothing && leaves(key)) {
    give_up(desk);
  }
}

void SealedScreen::open(const Key& key, Desk& desk) {
  const Question* one = here();
  if (one == nullptr) return;
  if (one->type == "yes_no") {
    const bool yes = key.text == "o" || key.text == "O" || key.text == "y";
    if (!yes && key.text != "n" && key.text != "N") return;
    take(yes ? "true" : "false",
         desk.words(yes ? Sentence{"yes", {}} : Sentence{"no", {}}));
    return list_.next();
  }
  if (one->type == "codes") return open_codes(*one, desk);
  choose(desk, this, *one, key.text, [this](const Item& item) {
    take(item.code, item.code.empty() ? "" : item.label);
    list_.next();
  });
}

void SealedScreen::open_codes(const Question& question, Desk& desk) {
  const std::string label = question.label;
  const auto taken = [this](const std::vector<Item>& items) {
    std::string codes;
    std::string words;
    for (const Item& item : items) {
      if (!item.chosen) continue;
      codes += (codes.empty() ? "" : ",") + item.code;
      words += (words.empty() ? "" : "; ") + item.label;
    }
    take(codes, words);
    list_.next();
  };
  const std::string before = "," + question.value + ",";
  desk.ask_first(
      this, {{"choices"}, {question.list}, {}, nullptr},
      [&desk, label, before, taken](const Answer& answer) {
        auto items = items_in(answer);
        for (Item& item : items) {
          item.chosen = before.find("," + item.code + ",") != std::string::npos;
        }
        desk.push(std::make_unique<MarkScreen>(label, std::move(items), taken));
      });
}

void SealedScreen::finish(Desk& desk) {
  const auto faults = form_->faults(mode_, answers());
  if (!faults.empty()) return desk.tell(desk.words(faults.front()));
  if (key_) return send(*key_, desk);
  sync::SystemRandom random;
  show_code(sync::make_report_code(random), desk);
}

/// Once, before anything leaves; what is asked back cannot be known without
/// having read it.
void SealedScreen::show_code(const std::string& code, Desk& desk) {
  const std::string text =
      desk.words(Sentence{"The code of this report:", {}}) + "\n\n    " +
      sync::code_in_groups(code) + "\n\n" +
      desk.words(Sentence{
          "Write it on paper now, and keep it where nobody looks. It is shown "
          "once. With it you can add something later and read an answer, on "
          "any machine; without it nobody can, not even those who read the "
          "report.",
          {}}) +
      "\n\n" + desk.words(Sentence{"Then press F5.", {}});
  const auto confirmed = [this, code](Desk& now) {
    const auto checked = [this, code, &now](const std::string& typed) {
      if (typed != code.substr(code.size() - digits_typed)) {
        now.tell(now.words(Sentence{
            "These are not its last four digits: look at the code again.",
            {}}));
        return show_code(code, now);
      }
      auto key = sync::key_of_code(code);
      if (!key) return now.tell(now.words(key.error().what));
      send(*key, now);
    };
    now.push(std::make_unique<PromptScreen>(
        now.words(Sentence{"Is it written down?", {}}),
        now.words(Sentence{"The last four digits of the code:", {}}), "",
        checked));
  };
  desk.push(std::make_unique<TextScreen>(
      desk.words(Sentence{"Your code", {}}), text,
      std::vector<TextScreen::Act>{{function_key(5),
                                    {"F5", Sentence{"It is written down", {}}},
                                    confirmed}}));
}

void SealedScreen::send(const sync::ReportKey& key, Desk& desk) {
  auto envelopes = form_->seal(mode_, answers(), key);
  if (!envelopes) return desk.tell(desk.words(envelopes.error().what));
  const std::string readers = desk.words(form_->readers(mode_, answers()));
  const Ask ask{{"report"},
                {},
                {},
                std::make_shared<const std::string>(std::move(*envelopes))};
  desk.ask_first(this, ask, [this, &desk, readers](const Answer& answer) {
    if (answer.exit_code != 0) return desk.tell(answer);
    const std::string title = desk.words(Sentence{"Sealed", {}});
    const std::string text = desk.words(Sentence{
        "Sealed for {0}. It leaves this machine within days, one envelope a "
        "day; nothing here shows that you reported.",
        {readers}});
    desk.close(this);
    desk.push(std::make_unique<TextScreen>(title, text));
  });
}

bool SealedScreen::keeps_alone() const {
  return list_.typing() || !answers().empty();
}

void SealedScreen::give_up(Desk& desk) {
  if (!keeps_alone()) return desk.close(this);
  const std::string text = desk.words(Sentence{
      "Nothing of this report was kept. F9 gives it up; Esc goes on with it.",
      {}});
  const auto gone = [this](Desk& now) { now.close(this); };
  desk.push(std::make_unique<TextScreen>(
      desk.words(Sentence{"Give it up", {}}), text,
      std::vector<TextScreen::Act>{
          {function_key(9), {"F9", Sentence{"Give it up", {}}}, gone}}));
}

std::string SealedScreen::note(const Desk& desk) const {
  if (!form_ || list_.here() == nullptr) return {};
  const Question& question = list_.here()->question;
  if (question.type != "text") return note_of(desk, question);
  auto now = answers();
  if (list_.typing()) now[question.address] = list_.typed();
  const auto room = form_->room(mode_, now);
  if (room < 0) {
    return desk.words(
        Sentence{"{0} bytes too long: shorten it, or add the rest later.",
                 {std::to_string(-room)}});
  }
  return desk.words(Sentence{"Room for {0} more bytes. Tab takes the text.",
                             {std::to_string(room)}});
}

std::vector<Hint> SealedScreen::hints() const {
  return {{"F1", Sentence{"Help", {}}},
          {"F5", Sentence{"Seal and send", {}}},
          {"Esc", Sentence{"Back", {}}},
          {"F12", Sentence{"Hide", {}}}};
}

namespace {

/// The answers of all reports came; those of this code are shown.
void show_replies(Desk& desk, const sync::ReportKey& key) {
  desk.ask_first(nullptr, {{"replies"}, {}, {}, nullptr},
                 [&desk, key](const Answer& answer) {
                   if (answer.exit_code != 0) return desk.tell(answer);
                   std::string text;
                   for (const auto& one : cli::replies_for(key, answer.data)) {
                     text += one + "\n\n";
                   }
                   if (text.empty()) {
                     text = desk.words(Sentence{"There is nothing new.", {}});
                   }
                   desk.push(std::make_unique<TextScreen>(
                       desk.words(Sentence{"Answers", {}}), text));
                 });
}

}  // namespace

void begin_with_code(Desk& desk, const std::string& form) {
  const auto typed = [&desk, form](const std::string& code) {
    auto key = sync::key_of_code(code);
    if (!key) return desk.tell(desk.words(key.error().what));
    const auto chosen = [&desk, form, key = *key](const Item& item) {
      if (item.code == "read") return show_replies(desk, key);
      desk.push(std::make_unique<SealedScreen>(form, key));
    };
    std::vector<Item> items{
        {"add", desk.words(Sentence{"Add a statement", {}}), false},
        {"read", desk.words(Sentence{"Read the answers", {}}), false}};
    desk.push(std::make_unique<PickScreen>(
        desk.words(Sentence{"With the code", {}}), std::move(items), chosen));
  };
  desk.push(std::make_unique<PromptScreen>(
      desk.words(Sentence{"With the code", {}}),
      desk.words(Sentence{"The 16 digits of the code:", {}}), "", typed));
}

}  // namespace relais::tui
