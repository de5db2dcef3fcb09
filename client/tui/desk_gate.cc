#include <algorithm>
#include <utility>

#include "client/tui/desk.h"
#include "client/tui/home_screen.h"
#include "client/tui/login_screen.h"
#include "client/tui/sheet.h"
#include "client/tui/text_input.h"
#include "sync/text/sentence.h"
#include "sync/unicode.h"

/// Desk: who is there, and what becomes of what he did.
namespace relais::tui {
namespace {

using Why = LoginScreen::Why;

const Ask who_may_begin{{"login", "about"}, {}, {}, nullptr};
const Ask log_out{{"logout"}, {}, {}, nullptr};

/// Of another's work nothing is done without him but what he typed: that is
/// kept for him.
bool outlives_its_screen(const Ask& ask) {
  return ask.verb == std::vector<std::string>{"typed"} && ask.input != nullptr;
}

}  // namespace

void Desk::start() {
  begin(true);
}

/// With the person whom the command line names, if any; then without.
void Desk::begin(bool named) {
  cover_with(std::make_unique<LoginScreen>(Why::start, "", false));
  ask_at_gate(who_may_begin, [this, named](const Answer& answer) {
    if (answer.rows.empty() && named) {
      link_->act_as({});
      return begin(false);
    }
    if (answer.rows.empty()) return not_there({}, answer);
    const std::string& row = answer.rows.front();
    const std::string login = text_in(row, "login");
    if (login == "needed" || login == "slip") {
      auto gate =
          std::make_unique<LoginScreen>(Why::start, "", login == "slip");
      if (!named) {
        gate->tell(words(Sentence{
            "--as is not taken any more: officers of this machine have a "
            "PIN. Log in here with your matricule.",
            {}}));
      }
      return cover_with(std::move(gate));
    }
    // Somebody logged in on the command line; or nobody has to.
    person_ = text_in(row, "person");
    if (login != "open") person_.clear();
    uncover();
    push(std::make_unique<HomeScreen>());
    tell(answer);
  });
}

void Desk::ask_at_gate(const Ask& ask, const OnAnswer& on_answer) {
  ++awaited_at_gate_;
  send(ask, self_, [this, on_answer](const Answer& answer) {
    --awaited_at_gate_;
    on_answer(answer);
    while (awaited_at_gate_ == 0 && !typed_at_gate_.empty()) {
      const Key key = typed_at_gate_.front();
      typed_at_gate_.pop_front();
      on_key(key);
    }
  });
}

void Desk::cover_with(std::unique_ptr<Screen> cover) {
  uncovered_ = std::exchange(cover_, std::move(cover));
}

void Desk::uncover() {
  uncovered_ = std::move(cover_);
}

/// What somebody typed past the gate is nobody's: it does not wait for him.
void Desk::on_idle() {
  if (gate_ != nullptr) return close(screens_.front().get());
  lock(false);
}

void Desk::leave() {
  if (!person_.empty()) ask(nullptr, log_out, [](const Answer&) {});
}

/// What is being typed is kept first: the link keeps the order.
void Desk::lock(bool somebody_else) {
  if (cover_ != nullptr || gate_ != nullptr || person_.empty()) return;
  on_pause();
  leave();
  link_->act_as({});
  cover_with(std::make_unique<LoginScreen>(
      somebody_else ? Why::change : Why::locked,
      somebody_else ? std::string() : person_, false));
}

void Desk::refused(Refused refused) {
  refused_[person_].push_back(std::move(refused));
  if (cover_ != nullptr || gate_ != nullptr) return;
  link_->act_as({});
  cover_with(std::make_unique<LoginScreen>(Why::ended, person_, false));
}

bool Desk::may_end() {
  const auto found =
      std::find_if(screens_.begin(), screens_.end(),
                   [](const auto& one) { return one->keeps_alone(); });
  if (cover_ != nullptr || asked_to_end_ || found == screens_.end())
    return true;
  const Screen* keeper = found->get();
  if (const auto above = std::next(found); above != screens_.end()) {
    close(above->get());
  }
  // The first one ends a line that is being typed.
  const Key escape{Key::Name::escape, {}, 0};
  for (int i = 0; i < 2 && screens_.back().get() == keeper; ++i) {
    screens_.back()->on_key(escape, *this);
  }
  asked_to_end_ = true;
  return false;
}

/// Until it answers as a post does nothing else is shown, and what was asked
/// waits.
void Desk::not_there(Refused asked, const Answer& answer) {
  away_ = answer.said.empty() ? "?" : answer.said.front();
  if (answer.away) return waiting_.push_back(std::move(asked));
  if (answer.exit_code != sync::exit_code(sync::Errc::usage)) return;
  away_ += "\n\n" + words(Sentence{"This is not the home of a post. If it is "
                                   "headquarters' home, use relais-hq.",
                                   {}});
}

void Desk::draw_away(Grid& grid) {
  std::string text = away_;
  if (!waiting_.empty()) {
    text += "\n\n" + words(Sentence{"This goes on by itself as soon as relaisd "
                                    "answers.",
                                    {}});
  }
  if (!screens_.empty()) {
    text += " " + words(Sentence{"What you were doing waits; whoever quits "
                                 "before then may lose the last words typed.",
                                 {}});
  }
  const TextInput whole(sync::printable(text, true), true);
  int row = 2;
  for (const auto& [begin, end] : whole.wrapped(grid.columns() - 4)) {
    grid.put({row++, 2}, whole.text().substr(begin, end - begin));
  }
  grid.fill(0, Style::reverse);
  grid.put({0, 1}, "Relais", Style::reverse | Style::bold);
  draw_keys(grid, {{"F10", Sentence{"Quit", {}}}});
}

void Desk::let_in(const std::string& person, const std::string& session) {
  link_->act_as(session);
  uncover();
  message_.clear();
  const bool same = person == person_ && !screens_.empty();
  if (!same) {
    std::erase_if(refused_[person_], [](const Refused& one) {
      return !outlives_its_screen(one.ask);
    });
    const bool keeps =
        std::any_of(screens_.begin(), screens_.end(),
                    [](const auto& one) { return one->keeps_alone(); });
    auto& left = keeps ? aside_[person_] : closed_;
    std::move(screens_.begin(), screens_.end(), std::back_inserter(left));
    screens_ = std::exchange(aside_[person], {});
    typed_ahead_.clear();
    awaited_ = 0;
    ++turn_;
    corner_.clear();
    person_ = person;
  }
  for (const Refused& one : std::exchange(refused_[person], {})) {
    send(one.ask, one.owner, one.on_answer);
  }
  if (screens_.empty()) push(std::make_unique<HomeScreen>());
  take_typed_ahead();
}

void Desk::go_on_without_login() {
  uncover();
  if (screens_.empty()) push(std::make_unique<HomeScreen>());
}

void Desk::open_past_gate(std::unique_ptr<Screen> first) {
  gate_ = std::move(cover_);
  under_gate_ = std::exchange(screens_, {});
  corner_.clear();
  push(std::move(first));
}

void Desk::back_to_gate() {
  screens_ = std::exchange(under_gate_, {});
  message_.clear();
  cover_ = std::move(gate_);
}

void Desk::quit() {
  uncover();
  std::move(screens_.begin(), screens_.end(), std::back_inserter(closed_));
  screens_.clear();
}

void Desk::draw_cover(Grid& grid) {
  cover_->draw(grid, 1, grid.rows() - 2, *this);
  grid.fill(0, Style::reverse);
  grid.put({0, 1}, cut_to(cover_->title(*this), grid.columns() - 2),
           Style::reverse | Style::bold);
  draw_keys(grid, cover_->hints());
}

}  // namespace relais::tui
