#pragma once

#include <string>
#include <vector>

#include "client/tui/desk.h"
#include "client/tui/pick_screen.h"
#include "client/tui/scroll.h"

namespace relais::tui {

/// The way to a sealed report that leads past the login: whoever stands there
/// gives no name, not even to this machine. Esc leads back to the gate.
class SealedDoor final : public Screen {
 public:
  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  void on_top(Desk& desk) override;

 private:
  std::vector<Item> ways_;  ///< modes by code; an empty code: with a code
  Scroll scroll_;
};

}  // namespace relais::tui
