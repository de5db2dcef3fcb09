#pragma once

#include <string>
#include <vector>

#include "client/tui/form_work.h"
#include "client/tui/questions.h"
#include "client/tui/row_screen.h"

namespace relais::tui {

/// A form being filled in: a new one, a draft, or a record.
class FormScreen final : public Screen {
 public:
  /// `target`: a form's id, or a record's reference or id. `question`: where
  /// it opens, "": at its beginning.
  explicit FormScreen(std::string target, std::string question = {});

  std::string title(const Desk& desk) const override;
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  std::string note(const Desk& desk) const override;
  void on_top(Desk& desk) override;
  void on_pause(Desk& desk) override;

 private:
  void changed(Desk& desk);
  void draw_gone(Grid& grid, int top, int bottom, const Desk& desk) const;
  void add_rows(std::vector<Questions::Line>& lines, std::size_t field) const;
  void resume(Desk& desk);
  void back_to_fault(const std::string& address);
  bool on_function(int number, Desk& desk);
  void opened(const Key& key, Desk& desk);
  void open_question(const Key& key, Desk& desk);
  void open_codes(const Field& field, Desk& desk);
  void ask_mode(Desk& desk);
  bool turns_sealed(const std::string& address, const Item& item, Desk& desk);
  void begin_sealed(const std::string& mode, Desk& desk);
  void open_row(const Questions::Line& line, Desk& desk);
  void add_row(std::size_t field, Desk& desk, const RowScreen::Begun& begun);
  bool open_overview(Desk& desk);
  /// A row by its table and name, there or not yet.
  void open_named_row(Desk& desk, const std::string& table,
                      const std::string& row, RowScreen::Begun begun);
  void push_row(const Field& field, std::vector<Question> columns, Desk& desk,
                RowScreen::Begun begun);
  void correct_entry(const Field& field, const Questions::Line& line,
                     Desk& desk);
  void take_out(Desk& desk);
  void clear(Desk& desk);
  void send(Desk& desk);
  void read_back(Desk& desk);
  void leave(Desk& desk);
  std::string written_back(const Desk& desk) const;

  FormWork work_;
  Questions list_;
  std::string first_question_;
  std::string entered_;    ///< where a fault in it brings back to
  std::string asked_out_;  ///< the row that F9 would take out now
  bool opened_ = false;
  bool mode_asked_ = false;
  bool missing_too_ = false;  ///< it was to be sent once: all gaps are shown
};

}  // namespace relais::tui
