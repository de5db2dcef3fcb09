#include "sync/record/tables.h"

#include <set>
#include <utility>

#include "sync/crypto.h"
#include "sync/limits.h"
#include "sync/unicode.h"

namespace relais::sync {
namespace {

struct Line {
  std::size_t number = 0;  ///< of its first character in the file, from 1
  std::vector<std::string> cells;
};

/// A French spreadsheet separates by semicolons: the first line tells.
char separator_of(std::string_view csv) {
  bool quoted = false;
  bool semicolon = false;
  for (const char c : csv) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ',') return ',';
    if (c == '\r' || c == '\n') break;
    semicolon = semicolon || c == ';';
  }
  return semicolon ? ';' : ',';
}

/// RFC 4180, with LF or CRLF; wholly empty lines are passed over.
class CsvReader {
 public:
  explicit CsvReader(std::string_view csv) : csv_(csv) {
    if (csv_.starts_with("\xEF\xBB\xBF")) csv_.remove_prefix(3);
    separator_ = separator_of(csv_);
  }

  Result<std::vector<Line>> read() {
    std::vector<Line> lines;
    while (at_ < csv_.size()) {
      if (take_line_end()) continue;
      auto line = read_line();
      if (!line) return fail(line.error());
      lines.push_back(*std::move(line));
    }
    return lines;
  }

 private:
  Result<Line> read_line() {
    Line line{number_, {}};
    for (;;) {
      auto cell = at('"') ? quoted() : plain();
      if (!cell) return fail(cell.error());
      line.cells.push_back(*std::move(cell));
      if (at_ >= csv_.size() || take_line_end()) return line;
      if (!at(separator_)) {
        return fail(Errc::invalid,
                    "Line {0}: text follows a closing quote. Write a quote "
                    "inside a cell twice.",
                    {std::to_string(number_)});
      }
      ++at_;
    }
  }

  Result<std::string> plain() {
    const std::size_t start = at_;
    while (at_ < csv_.size() && !at(separator_) && !at('\n') && !at('\r')) {
      if (at('"')) {
        return fail(Errc::invalid,
                    "Line {0}: a quote stands in the middle of a cell. Put "
                    "the whole cell between quotes.",
                    {std::to_string(number_)});
      }
      ++at_;
    }
    return std::string(csv_.substr(start, at_ - start));
  }

  Result<std::string> quoted() {
    const std::size_t first = number_;
    std::string cell;
    for (++at_; at_ < csv_.size(); ++at_) {
      if (at('"')) {
        ++at_;
        if (!at('"')) return cell;
      }
      if (at('\n')) ++number_;
      cell += csv_[at_];
    }
    return fail(Errc::invalid, "Line {0}: a quote is not closed. Close it.",
                {std::to_string(first)});
  }

  bool at(char c) const { return at_ < csv_.size() && csv_[at_] == c; }

  bool take_line_end() {
    if (!at('\n') && !at('\r')) return false;
    if (at('\r')) ++at_;
    if (at('\n')) ++at_;
    ++number_;
    return true;
  }

  std::string_view csv_;
  char separator_ = ',';
  std::size_t at_ = 0;
  std::size_t number_ = 1;
};

Result<Line> cleaned(Line line) {
  for (std::string& cell : line.cells) {
    auto text = clean_text(cell, false);
    if (!text) {
      return fail(Errc::invalid,
                  "Line {0}: a cell is not UTF-8 text or holds a control "
                  "character. Save the file as UTF-8.",
                  {std::to_string(line.number)});
    }
    cell = *std::move(text);
  }
  return line;
}

Result<> check_header(const Line& header) {
  std::set<std::string> seen;
  for (const std::string& name : header.cells) {
    if (!name.empty() && seen.insert(name).second) continue;
    return fail(Errc::invalid,
                "Line {0}: the column {1} has no name or stands there twice. "
                "Give each column its own name.",
                {std::to_string(header.number), name});
  }
  if (seen.contains("code")) return {};
  return fail(Errc::invalid, "Line {0}: no column is called code. Add it.",
              {std::to_string(header.number)});
}

tl::unexpected<Error> no_code(std::size_t line) {
  return fail(Errc::invalid, "Line {0}: the code is empty. Fill it in.",
              {std::to_string(line)});
}

}  // namespace

