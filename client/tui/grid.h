#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relais::tui {

/// How a cell looks; several may be joined by `|`. Nothing is told by looks
/// alone: a terminal may have none of them.
enum class Style : std::uint8_t {
  plain = 0,
  bold = 1,
  reverse = 2,
  underline = 4,
};
constexpr Style operator|(Style a, Style b) {
  return static_cast<Style>(static_cast<unsigned>(a) |
                            static_cast<unsigned>(b));
}
constexpr bool has(Style all, Style one) {
  return (static_cast<unsigned>(all) & static_cast<unsigned>(one)) != 0;
}

struct Place {
  int row = 0;
  int column = 0;
};

/// A screen in memory. What is put there passes printable(), so that no
/// control character of the data reaches a terminal; what does not fit is cut.
class Grid {
 public:
  struct Cell {
    std::string text = " ";  ///< one character with its marks; empty: the
                             ///< right half of a wide one
    Style style = Style::plain;
    bool operator==(const Cell&) const = default;
  };

  Grid(int rows, int columns);
  int rows() const { return rows_; }
  int columns() const { return columns_; }
  const Cell& at(int row, int column) const;

  /// At most `width` columns of it (-1: to the edge). Gives the columns used.
  int put(Place place, std::string_view text, Style style = Style::plain,
          int width = -1);
  /// A whole line of blanks in this style.
  void fill(int row, Style style);
  /// The chosen line, by a mark alone: to look otherwise costs a slow line as
  /// much as the whole text.
  void mark(int row, bool chosen);
  /// Where the terminal's cursor stands; none: hidden.
  std::optional<Place> cursor;

  /// The lines without blanks at their ends, for tests.
  std::string text() const;

 private:
  Cell& cell(int row, int column);

  int rows_;
  int columns_;
  std::vector<Cell> cells_;
};

/// Bytes of the code point at `at`; 0 at the end.
std::size_t character_bytes(std::string_view text, std::size_t at);
/// The text cut to so many columns, with "…" where something is missing.
std::string cut_to(std::string_view text, int columns);

}  // namespace relais::tui
