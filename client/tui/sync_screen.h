#pragma once

#include <string>
#include <vector>

#include "client/tui/desk.h"

namespace relais::tui {

/// What waits for headquarters, and the two roads there: a session now, or a
/// file to be carried.
class SyncScreen final : public Screen {
 public:
  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  void on_top(Desk& desk) override;
  void on_tick(Desk& desk) override { ask_waiting(desk); }

 private:
  void ask_waiting(Desk& desk);
  void talk(Desk& desk);
  void write_file(Desk& desk, const std::string& named);
  void mark_sent(Desk& desk, const std::string& reach, const std::string& path);
  void read_file(Desk& desk, const std::string& path);
  void choose_file(Desk& desk);

  std::string state_;                ///< as `status` says it to people
  std::string cost_;                 ///< what a session would send
  std::vector<std::string> events_;  ///< of this screen, newest last
  bool talking_ = false;
};

}  // namespace relais::tui
