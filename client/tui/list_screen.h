#pragma once

#include <string>
#include <vector>

#include "client/tui/desk.h"
#include "client/tui/scroll.h"

namespace relais::tui {

/// The records, newest first. What is typed searches them: the daemon looks in
/// all, the screen shows the first of what it found.
class ListScreen final : public Screen {
 public:
  ListScreen();
  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  void on_top(Desk& desk) override;
  void on_pause(Desk& desk) override;

 private:
  struct Line {
    std::string reference;
    std::string state;
    std::string held;
    std::string title;
  };
  void ask_list(Desk& desk);
  /// What the lines should answer.
  std::string wanted() const { return form_ + "\n" + searched_; }
  void choose_form(Desk& desk);
  void page_on(Desk& desk);

  std::string form_;  ///< "": all
  std::string form_label_;
  std::string searched_;
  std::string asked_ = "?";  ///< what the lines answer
  std::vector<Line> lines_;
  std::size_t limit_;    ///< lines asked for
  bool sorted_ = false;  ///< by reference; else newest first
  Scroll scroll_;
};

/// Opens a record to be read, with its history or without.
void show_record(Desk& desk, const Screen* owner, const std::string& name,
                 bool history);

}  // namespace relais::tui
