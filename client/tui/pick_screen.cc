#include "client/tui/pick_screen.h"

#include <algorithm>
#include <utility>

#include "client/tui/text_input.h"
#include "sync/unicode.h"

namespace relais::tui {

namespace {

auto marked(const std::vector<Item>& items) {
  return std::count_if(items.begin(), items.end(),
                       [](const Item& item) { return item.chosen; });
}

}  // namespace

Finder::Finder(std::vector<Item> items) : items_(std::move(items)) {
  for (const Item& item : items_) {
    keys_.push_back(sync::search_key(item.label + " " + item.code));
  }
  search_again();
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].chosen) scroll_.at = static_cast<int>(i);
  }
}

void Finder::search(const std::string& letters) {
  if (letters == searched_) return;
  searched_ = letters;
  search_again();
}

/// Every word typed stands somewhere in the line.
void Finder::search_again() {
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

Item* Finder::here() {
  if (found_.empty()) return nullptr;
  return &items_[found_[static_cast<std::size_t>(scroll_.at)]];
}

void Finder::on_key(const Key& key) {
  if (scroll_.on_key(key, static_cast<int>(found_.size()))) return;
  const bool letter =
      key.name == Key::Name::character || key.name == Key::Name::paste;
  const bool anew = std::exchange(anew_, false) && letter;
  TextInput input(anew ? std::string() : searched_, false);
  if (input.on_key(key, 1)) search(input.text());
}

void Finder::draw(Grid& grid, int top, int bottom, const Desk& desk,
                  bool marks) {
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
    const Style style = marks && item.chosen ? Style::bold : Style::plain;
    grid.mark(row, scroll_.first + i == scroll_.at);
    int column = 2;
    if (marks)
      column += grid.put({row, 2}, item.chosen ? "[x] " : "[ ] ", style);
    grid.put({row, column}, cut_to(item.label, grid.columns() - column - 1),
             style);
  }
  if (found_.empty()) {
    grid.put({top + 1, 2}, desk.words(Sentence{"Nothing found.", {}}));
  }
}

void PickScreen::on_key(const Key& key, Desk& desk) {
  if (leaves(key)) return desk.close(this);
  if (key.name != Key::Name::enter) return finder_.on_key(key);
  if (finder_.here() == nullptr) return;
  const Item item = *finder_.here();
  const OnPick on_pick = on_pick_;
  desk.close(this);
  on_pick(item);
}

std::vector<Hint> PickScreen::hints() const {
  return {{"Enter", Sentence{"Choose", {}}}, {"Esc", Sentence{"Back", {}}}};
}

MarkScreen::MarkScreen(std::string title, std::vector<Item> items,
                       OnMarks on_marks)
    : title_(std::move(title)),
      finder_(std::move(items)),
      on_marks_(std::move(on_marks)),
      had_marks_(marked(finder_.items()) > 0) {}

std::string MarkScreen::title(const Desk& desk) const {
  return desk.words(Sentence{
      "{0}  (marked: {1})", {title_, std::to_string(marked(finder_.items()))}});
}

void MarkScreen::on_key(const Key& key, Desk& desk) {
  if (leaves(key)) return desk.close(this);
  Item* const here = finder_.here();
  if (key.text == " ") {
    if (here != nullptr) here->chosen = !here->chosen;
    finder_.begin_anew();
  } else if (key.name == Key::Name::enter) {
    const bool none = marked(finder_.items()) == 0 && !had_marks_;
    if (none && here == nullptr) return;
    if (none) here->chosen = true;
    const OnMarks on_marks = on_marks_;
    const std::vector<Item> items = finder_.items();
    desk.close(this);
    on_marks(items);
  } else {
    finder_.on_key(key);
  }
}

std::vector<Hint> MarkScreen::hints() const {
  return {{"Space", Sentence{"Mark", {}}},
          {"Enter", Sentence{"Choose", {}}},
          {"Esc", Sentence{"Back", {}}}};
}

}  // namespace relais::tui
