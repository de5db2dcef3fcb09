#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "client/tui/grid.h"
#include "client/tui/key.h"
#include "sync/result.h"

namespace relais::tui {

/// The terminal that a person sits at: the only place that knows ncurses. One
/// at a time. What it draws is the difference to what stands there.
class TerminalFace {
 public:
  /// invalid: not a terminal, or one that cannot move its cursor (TERM).
  static sync::Result<std::unique_ptr<TerminalFace>> open();
  ~TerminalFace();
  TerminalFace(const TerminalFace&) = delete;
  TerminalFace& operator=(const TerminalFace&) = delete;

  /// What is typed there can be waited for on this.
  int input() const;
  /// The next key that is already there. Bytes that are no key are passed
  /// over.
  std::optional<Key> next();
  /// The window changed its size: ask for it again.
  void resize();
  /// Draws everything anew, whatever stands there.
  void redraw();

  int rows() const;
  int columns() const;
  void paint(const Grid& grid);

 private:
  explicit TerminalFace(std::FILE* keys) : keys_(keys) {}

  std::FILE* keys_;
  bool pasting_ = false;
  std::string pasted_;
};

}  // namespace relais::tui
