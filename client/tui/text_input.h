#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "client/tui/key.h"

namespace relais::tui {

/// Text that a person is typing, with a cursor. UTF-8; the cursor never stands
/// inside a character.
class TextInput {
 public:
  TextInput() = default;
  TextInput(std::string text, bool lines)
      : text_(std::move(text)), lines_(lines), cursor_(text_.size()) {}

  const std::string& text() const { return text_; }
  bool lines() const { return lines_; }

  /// False: the key means nothing here (Enter on one line, Tab, Escape ...).
  bool on_key(const Key& key, int width);

  /// The text as it stands on a screen of this width: [begin, end) of each
  /// line, broken between words where there are any.
  std::vector<std::pair<std::size_t, std::size_t>> wrapped(int width) const;
  /// The line and column of the cursor there.
  std::pair<int, int> cursor_at(int width) const;

 private:
  void insert(const std::string& text);
  void to_line(int line, int column, int width);
  bool move(const Key& key, int width);

  std::string text_;
  bool lines_ = false;
  std::size_t cursor_ = 0;
};

}  // namespace relais::tui
