#pragma once

#include <string>
#include <vector>

#include "client/tui/form_work.h"
#include "client/tui/questions.h"

namespace relais::tui {

/// Codes to choose from: those of the question, or of its table. `typed`: the
/// letter that opened it begins the search.
void choose(Desk& desk, const Screen* owner, const Question& question,
            const std::string& typed, PickScreen::OnPick on_pick);
/// The same in one line.
std::string note_of(const Desk& desk, const Question& question);
/// What a question is about, and how it is answered.
std::string help_of(const Desk& desk, const Question& question);

/// One row of a table, or one entry of a log.
class RowScreen final : public Screen {
 public:
  struct Begun {
    std::vector<Typed> typed;  ///< stands in the columns already
    std::string fault;         ///< why that was not taken
    std::string replaces;      ///< the entry that goes when this is taken
  };
  /// `columns` with the addresses that are to be written, as they stand.
  RowScreen(std::string title, std::vector<Question> columns, FormWork& work,
            Begun begun);

  std::string title(const Desk&) const override { return title_; }
  void draw(Grid& grid, int top, int bottom, Desk& desk) override;
  void on_key(const Key& key, Desk& desk) override;
  std::vector<Hint> hints() const override;
  std::string note(const Desk& desk) const override;
  void on_pause(Desk& desk) override;

 private:
  void show();
  void open(const std::string& letter, Desk& desk);
  void take(const std::string& text);
  void finish(Desk& desk);
  void refused(const std::string& fault);
  Question* here();

  std::string title_;
  std::vector<Question> columns_;
  std::vector<std::string> before_;  ///< values as the row was opened
  bool fresh_;                       ///< every column is written
  std::string replaces_;
  FormWork* work_;  ///< of the form below on the stack, which outlives it
  Questions list_;
  std::string fault_;
};

}  // namespace relais::tui
