#include "client/tui/text_screen.h"

#include <algorithm>

namespace relais::tui {
void TextScreen::draw(Grid& grid, int top, int bottom, Desk&) {
  const TextInput text(text_, true);
  const auto lines = text.wrapped(grid.columns() - 1);
  page_ = std::max(1, bottom - top);
  last_ = std::max(0, static_cast<int>(lines.size()) - page_);
  first_ = std::min(first_, last_);
  for (int i = 0; i < page_; ++i) {
    const auto line = static_cast<std::size_t>(first_ + i);
    if (line >= lines.size()) break;
    const auto [begin, end] = lines[line];
    grid.put({top + i, 0}, text_.substr(begin, end - begin));
  }
}

void TextScreen::on_key(const Key& key, Desk& desk) {
  using Name = Key::Name;
  for (const Act& act : acts_) {
    const bool same = act.key.name == key.name &&
                      act.key.number == key.number && act.key.text == key.text;
    if (!same) continue;
    if (act.at_end && first_ < last_) {
      first_ = std::min(first_ + page_, last_);
      return desk.tell(
          desk.words(Sentence{"There is more: read to the end first.", {}}));
    }
    const auto run = act.run;
    run(desk);
    return;
  }
  int lines = 0;
  if (leaves(key)) return desk.close(this);
  if (key.name == Name::up) lines = -1;
  if (key.name == Name::down || key.name == Name::enter) lines = 1;
  if (key.name == Name::page_up) lines = -page_;
  if (key.name == Name::page_down || key.text == " ") lines = page_;
  if (key.name == Name::home) lines = -first_;
  if (key.name == Name::end) lines = last_;
  first_ = std::clamp(first_ + lines, 0, last_);
}

std::vector<Hint> TextScreen::hints() const {
  std::vector<Hint> all;
  for (const Act& act : acts_) all.push_back(act.hint);
  if (last_ > 0) all.push_back({"PgDn", Sentence{"Read on", {}}});
  all.push_back({"Esc", Sentence{"Back", {}}});
  return all;
}

void PromptScreen::draw(Grid& grid, int top, int, Desk&) {
  grid.put({top + 1, 1}, label_);
  const int width = grid.columns() - 3;
  const auto lines = input_.wrapped(width);
  const auto [line, column] = input_.cursor_at(width);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto [begin, end] = lines[i];
    grid.put({top + 2 + static_cast<int>(i), 1},
             input_.text().substr(begin, end - begin), Style::underline);
  }
  grid.cursor = Place{top + 2 + line, 1 + column};
}

void PromptScreen::on_key(const Key& key, Desk& desk) {
  if (leaves(key)) return desk.close(this);
  if (key.name == Key::Name::enter) {
    const OnText on_text = on_text_;
    const std::string text = input_.text();
    desk.close(this);
    return on_text(text);
  }
  static_cast<void>(input_.on_key(key, 1));
}

std::vector<Hint> PromptScreen::hints() const {
  return {{"Enter", Sentence{"Go on", {}}}, {"Esc", Sentence{"Back", {}}}};
}

}  // namespace relais::tui
