#include "client/tui/grid.h"

#include <algorithm>

#include "sync/text/messages.h"
#include "sync/unicode.h"

namespace relais::tui {

std::size_t character_bytes(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  std::size_t end = at + 1;
  while (end < text.size() && (text[end] & 0xC0) == 0x80) ++end;
  return end - at;
}

std::string cut_to(std::string_view text, int columns) {
  const std::string all = sync::printable(text);
  if (columns <= 0) return {};
  if (sync::display_width(all) <= static_cast<std::size_t>(columns)) {
    return all;
  }
  std::size_t end = 0;
  std::size_t width = 0;
  while (const std::size_t bytes = character_bytes(all, end)) {
    width += sync::display_width(std::string_view(all).substr(end, bytes));
    if (width >= static_cast<std::size_t>(columns)) break;
    end += bytes;
  }
  return all.substr(0, end) + "…";
}

Grid::Grid(int rows, int columns)
    : rows_(std::max(rows, 1)),
      columns_(std::max(columns, 1)),
      cells_(static_cast<std::size_t>(rows_ * columns_)) {}

const Grid::Cell& Grid::at(int row, int column) const {
  return cells_[static_cast<std::size_t>(row * columns_ + column)];
}

Grid::Cell& Grid::cell(int row, int column) {
  return cells_[static_cast<std::size_t>(row * columns_ + column)];
}

int Grid::put(Place place, std::string_view text, Style style, int width) {
  if (place.row < 0 || place.row >= rows_ || place.column < 0) return 0;
  const std::string all = sync::printable(text);
  int edge = columns_;
  if (width >= 0) edge = std::min(edge, place.column + width);
  int column = place.column;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t bytes = character_bytes(all, at);
    const std::string one = all.substr(at, bytes);
    at += bytes;
    const int wide = static_cast<int>(sync::display_width(one));
    if (wide == 0) {  // a mark: it goes with what stands before it
      if (column > place.column) cell(place.row, column - 1).text += one;
      continue;
    }
    if (column + wide > edge) break;
    cell(place.row, column) = {one, style};
    for (int half = 1; half < wide; ++half) {
      cell(place.row, column + half) = {"", style};
    }
    column += wide;
  }
  return column - place.column;
}

void Grid::fill(int row, Style style) {
  if (row < 0 || row >= rows_) return;
  for (int column = 0; column < columns_; ++column) {
    cell(row, column) = {" ", style};
  }
}

void Grid::mark(int row, bool chosen) {
  put({row, 0}, chosen ? ">" : " ",
      chosen ? Style::reverse | Style::bold : Style::plain);
}

std::string Grid::text() const {
  std::string all;
  for (int row = 0; row < rows_; ++row) {
    std::string line;
    for (int column = 0; column < columns_; ++column) {
      line += at(row, column).text;
    }
    const auto end = line.find_last_not_of(' ');
    all += line.substr(0, end == std::string::npos ? 0 : end + 1) + "\n";
  }
  return all;
}

}  // namespace relais::tui
