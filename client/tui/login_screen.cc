#include "client/tui/login_screen.h"

#include <algorithm>
#include <utility>

#include "client/tui/sealed_door.h"
#include "client/tui/sheet.h"
#include "sync/ids.h"
#include "sync/replica/people.h"
#include "sync/secret.h"
#include "sync/unicode.h"

namespace relais::tui {
namespace {

constexpr int slip_key = 2;
constexpr int sealed_key = 6;
constexpr int label_column = 4;
/// The fields, and where what is typed begins.
enum : std::size_t {
  matricule_field,
  first_field,
  new_pin_field,
  again_field,
  old_pin_field
};

Sentence reason(LoginScreen::Why why) {
  using Why = LoginScreen::Why;
  switch (why) {
    case Why::start:
    case Why::change:
      break;
    case Why::locked:
      return Sentence{
          "Locked. What you were doing is kept, and goes on when you are "
          "back.",
          {}};
    case Why::ended:
      return Sentence{
          "Logged out. What you were doing is kept, and goes on when you are "
          "back.",
          {}};
  }
  return Sentence{"Who is there?", {}};
}

/// What is never shown: its length alone.
std::string covered(const std::string& text) {
  return std::string(sync::count_characters(text), '*');
}

}  // namespace

LoginScreen::LoginScreen(Why why, std::string person, bool may_go_on)
    : why_(why), may_go_on_(may_go_on) {
  fields_.push_back(
      {Sentence{"Matricule", {}}, TextInput(std::move(person), false), false});
  show_fields();
  at_ = typed(matricule_field).empty() ? matricule_field : first_field;
}

void LoginScreen::show_fields() {
  fields_.resize(first_field);
  if (by_slip_) {
    fields_.push_back({Sentence{"Code of the envelope", {}}, {}, false});
    fields_.push_back({Sentence{"New PIN", {}}, {}, true});
    fields_.push_back({Sentence{"The same PIN again", {}}, {}, true});
    fields_.push_back(
        {Sentence{"Old PIN, if you know it", {}}, {}, true, true});
  } else {
    fields_.push_back({Sentence{"PIN", {}}, {}, true});
  }
  at_ = std::min(at_, fields_.size() - 1);
}

std::string LoginScreen::title(const Desk& desk) const {
  return "Relais  " + desk.words(Sentence{"Login", {}});
}

void LoginScreen::draw(Grid& grid, int top, int, Desk& desk) {
  int row = top + 2;
  grid.put({row, label_column},
           cut_to(desk.words(reason(why_)), grid.columns() - label_column - 1));
  row += 2;
  std::size_t label = 0;
  for (const Field& field : fields_) {
    label = std::max(label, sync::display_width(desk.words(field.label)));
  }
  const int column = label_column + static_cast<int>(label) + 2;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    const std::string& text = field.input.text();
    grid.put({row, label_column - 2}, i == at_ ? ">" : " ", Style::bold);
    grid.put({row, label_column}, desk.words(field.label));
    const int used = grid.put(
        {row, column}, field.unseen ? covered(text) : text, Style::underline);
    if (i == at_) {
      const int at = field.unseen ? used : field.input.cursor_at(1000).second;
      grid.cursor = Place{row, std::min(column + at, grid.columns() - 1)};
    }
    ++row;
  }
  const TextInput whole(said_, true);
  for (const auto& [begin, end] : whole.wrapped(grid.columns() - 6)) {
    grid.put({++row, label_column}, said_.substr(begin, end - begin),
             Style::bold);
  }
}

void LoginScreen::tell(std::string said) {
  said_ = std::move(said);
  for (Field& field : fields_) {
    if (field.unseen) field.input = {};  // typed again
  }
  at_ = next_to_type();
}

