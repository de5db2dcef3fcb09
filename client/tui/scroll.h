#pragma once

#include "client/tui/key.h"

namespace relais::tui {

/// Which line of a list is chosen, and which is the first one shown.
struct Scroll {
  int at = 0;
  int first = 0;
  int page = 1;

  /// The keys that move in a list of `count` lines; false: another key.
  bool on_key(const Key& key, int count);
  void to(int line, int count);
  /// So many lines fit: the chosen one is among them.
  void fit(int lines);
};

/// The first line shown, so that line `at` is on a page.
int scrolled(int first, int at, int page);

}  // namespace relais::tui
