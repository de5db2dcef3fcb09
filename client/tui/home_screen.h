#pragma once

#include <string>
#include <vector>

#include "client/tui/desk.h"
#include "client/tui/scroll.h"

namespace relais::tui {

/// What an officer sees first: how things stand, what he has begun, what came
/// back, what needs attention.
class HomeScreen final : public Screen {
 public:
  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  void on_top(Desk& desk) override;
  void on_tick(Desk& desk) override;

 private:
  /// A line that Enter opens.
  struct Entry {
    std::string heading;  ///< of the first of its kind
    std::string text;
    std::string target;
    bool form = false;  ///< opens as a form; else as a record to be read
  };
  void ask_all(Desk& desk);
  void on_status(const Answer& answer, Desk& desk);
  void new_record(Desk& desk);
  std::vector<Entry> entries() const;

  bool asking_ = false;  ///< the last answer of ask_all() is awaited
  std::string machine_;
  std::vector<std::string> status_;    ///< lines
  std::vector<std::string> warnings_;  ///< what, and what to do
  std::vector<Entry> typed_;
  std::vector<Entry> drafts_;
  std::vector<Entry> decisions_;
  Scroll scroll_;
};

}  // namespace relais::tui
