#include "client/tui/desk.h"

#include <algorithm>
#include <utility>

#include "client/tui/text_input.h"
#include "sync/unicode.h"

namespace relais::tui {
namespace {

constexpr int bars = 3;  ///< title, message, keys
constexpr int hide_key = 12;
constexpr int switch_key = 11;
constexpr int quit_key = 10;

/// A key as it is written on the keyboard.
Sentence key_name(const std::string& key) {
  if (key == "Enter") return Sentence{"Enter", {}};
  if (key == "Esc") return Sentence{"Esc", {}};
  if (key == "Space") return Sentence{"Space", {}};
  if (key == "PgDn") return Sentence{"PgDn", {}};
  return Sentence{"{0}", {key}};
}

int width_of(const std::string& text) {
  return static_cast<int>(sync::display_width(text));
}

}  // namespace

Desk::Desk(Link& link, sync::Language language)
    : link_(&link), language_(language) {}

Desk::~Desk() = default;

void Desk::push(std::unique_ptr<Screen> screen) {
  screens_.push_back(std::move(screen));
  screens_.back()->on_top(*this);
}

void Desk::close(const Screen* screen) {
  const auto found =
      std::find_if(screens_.begin(), screens_.end(),
                   [&](const auto& one) { return one.get() == screen; });
  if (found == screens_.end()) return;
  std::move(found, screens_.end(), std::back_inserter(closed_));
  screens_.erase(found, screens_.end());
  if (!screens_.empty()) return screens_.back()->on_top(*this);
  if (gate_ != nullptr) back_to_gate();
}

void Desk::send(const Ask& ask, std::weak_ptr<const void> owner,
                OnAnswer on_answer) {
  const std::weak_ptr<const void> desk = self_;
  link_->ask(ask, [this, desk, ask, owner = std::move(owner),
                   on_answer = std::move(on_answer)](const Answer& answer) {
    if (desk.expired()) return;
    if (answer.away) return not_there({ask, owner, on_answer}, answer);
    away_.clear();
    if (answer.login) return refused({ask, owner, on_answer});
    if (!owner.expired()) on_answer(answer);
  });
}

void Desk::ask(const Screen* owner, const Ask& ask, OnAnswer on_answer) {
  Ask asked = ask;
  asked.background = background_;
  send(asked,
       owner == nullptr ? std::weak_ptr<const void>(self_) : owner->alive(),
       std::move(on_answer));
}

void Desk::ask_first(const Screen* owner, const Ask& ask,
                     const OnAnswer& on_answer) {
  ++awaited_;
  const std::weak_ptr<const void> alive =
      owner == nullptr ? std::weak_ptr<const void>(self_) : owner->alive();
  const int turn = turn_;
  this->ask(nullptr, ask, [this, turn, alive, on_answer](const Answer& answer) {
    if (turn != turn_) return;  // somebody else is there since
    if (!alive.expired()) on_answer(answer);
    --awaited_;
    take_typed_ahead();
  });
}

void Desk::take_typed_ahead() {
  while (awaited_ == 0 && cover_ == nullptr && !typed_ahead_.empty()) {
    const Key key = typed_ahead_.front();
    typed_ahead_.pop_front();
    on_key(key);
  }
}

void Desk::tell(const Answer& answer) {
  if (answer.exit_code == 0 && answer.notes.empty()) return;
  if (!answer.said.empty()) {
    tell(answer.said.front());
  } else if (!answer.notes.empty()) {
    tell(answer.notes.front());
  }
}

void Desk::on_key(const Key& key) {
  closed_.clear();
  uncovered_.reset();
  if (over()) return;
  pressing_ = true;
  asked_to_end_ = false;
  const bool hides = is_function(key, hide_key);
  if (hidden_ || hides) {
    hidden_ = !hidden_;
    if (hidden_) lock(false);
    return;
  }
  if (!away_.empty()) {
    // Not the key that leaves a field: somebody was typing.
    const bool leaves = screens_.empty() && key.name == Key::Name::escape;
    if (leaves || is_function(key, quit_key)) quit();
    return;
  }
  if (cover_ != nullptr) {
    if (awaited_at_gate_ > 0) return typed_at_gate_.push_back(key);
    return cover_->on_key(key, *this);
  }
  if (awaited_ > 0) return typed_ahead_.push_back(key);
  message_.clear();
  if (is_function(key, switch_key) && !person_.empty()) return lock(true);
  screens_.back()->on_key(key, *this);
}

void Desk::on_pause() {
  pressing_ = false;
  if (!screens_.empty() && cover_ == nullptr) screens_.back()->on_pause(*this);
}

void Desk::on_tick() {
  for (const Refused& one : std::exchange(waiting_, {})) {
    send(one.ask, one.owner, one.on_answer);
  }
  if (!away_.empty()) return;
  if (screens_.empty() || hidden_ || cover_ != nullptr) return;
  background_ = true;
  screens_.back()->on_tick(*this);
  background_ = false;
}

void Desk::draw(Grid& grid) {
  if (over()) return;
  if (hidden_) {
    grid.put(
        {grid.rows() / 2, 2},
        person_.empty()
            ? words(Sentence{"Hidden. Any key shows the screen again.", {}})
            : words(Sentence{"Hidden and locked. Any key asks for your PIN.",
                             {}}));
    return;
  }
  if (!away_.empty()) return draw_away(grid);
  if (cover_ != nullptr) return draw_cover(grid);
  // The screen first: what it may be asked depends on what it shows.
  screens_.back()->draw(grid, 1, std::max(2, grid.rows() - bars + 1), *this);
  draw_bars(grid);
  draw_message(grid);
}

/// Above the keys; over the screen's last lines where it is long.
void Desk::draw_message(Grid& grid) {
  if (message_.empty()) return;
  const TextInput whole(sync::printable(message_), true);
  const auto lines = whole.wrapped(grid.columns() - 1);
  const int count = std::min(static_cast<int>(lines.size()), grid.rows() - 3);
  for (int i = 0; i < count; ++i) {
    const auto [begin, end] = lines[static_cast<std::size_t>(i)];
    const int row = grid.rows() - 1 - count + i;
    grid.fill(row, Style::plain);
    grid.put({row, 0}, whole.text().substr(begin, end - begin), Style::bold);
  }
}

void Desk::draw_bars(Grid& grid) {
  const Screen& top = *screens_.back();
  grid.fill(0, Style::reverse);
  const std::string who = top.names_nobody() ? std::string() : corner_;
  const int corner = width_of(who);
  grid.put({0, 1}, cut_to(top.title(*this), grid.columns() - corner - 4),
           Style::reverse | Style::bold);
  grid.put({0, grid.columns() - corner - 1}, who, Style::reverse);
  if (message_.empty() && !pressing_) {
    grid.put({grid.rows() - 2, 0}, cut_to(top.note(*this), grid.columns()));
  }
  draw_keys(grid, top.hints());
}

void Desk::draw_keys(Grid& grid, const std::vector<Hint>& hints) {
  const int bar = grid.rows() - 1;
  grid.fill(bar, Style::plain);
  int column = 0;
  for (const Hint& hint : hints) {
    const std::string does = words(hint.does);
    const std::string key = words(key_name(hint.key));
    const int needed = width_of(key) + width_of(does) + 3;
    if (column + needed > grid.columns() + 1) break;
    column += grid.put({bar, column}, key + " ", Style::bold);
    column += grid.put({bar, column}, does, Style::reverse) + 1;
  }
}

int label_width(int columns) {
  constexpr int label_max = 40;
  return std::min(label_max, columns * 2 / 5);
}

}  // namespace relais::tui
