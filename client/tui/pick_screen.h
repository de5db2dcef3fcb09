#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/tui/desk.h"
#include "client/tui/scroll.h"

namespace relais::tui {

/// One thing to be chosen.
struct Item {
  std::string code;   ///< what is given back; shown at the left, if at all
  std::string label;  ///< what people read and search
  bool chosen = false;
};

/// The items of a list, and those of them that fit what is typed: in any part
/// of a line, without case and accents.
class Finder {
 public:
  /// Opens on the last that is chosen.
  explicit Finder(std::vector<Item> items);

  /// As if these letters had been typed instead.
  void search(const std::string& letters);
  /// The next letter begins a new search.
  void begin_anew() { anew_ = true; }
  /// Keys that move, and letters; others do nothing.
  void on_key(const Key& key);
  /// Where the bar stands; null: nothing fits.
  Item* here();
  const std::vector<Item>& items() const { return items_; }
  /// With `marks` a box stands before each line.
  void draw(Grid& grid, int top, int bottom, const Desk& desk, bool marks);

 private:
  void search_again();

  std::vector<Item> items_;
  std::vector<std::string> keys_;   ///< what is searched, by item
  std::vector<std::size_t> found_;  ///< items that fit
  std::string searched_;
  bool anew_ = false;
  Scroll scroll_;
};

/// A list to choose one from.
class PickScreen final : public Screen {
 public:
  /// One item; the screen is closed by then.
  using OnPick = std::function<void(const Item&)>;
  PickScreen(std::string title, std::vector<Item> items, OnPick on_pick)
      : title_(std::move(title)),
        finder_(std::move(items)),
        on_pick_(std::move(on_pick)) {}
  void search(const std::string& letters) { finder_.search(letters); }

  std::string title(const Desk&) const override { return title_; }
  void draw(Grid& grid, int top, int bottom, Desk& desk) override {
    finder_.draw(grid, top, bottom, desk, false);
  }
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;

 private:
  std::string title_;
  Finder finder_;
  OnPick on_pick_;
};

/// The same for several: Space marks. Enter takes all that are marked; where
/// none ever was, the one under the bar.
class MarkScreen final : public Screen {
 public:
  using OnMarks = std::function<void(const std::vector<Item>&)>;
  MarkScreen(std::string title, std::vector<Item> items, OnMarks on_marks);

  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override {
    finder_.draw(grid, top, bottom, desk, true);
  }
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;

 private:
  std::string title_;
  Finder finder_;
  OnMarks on_marks_;
  bool had_marks_;  ///< to take them all away is an answer too
};

}  // namespace relais::tui
