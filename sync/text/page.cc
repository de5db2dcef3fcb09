#include "sync/text/page.h"

#include <algorithm>

#include "sync/text/messages.h"
#include "sync/unicode.h"

namespace relais::sync {
namespace {

/// The front of `text` up to `mark`, which is taken away with it.
std::string_view take_until(std::string_view& text, char mark) {
  const auto length = std::min(text.find(mark), text.size());
  const auto front = text.substr(0, length);
  text.remove_prefix(std::min(length + 1, text.size()));
  return front;
}

}  // namespace

void Page::gap() {
  if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
}

void Page::heading(std::string_view text) {
  gap();
  const std::string shown = printable(text);
  text_ += shown + "\n";
  text_.append(std::min(display_width(shown), columns_), '-');
  text_ += '\n';
}

void Page::wrap(std::string_view text, std::size_t first, std::size_t later) {
  std::string line(first, ' ');
  std::size_t width = first;
  bool empty = true;
  while (!text.empty()) {
    const auto word = take_until(text, ' ');
    if (word.empty()) continue;
    const std::size_t length = display_width(word);
    if (!empty && width + 1 + length > columns_) {
      text_ += line + "\n";
      line.assign(later, ' ');
      width = later;
      empty = true;
    }
    if (!empty) {
      line += ' ';
      ++width;
    }
    line += word;
    width += length;
    empty = false;
  }
  if (!empty) text_ += line;
  text_ += '\n';
}

void Page::line(std::string_view text, std::size_t indent) {
  const std::string shown = printable(text, true);
  std::string_view rest = shown;
  do {
    wrap(take_until(rest, '\n'), indent, indent + 2);
  } while (!rest.empty());
}

void Page::field(std::string_view label, std::string_view value,
                 std::size_t indent) {
  const std::string name = labelled(label, language_);
  if (value.find('\n') == std::string_view::npos) {
    return line(name + " " + std::string(value), indent);
  }
  line(name, indent);
  line(value, indent + 2);
}

}  // namespace relais::sync
