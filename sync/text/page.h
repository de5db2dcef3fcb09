#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sync/text/messages.h"

namespace relais::sync {

/// Plain text of a given width. Everything passes printable(), so that no
/// control character of the data reaches a terminal; words longer than a line
/// stand alone on theirs.
class Page {
 public:
  /// `language`: only how "label: value" is set.
  explicit Page(std::size_t columns, Language language = Language::en)
      : columns_(columns), language_(language) {}

  /// An empty line, then the heading underlined by its width.
  void heading(std::string_view text);
  /// Wrapped; later lines are indented two columns more than the first.
  void line(std::string_view text, std::size_t indent = 0);
  /// "label: value"; a value with line ends goes below its label.
  void field(std::string_view label, std::string_view value,
             std::size_t indent = 0);
  void gap();

  std::string take() { return std::move(text_); }

 private:
  void wrap(std::string_view text, std::size_t first, std::size_t later);

  std::size_t columns_;
  Language language_;
  std::string text_;
};

}  // namespace relais::sync
