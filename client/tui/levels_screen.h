#pragma once

#include <functional>
#include <string>
#include <vector>

#include "client/tui/form_work.h"
#include "client/tui/row_screen.h"
#include "client/tui/scroll.h"

namespace relais::tui {

/// Levels side by side, one line a competency: required, those that each
/// person saw, and the gap. One digit is one level, saved as it is typed.
class LevelsScreen final : public Screen {
 public:
  /// Opens a row of a table of the form.
  using OpenRow =
      std::function<void(Desk&, const std::string& table,
                         const std::string& row, RowScreen::Begun begun)>;
  /// `work`: of the form below on the stack, which outlives it.
  LevelsScreen(FormWork& work, OpenRow open_row)
      : work_(&work), open_row_(std::move(open_row)) {}

  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  std::string note(const Desk& desk) const override;

 private:
  const Levels& levels() const { return work_->sheet().levels; }
  /// Those that this person may see, in the form's order.
  std::vector<const Field*> tables() const;
  const Field* table_here() const;
  const Levels::Line* line_here() const;
  std::string gap_of(const Levels::Line& line) const;
  void set(Desk& desk, const std::string& level);
  void plan(Desk& desk);

  FormWork* work_;
  OpenRow open_row_;
  Scroll line_;
  int table_ = 0;
};

}  // namespace relais::tui
