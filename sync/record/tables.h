#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sync/record/change.h"
#include "sync/result.h"

namespace relais::sync {

/// One reference table as published: CSV whose first line names the columns
/// and whose column `code` is unique. Immutable once parsed.
class Table {
 public:
  /// Fails with invalid, naming the line: not UTF-8, no column `code`, a
  /// repeated code, a line with too few or too many cells.
  static Result<std::shared_ptr<const Table>> parse(std::string_view csv);

  const std::vector<std::string>& columns() const { return columns_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

  /// Row index of a code, or -1.
  int find(std::string_view code) const;
  /// Cell of a row by column name; empty when there is no such column.
  const std::string& cell(std::size_t row, std::string_view column) const;
  /// All rows whose `column` is `value`, oldest line first.
  std::vector<std::size_t> where(std::string_view column,
                                 std::string_view value) const;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::map<std::string, std::size_t, std::less<>> by_code_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

/// All reference tables as they stood at one version. A change names the
/// version that its author had before him.
struct Tables {
  Version version;
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> table;

  const Table* find(std::string_view name) const;
  /// label_fr or label_en of a code; the code itself where there is none.
  std::string label(std::string_view table, std::string_view code,
                    std::string_view language) const;
};

/// The version hash after one more publication: H("relais/reference/1",
/// hash before, table name, H of the file).
Version next_version(const Version& before, std::string_view table,
                     const Hash& file);

/// RFC 4180. Every cell, line by line; fails with invalid naming the line.
Result<std::vector<std::vector<std::string>>> parse_csv(std::string_view csv);
/// One line with its CRLF; cells that a spreadsheet would run are neutralised
/// with a leading apostrophe when `neutralise` (U35).
std::string csv_line(const std::vector<std::string>& cells, bool neutralise);

}  // namespace relais::sync
