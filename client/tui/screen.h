#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/tui/grid.h"
#include "client/tui/key.h"
#include "sync/result.h"

namespace relais::tui {

using sync::Sentence;

class Desk;

/// A key of the bottom line, with what it does.
struct Hint {
  std::string key;  ///< "F2"
  Sentence does;
};

/// One view, of the stack that a Desk keeps. Threads: the desk's.
class Screen {
 public:
  virtual ~Screen() = default;
  virtual std::string title(const Desk& desk) const = 0;
  /// Rows of the grid from `top` to `bottom` (not included) are its own.
  virtual void draw(Grid& grid, int top, int bottom, Desk& desk) = 0;
  virtual void on_key(const Key& key, Desk& desk) = 0;
  virtual std::vector<Hint> hints() const = 0;
  /// What the line above the keys says when nothing else is to be told there
  /// and nobody is pressing keys: on a slow line it costs more than the key.
  virtual std::string note(const Desk&) const { return {}; }
  /// It is on top: for the first time, or again.
  virtual void on_top(Desk&) {}
  /// Nobody pressed a key for a moment.
  virtual void on_pause(Desk&) {}

  /// Whose it is does not stand above it: nobody is to think that he signs.
  virtual bool names_nobody() const { return false; }
  /// It holds what somebody typed and what is kept nowhere else: it outlives
  /// another's login, and is asked (Esc) before the program ends.
  virtual bool keeps_alone() const { return false; }

  /// Now and then, whether keys are pressed or not.
  virtual void on_tick(Desk&) {}

  /// Expires with the screen.
  std::weak_ptr<const void> alive() const { return alive_; }

 private:
  std::shared_ptr<const char> alive_ = std::make_shared<const char>();
};

}  // namespace relais::tui