Result<std::shared_ptr<const Table>> Table::parse(std::string_view csv) {
  if (csv.size() > limits::document_bytes_max) {
    return fail(Errc::invalid, "The table is larger than {0} bytes. Split it.",
                {std::to_string(limits::document_bytes_max)});
  }
  auto lines = CsvReader(csv).read();
  if (!lines) return fail(lines.error());
  if (lines->empty()) {
    return fail(Errc::invalid,
                "The table is empty. Its first line must name the columns.");
  }
  auto table = std::make_shared<Table>();
  for (Line& raw : *lines) {
    auto line = cleaned(std::move(raw));
    if (!line) return fail(line.error());
    if (table->columns_.empty()) {
      if (auto good = check_header(*line); !good) return fail(good.error());
      table->columns_ = std::move(line->cells);
      for (std::size_t i = 0; i < table->columns_.size(); ++i) {
        table->by_name_[table->columns_[i]] = i;
      }
      continue;
    }
    if (line->cells.size() != table->columns_.size()) {
      return fail(
          Errc::invalid,
          "Line {0}: {1} cells where the first line names {2} columns. "
          "Correct the line.",
          {std::to_string(line->number), std::to_string(line->cells.size()),
           std::to_string(table->columns_.size())});
    }
    const std::string& code = line->cells[table->by_name_["code"]];
    if (code.empty()) return no_code(line->number);
    if (!table->by_code_.emplace(code, table->rows_.size()).second) {
      return fail(Errc::invalid,
                  "Line {0}: the code {1} stands there a second time. Give "
                  "each line its own code.",
                  {std::to_string(line->number), code});
    }
    table->rows_.push_back(std::move(line->cells));
  }
  return std::shared_ptr<const Table>(std::move(table));
}

int Table::find(std::string_view code) const {
  const auto found = by_code_.find(code);
  return found == by_code_.end() ? -1 : static_cast<int>(found->second);
}

const std::string& Table::cell(std::size_t row, std::string_view column) const {
  static const std::string none;
  const auto found = by_name_.find(column);
  if (found == by_name_.end() || row >= rows_.size()) return none;
  return rows_[row][found->second];
}

std::vector<std::size_t> Table::where(std::string_view column,
                                      std::string_view value) const {
  std::vector<std::size_t> found;
  const auto index = by_name_.find(column);
  if (index == by_name_.end()) return found;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (rows_[row][index->second] == value) found.push_back(row);
  }
  return found;
}

const Table* Tables::find(std::string_view name) const {
  const auto found = table.find(name);
  return found == table.end() ? nullptr : found->second.get();
}

std::string Tables::label(std::string_view name, std::string_view code,
                          std::string_view language) const {
  const Table* in = find(name);
  const int row = in == nullptr ? -1 : in->find(code);
  if (row < 0) return std::string(code);
  const std::string& label =
      in->cell(static_cast<std::size_t>(row), "label_" + std::string(language));
  return label.empty() ? std::string(code) : label;
}

Version next_version(const Version& before, std::string_view table,
                     const Hash& file) {
  return {before.number + 1,
          hash({"relais/reference/1", before.hash.view(), table, file.view()})};
}

Result<std::vector<std::vector<std::string>>> parse_csv(std::string_view csv) {
  auto lines = CsvReader(csv).read();
  if (!lines) return fail(lines.error());
  std::vector<std::vector<std::string>> cells;
  cells.reserve(lines->size());
  for (Line& line : *lines) cells.push_back(std::move(line.cells));
  return cells;
}

std::string csv_line(const std::vector<std::string>& cells, bool neutralise) {
  std::string line;
  for (const std::string& original : cells) {
    std::string cell = original;
    const bool runs =
        !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) !=
                             std::string_view::npos;
    if (neutralise && runs) cell.insert(0, 1, '\'');
    const bool quotes = cell.find_first_of(",;\"\r\n") != std::string::npos ||
                        (cells.size() == 1 && cell.empty()) ||
                        cell.starts_with("\xEF\xBB\xBF");
    if (&original != &cells.front()) line += ',';
    if (!quotes) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line += c == '"' ? "\"\"" : std::string(1, c);
    line += '"';
  }
  return line + "\r\n";
}

}  // namespace relais::sync
