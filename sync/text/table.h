#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sync/result.h"
#include "sync/text/messages.h"

namespace relais::sync {

enum class Format : std::uint8_t { table, json, csv };
/// "table", "json" or "csv"; usage otherwise.
Result<Format> format_from_text(std::string_view text);

struct Look {
  Format format = Format::table;
  Language language = Language::fr;  ///< of a table's headings
  bool bold = false;                 ///< headings: only on a terminal
  /// Of a CSV without a row; empty: not known, and no heading then.
  std::vector<std::string> columns = {};
  bool one = false;  ///< the answer is one object: no array, no table
};

/// Prints JSON objects as they come. Memory does not grow with their number:
/// a table's widths are those of its first rows_before_widths rows.
///
///   table   aligned columns under translated headings; control characters of
///           the data are escaped
///   json    one array, an object a line; with `one`, the object, indented
///   csv     RFC 4180 under the keys of the first object; cells that a
///           spreadsheet would run are neutralised
class RowPrinter {
 public:
  using Write = std::function<void(std::string_view)>;
  static constexpr std::size_t rows_before_widths = 500;

  RowPrinter(Look look, Write write);
  ~RowPrinter();
  RowPrinter(const RowPrinter&) = delete;
  RowPrinter& operator=(const RowPrinter&) = delete;

  /// wire_format when this is no JSON object.
  Result<> add(std::string_view json);
  /// An object came.
  bool any() const;
  /// Prints what is still kept back. An empty answer is [] as JSON, the known
  /// columns as CSV, and nothing as a table.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace relais::sync
