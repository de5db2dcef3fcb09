#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/tui/desk.h"
#include "client/tui/pick_screen.h"
#include "client/tui/scroll.h"

namespace relais::tui {

/// Marks over half-days: one line a person, one key a mark. Each mark is saved
/// as it is typed.
class GridScreen final : public Screen {
 public:
  explicit GridScreen(std::string record) : record_(std::move(record)) {}

  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  std::string note(const Desk& desk) const override;
  void on_top(Desk& desk) override;
  void on_pause(Desk& desk) override;

 private:
  struct Slot {
    std::string row;
    std::string label;
    std::vector<std::pair<std::string, std::string>> copy;
  };
  struct Line {
    std::string record;
    std::string label;
    std::string hours;  ///< attended so far, as the daemon counts them
    std::map<std::string, std::string> mark;  ///< by slot
    std::set<std::string> undecided;
  };
  void ask_grid(Desk& desk);
  void read(const std::string& json);
  void mark(Desk& desk, const std::string& code);
  /// `set`: of the cell's row, all at once. What else the form wants of it is
  /// asked for.
  void write(Desk& desk, const std::string& record, const std::string& row,
             const std::vector<std::string>& set);
  void add_person(Desk& desk);
  void add_walk_in(Desk& desk);
  void add(Desk& desk, const std::vector<std::string>& set);
  void add_slot(Desk& desk);
  void draw_line(Grid& grid, int row, const Line& line, bool here) const;
  std::string total_of(const std::string& slot) const;

  std::string record_;
  std::string reference_;
  std::string form_;
  std::string of_;
  std::string key_;
  std::string table_;
  std::string column_;
  std::string slots_table_;
  std::vector<Slot> slots_;
  std::vector<Item> choices_;
  std::vector<Line> lines_;
  bool may_add_ = false;
  bool marked_ = false;  ///< the hours are not of the newest marks
  Scroll line_;
  int slot_ = 0;
  int first_slot_ = 0;
};

}  // namespace relais::tui
