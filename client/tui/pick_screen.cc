#include "client/tui/pick_screen.h"

#include <algorithm>
#include <utility>

#include "client/tui/text_input.h"
#include "sync/unicode.h"

namespace relais::tui {

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
    if (items_[i].chosen) scroll_.at = static_cast<int>(i);
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
  scroll_ = {};
}

void PickScreen::on_key(const Key& key, Desk& desk) {
  if (leaves(key)) return desk.close(this);
  if (scroll_.on_key(key, static_cast<int>(found_.size()))) return;
  if (key.name == Key::Name::enter && !found_.empty()) {
    const Item item = items_[found_[static_cast<std::size_t>(scroll_.at)]];
    const OnPick on_pick = on_pick_;
    desk.close(this);
    return on_pick(item);
  }
  TextInput input(searched_, false);
  if (input.on_key(key, 1)) search(input.text());
}

void PickScreen::draw(Grid& grid, int top, int bottom, Desk& desk) {
  const std::string label =
      sync::labelled(desk.words(Sentence{"Search", {}}), desk.language()) + " ";
  const int used = grid.put({top, 1}, label);
  const int typed = grid.put({top, 1 + used}, searched_, Style::underline);
  grid.cursor = Place{top, std::min(1 + used + typed, grid.columns() - 1)};
  scroll_.fit(bottom - top - 1);
  for (int i = 0; i < scroll_.page; ++i) {
    const auto line = static_cast<std::size_t>(scroll_.first + i);
    if (line >= found_.size()) break;
    const Item& item = items_[found_[line]];
    const int row = top + 1 + i;
    grid.mark(row, scroll_.first + i == scroll_.at);
    grid.put({row, 2}, cut_to(item.label, grid.columns() - 3));
  }
  if (found_.empty()) {
    grid.put({top + 1, 2}, desk.words(Sentence{"Nothing found.", {}}));
  }
}

std::vector<Hint> PickScreen::hints() const {
  return {{"Enter", Sentence{"Choose", {}}}, {"Esc", Sentence{"Back", {}}}};
}

void MarkScreen::on_key(const Key& key, Desk& desk) {
  if (leaves(key)) return desk.close(this);
  if (scroll_.on_key(key, static_cast<int>(items_.size()))) return;
  if (key.text == " " && !items_.empty()) {
    Item& item = items_[static_cast<std::size_t>(scroll_.at)];
    item.chosen = !item.chosen;
  } else if (key.name == Key::Name::enter) {
    const OnMarks on_marks = on_marks_;
    const std::vector<Item> items = items_;
    desk.close(this);
    on_marks(items);
  }
}

void MarkScreen::draw(Grid& grid, int top, int bottom, Desk&) {
  scroll_.fit(bottom - top);
  for (int i = 0; i < scroll_.page; ++i) {
    const auto line = static_cast<std::size_t>(scroll_.first + i);
    if (line >= items_.size()) break;
    grid.mark(top + i, scroll_.first + i == scroll_.at);
    grid.put({top + i, 2}, items_[line].chosen ? "[x]" : "[ ]");
    grid.put({top + i, 6}, cut_to(items_[line].label, grid.columns() - 7));
  }
}

std::vector<Hint> MarkScreen::hints() const {
  return {{"Space", Sentence{"Mark", {}}},
          {"Enter", Sentence{"Choose", {}}},
          {"Esc", Sentence{"Back", {}}}};
}

}  // namespace relais::tui
