#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/tui/desk.h"
#include "client/tui/text_input.h"

namespace relais::tui {

/// A text to be read, longer than the screen or not; with keys that the text
/// is about.
class TextScreen final : public Screen {
 public:
  struct Act {
    Key key;
    Hint hint;
    std::function<void(Desk&)> run;
    bool at_end = false;  ///< only once all of the text was shown
  };
  TextScreen(std::string title, std::string text, std::vector<Act> acts = {})
      : title_(std::move(title)),
        text_(std::move(text)),
        acts_(std::move(acts)) {}

  std::string title(const Desk&) const override { return title_; }
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;

 private:
  std::string title_;
  std::string text_;
  std::vector<Act> acts_;
  int first_ = 0;
  int last_ = 0;  ///< the highest `first_` that fills the page
  int page_ = 1;
};

/// One line asked for: a reason, a path.
class PromptScreen final : public Screen {
 public:
  using OnText = std::function<void(const std::string&)>;
  PromptScreen(std::string title, std::string label, std::string text,
               OnText on_text)
      : title_(std::move(title)),
        label_(std::move(label)),
        input_(std::move(text), false),
        on_text_(std::move(on_text)) {}

  std::string title(const Desk&) const override { return title_; }
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;

 private:
  std::string title_;
  std::string label_;
  TextInput input_;
  OnText on_text_;
};

}  // namespace relais::tui
