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

/// A list to choose from. What is typed searches it, in any part of a line,
/// without case and accents.
class PickScreen final : public Screen {
 public:
  /// One item; the screen is closed by then.
  using OnPick = std::function<void(const Item&)>;
  PickScreen(std::string title, std::vector<Item> items, OnPick on_pick);
  /// As if these letters had been typed.
  void search(const std::string& letters);

  std::string title(const Desk&) const override { return title_; }
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;

 private:
  void search_again();

  std::string title_;
  std::vector<Item> items_;
  std::vector<std::string> keys_;   ///< what is searched, by item
  std::vector<std::size_t> found_;  ///< items that fit
  std::string searched_;
  OnPick on_pick_;
  Scroll scroll_;
};

/// The same for several: Space marks, Enter takes all that are marked.
class MarkScreen final : public Screen {
 public:
  using OnMarks = std::function<void(const std::vector<Item>&)>;
  MarkScreen(std::string title, std::vector<Item> items, OnMarks on_marks)
      : title_(std::move(title)),
        items_(std::move(items)),
        on_marks_(std::move(on_marks)) {}

  std::string title(const Desk&) const override { return title_; }
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;

 private:
  std::string title_;
  std::vector<Item> items_;
  OnMarks on_marks_;
  Scroll scroll_;
};

}  // namespace relais::tui
