#include "client/tui/pick_screen.h"

#include <algorithm>
#include <utility>

#include "client/tui/text_input.h"
#include "sync/unicode.h"

namespace relais::tui {

int scrolled(int first, int at, int page) {
  if (at < first) return at;
  if (at >= first + page) return at - page + 1;
  return first;
}

PickScreen::PickScreen(std::string title, std::vector<Item> items,
                       OnPick on_pick)
    : title_(std::move(title)),
      items_(std::move(items)),
      on_pick_(std::move(on_pick)) {
  for (const Item& item : items_) {
    keys_.push_back(sync::search_key(item.label + " " + item.code));
  }
  search_again();
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].chosen) at_ = static_cast<int>(i);
  }
}

void PickScreen::search(const std::string& letters) {
  if (letters == searched_) return;
  searched_ = letters;
  search_again();
}

/// Every word typed stands somewhere in the line.
void PickScreen::search_again() {
  found_.clear();
  const std::string wanted = sync::search_key(searched_);
  for (std::size_t i = 0; i < items_.size(); ++i) {
    bool fits = true;
    for (std::size_t at = 0; at < wanted.size();) {
      const std::size_t end = std::min(wanted.find(' ', at), wanted.size());
      fits = fits &&
             keys_[i].find(wanted.substr(at, end - at)) != std::string::npos;
      at = end + 1;
    }
    if (fits) found_.push_back(i);
  }
  at_ = 0;
  first_ = 0;
}

void PickScreen::move(int lines) {
  const int last = std::max(0, static_cast<int>(found_.size()) - 1);
  at_ = std::clamp(at_ + lines, 0, last);
}

void PickScreen::on_key(const Key& key, Desk& desk) {
  using Name = Key::Name;
  if (key.name == Name::escape ||
      (key.name == Name::function && key.number == 10)) {
    desk.close(this);
  } else if (key.name == Name::up) {
    move(-1);
  } else if (key.name == Name::down) {
    move(1);
  } else if (key.name == Name::page_up) {
    move(-page_);
  } else if (key.name == Name::page_down) {
    move(page_);
  } else if (key.name == Name::home) {
    move(-static_cast<int>(found_.size()));
  } else if (key.name == Name::end) {
    move(static_cast<int>(found_.size()));
  } else if (key.name == Name::enter && !found_.empty()) {
    const Item item = items_[found_[static_cast<std::size_t>(at_)]];
    const OnPick on_pick = on_pick_;
    desk.close(this);
    on_pick(item);
  } else {
    TextInput input(searched_, false);
    if (!input.on_key(key, 1)) return;
    search(input.text());
  }
}

void PickScreen::draw(Grid& grid, int top, int bottom, Desk& desk) {
  const std::string label =
      sync::labelled(desk.words(Sentence{"Search", {}}), desk.language()) + " ";
  const int used = grid.put({top, 1}, label);
  const int typed = grid.put({top, 1 + used}, searched_, Style::underline);
  grid.cursor = Place{top, std::min(1 + used + typed, grid.columns() - 1)};
  page_ = std::max(1, bottom - top - 1);
  first_ = scrolled(first_, at_, page_);
  for (int i = 0; i < page_; ++i) {
    const auto line = static_cast<std::size_t>(first_ + i);
    if (line >= found_.size()) break;
    const Item& item = items_[found_[line]];
    const bool here = first_ + i == at_;
    const Style style = here ? Style::reverse : Style::plain;
    const int row = top + 1 + i;
    if (here) grid.fill(row, style);
    grid.put({row, 0}, here ? ">" : " ", style);
    grid.put({row, 2}, cut_to(item.label, grid.columns() - 3), style);
  }
  if (found_.empty()) {
    grid.put({top + 1, 2}, desk.words(Sentence{"Nothing found.", {}}));
  }
}

std::vector<Hint> PickScreen::hints() const {
  return {{"Enter", Sentence{"Choose", {}}}, {"Esc", Sentence{"Back", {}}}};
}

void MarkScreen::on_key(const Key& key, Desk& desk) {
  using Name = Key::Name;
  const int last = std::max(0, static_cast<int>(items_.size()) - 1);
  const bool space = key.name == Name::character && key.text == " ";
  if (key.name == Name::escape ||
      (key.name == Name::function && key.number == 10)) {
    desk.close(this);
  } else if (key.name == Name::up) {
    at_ = std::max(0, at_ - 1);
  } else if (key.name == Name::down) {
    at_ = std::min(last, at_ + 1);
  } else if (space && !items_.empty()) {
    Item& item = items_[static_cast<std::size_t>(at_)];
    item.chosen = !item.chosen;
  } else if (key.name == Name::enter) {
    const OnMarks on_marks = on_marks_;
    const std::vector<Item> items = items_;
    desk.close(this);
    on_marks(items);
  }
}

void MarkScreen::draw(Grid& grid, int top, int bottom, Desk&) {
  const int page = std::max(1, bottom - top);
  first_ = scrolled(first_, at_, page);
  for (int i = 0; i < page; ++i) {
    const auto line = static_cast<std::size_t>(first_ + i);
    if (line >= items_.size()) break;
    const bool here = first_ + i == at_;
    const Style style = here ? Style::reverse : Style::plain;
    if (here) grid.fill(top + i, style);
    grid.put({top + i, 0}, here ? ">" : " ", style);
    grid.put({top + i, 2}, items_[line].chosen ? "[x]" : "[ ]", style);
    grid.put({top + i, 6}, cut_to(items_[line].label, grid.columns() - 7),
             style);
  }
}

std::vector<Hint> MarkScreen::hints() const {
  return {{"Space", Sentence{"Mark", {}}},
          {"Enter", Sentence{"Choose", {}}},
          {"Esc", Sentence{"Back", {}}}};
}

}  // namespace relais::tui
