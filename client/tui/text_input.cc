#include "client/tui/text_input.h"

#include <algorithm>
#include <string_view>

#include "client/tui/grid.h"
#include "sync/unicode.h"

namespace relais::tui {
namespace {

int width_of(std::string_view text) {
  return static_cast<int>(sync::display_width(text));
}

std::size_t before(const std::string& text, std::size_t at) {
  if (at == 0) return 0;
  --at;
  while (at > 0 && (text[at] & 0xC0) == 0x80) --at;
  return at;
}

/// Where a line that begins at `begin` and may not pass `end` is broken.
std::size_t break_at(const std::string& text, std::size_t begin,
                     std::size_t end, int width) {
  std::size_t at = begin;
  std::size_t after_space = begin;
  int used = 0;
  while (at < end) {
    const std::size_t bytes = character_bytes(text, at);
    used += width_of(std::string_view(text).substr(at, bytes));
    if (used > width) return after_space > begin ? after_space : at;
    at += bytes;
    if (text[at - 1] == ' ') after_space = at;
  }
  return end;
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> TextInput::wrapped(
    int width) const {
  std::vector<std::pair<std::size_t, std::size_t>> all;
  width = std::max(width, 2);
  std::size_t begin = 0;
  for (;;) {
    const std::size_t newline = text_.find('\n', begin);
    const std::size_t end =
        newline == std::string::npos ? text_.size() : newline;
    do {
      const std::size_t next = break_at(text_, begin, end, width);
      all.emplace_back(begin, next);
      begin = next;
    } while (begin < end);
    if (newline == std::string::npos) return all;
    begin = newline + 1;
  }
}

std::pair<int, int> TextInput::cursor_at(int width) const {
  const auto lines = wrapped(width);
  int line = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].first <= cursor_) line = static_cast<int>(i);
  }
  const std::size_t begin = lines[static_cast<std::size_t>(line)].first;
  return {line,
          width_of(std::string_view(text_).substr(begin, cursor_ - begin))};
}

void TextInput::insert(const std::string& text) {
  text_.insert(cursor_, text);
  cursor_ += text.size();
}

void TextInput::to_line(int line, int column, int width) {
  const auto lines = wrapped(width);
  line = std::clamp(line, 0, static_cast<int>(lines.size()) - 1);
  const auto [begin, end] = lines[static_cast<std::size_t>(line)];
  const auto next_line = static_cast<std::size_t>(line) + 1;
  // Where a line was broken, its end is the place before the next one's first.
  const bool broken = next_line < lines.size() && lines[next_line].first == end;
  cursor_ = begin;
  while (cursor_ < end) {
    const std::size_t next = cursor_ + character_bytes(text_, cursor_);
    if (broken && next == end) break;
    if (width_of(std::string_view(text_).substr(begin, next - begin)) >
        column) {
      break;
    }
    cursor_ = next;
  }
}

bool TextInput::move(const Key& key, int width) {
  using Name = Key::Name;
  const auto [line, column] = cursor_at(width);
  if (key.name == Name::left) {
    cursor_ = before(text_, cursor_);
  } else if (key.name == Name::right) {
    cursor_ += character_bytes(text_, cursor_);
  } else if (key.name == Name::home) {
    to_line(line, 0, width);
  } else if (key.name == Name::end) {
    to_line(line, width + 1, width);
  } else if (key.name == Name::up && lines_) {
    to_line(line - 1, column, width);
  } else if (key.name == Name::down && lines_) {
    to_line(line + 1, column, width);
  } else {
    return false;
  }
  return true;
}

bool TextInput::on_key(const Key& key, int width) {
  using Name = Key::Name;
  if (key.name == Name::character) {
    insert(key.text);
  } else if (key.name == Name::paste) {
    std::string text = key.text;
    if (!lines_) std::replace(text.begin(), text.end(), '\n', ' ');
    insert(text);
  } else if (key.name == Name::enter && lines_) {
    insert("\n");
  } else if (key.name == Name::backspace) {
    const std::size_t from = before(text_, cursor_);
    text_.erase(from, cursor_ - from);
    cursor_ = from;
  } else if (key.name == Name::erase) {
    text_.erase(cursor_, character_bytes(text_, cursor_));
  } else {
    return move(key, width);
  }
  return true;
}

}  // namespace relais::tui