void LoginScreen::on_key(const Key& key, Desk& desk) {
  using Name = Key::Name;
  if (is_function(key, 10)) return desk.quit();
  if (key.name == Name::escape && may_go_on_) return desk.go_on_without_login();
  if (is_function(key, sealed_key)) {
    said_.clear();
    show_fields();  // no code and no PIN stays behind
    return desk.open_past_gate(std::make_unique<SealedDoor>());
  }
  if (is_function(key, slip_key)) {
    by_slip_ = !by_slip_;
    said_.clear();
    return show_fields();
  }
  const bool up = key.name == Name::up || key.name == Name::back_tab;
  const bool down = key.name == Name::down || key.name == Name::tab;
  if (up && at_ > 0) --at_;
  if (down && at_ + 1 < fields_.size()) ++at_;
  if (key.name == Name::enter) return enter(desk);
  if (!up && !down) static_cast<void>(here().input.on_key(key, 1000));
}

std::size_t LoginScreen::next_to_type() const {
  std::size_t at = 0;
  while (at + 1 < fields_.size() &&
         (fields_[at].optional || !typed(at).empty())) {
    ++at;
  }
  return at;
}

void LoginScreen::enter(Desk& desk) {
  if (typed(at_).empty() && !here().optional) return;
  if (at_ + 1 < fields_.size()) {
    ++at_;
    return;
  }
  at_ = next_to_type();
  if (typed(at_).empty() && !here().optional) return;
  if (by_slip_) {
    const auto good =
        sync::check_new_pin(typed(new_pin_field), typed(matricule_field));
    if (!good) return tell(desk.words(good.error().what));
    if (typed(new_pin_field) != typed(again_field)) {
      return tell(
          desk.words(Sentence{"The two are not the same: begin again", {}}));
    }
  }
  Ask ask{{"login", "salt"}, {typed(matricule_field)}, {}, nullptr};
  desk.ask_at_gate(ask, [this, &desk](const Answer& answer) {
    if (!answer.rows.empty()) {
      return log_in(desk, text_in(answer.rows.front(), "salt"));
    }
    tell(answer.said.empty() ? "" : answer.said.front());
  });
}

void LoginScreen::log_in(Desk& desk, const std::string& salt) {
  Ask ask{{"login"}, {typed(matricule_field)}, {}, nullptr};
  const auto put_pin = [&](const char* option, std::size_t field) {
    std::string pin = typed(field);
    auto made = sync::stretch(pin, sync::from_hex(salt).value_or(""),
                              sync::stretched_bytes);
    sync::wipe(pin);
    if (made) ask.option[option] = {sync::to_hex(made->view())};
    return made ? sync::Result<>() : sync::fail(made.error());
  };
  auto put = put_pin("pin", by_slip_ ? new_pin_field : first_field);
  if (by_slip_) ask.option["slip"] = {typed(first_field)};
  if (put && by_slip_ && !typed(old_pin_field).empty()) {
    put = put_pin("old", old_pin_field);
  }
  if (!put) return tell(desk.words(put.error().what));
  desk.ask_at_gate(
      ask, [this, &desk](const Answer& answer) { on_login(answer, desk); });
}

/// The last thing it does: it is gone when the desk lets him in.
void LoginScreen::on_login(const Answer& answer, Desk& desk) {
  if (answer.exit_code != 0 || answer.rows.empty()) {
    std::string said = answer.said.empty() ? "" : answer.said.front();
    if (!by_slip_) {
      said +=
          "\n" + desk.words(Sentence{"For the first time here: F2, with the "
                                     "code of your envelope.",
                                     {}});
    }
    return tell(std::move(said));
  }
  const std::string& row = answer.rows.front();
  desk.let_in(text_in(row, "person"), text_in(row, "session"));
  desk.tell(answer);
}

std::vector<Hint> LoginScreen::hints() const {
  std::vector<Hint> all{{"Enter", Sentence{"Log in", {}}}};
  all.push_back({"F2", by_slip_ ? Sentence{"With my PIN", {}}
                                : Sentence{"With an envelope", {}}});
  all.push_back({"F6", Sentence{"Sealed report", {}}});
  if (may_go_on_) all.push_back({"Esc", Sentence{"Without login", {}}});
  all.push_back({"F10", Sentence{"Quit", {}}});
  return all;
}

}  // namespace relais::tui
