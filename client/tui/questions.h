#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/tui/desk.h"
#include "client/tui/scroll.h"
#include "client/tui/sheet.h"
#include "client/tui/text_input.h"

namespace relais::tui {

/// One question a line, with what stands in it and what is wrong with it: the
/// body of a form and of a row. Long values fold; the text being typed is
/// shown whole.
class Questions {
 public:
  struct Line {
    enum class Kind : std::uint8_t { heading, question, row, add };
    Kind kind = Kind::question;
    Question question;      ///< of a row or "add": its address and texts
    std::size_t field = 0;  ///< in the sheet
    std::size_t row = 0;    ///< in the field
    bool stops() const { return kind != Kind::heading; }
  };

  /// Stays where it was, by address.
  void show(std::vector<Line> lines);
  const Line* here() const;
  /// Goes to the next line with a fault after this one, or the first.
  bool to_fault(bool missing_too);
  void to(const std::string& address);

  bool typing() const { return input_.has_value(); }
  std::string typed() const { return input_ ? input_->text() : std::string(); }
  void type(std::string text, bool lines);

  enum class Did : std::uint8_t {
    nothing,
    moved,
    typed,
    opened,   ///< Enter, or a character, on a line that is not typed into
    entered,  ///< typed() is to be taken: call taken()
  };
  Did on_key(const Key& key);
  /// Ends the typing that `entered` told of.
  void taken(bool next);
  /// To the next line: this one is answered.
  void next() { move(1); }

  void draw(Grid& grid, int top, int bottom, const Desk& desk,
            bool missing_too);

 private:
  struct Drawn {
    std::string left;
    std::string right;
    Style style = Style::plain;
    std::size_t line = 0;
  };
  std::vector<Drawn> drawn(const Desk& desk, int columns,
                           bool missing_too) const;
  void add_value(std::vector<Drawn>& all, std::size_t line, int columns,
                 const Desk& desk) const;
  void add_faults(std::vector<Drawn>& all, std::size_t line, int columns,
                  const Desk& desk, bool missing_too) const;
  std::string here_address() const {
    return here() == nullptr ? std::string() : here()->question.address;
  }
  void move(int lines);
  Did on_typing_key(const Key& key);

  std::vector<Line> lines_;
  std::size_t at_ = 0;
  int first_ = 0;  ///< drawn line
  int page_ = 1;
  int value_width_ = 40;
  std::optional<TextInput> input_;
  std::string jumped_to_ = "?";
};

}  // namespace relais::tui
