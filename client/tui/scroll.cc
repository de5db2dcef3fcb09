#include "client/tui/scroll.h"

#include <algorithm>

namespace relais::tui {

int scrolled(int first, int at, int page) {
  if (at < first) return at;
  if (at >= first + page) return at - page + 1;
  return first;
}

void Scroll::to(int line, int count) {
  at = std::clamp(line, 0, std::max(0, count - 1));
}

void Scroll::fit(int lines) {
  page = std::max(1, lines);
  first = scrolled(first, at, page);
}

bool Scroll::on_key(const Key& key, int count) {
  using Name = Key::Name;
  if (key.name == Name::up) {
    to(at - 1, count);
  } else if (key.name == Name::down) {
    to(at + 1, count);
  } else if (key.name == Name::page_up) {
    to(at - page, count);
  } else if (key.name == Name::page_down) {
    to(at + page, count);
  } else if (key.name == Name::home) {
    to(0, count);
  } else if (key.name == Name::end) {
    to(count, count);
  } else {
    return false;
  }
  return true;
}

}  // namespace relais::tui
