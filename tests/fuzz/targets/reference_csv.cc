#include "sync/record/tables.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

/// What was read is written, and reads as the same.
void expect_same_cells(const std::vector<std::vector<std::string>>& lines) {
  std::string text;
  for (const auto& cells : lines) text += sync::csv_line(cells, false);
  const auto again = sync::parse_csv(text);
  CHECK(again);
  CHECK(*again == lines);
}

void expect_found(const sync::Table& table) {
  for (std::size_t row = 0; row < table.rows().size(); ++row) {
    CHECK(table.rows()[row].size() == table.columns().size());
    const std::string& code = table.cell(row, "code");
    CHECK(table.find(code) == static_cast<int>(row));
    CHECK(table.where("code", code) == std::vector<std::size_t>{row});
  }
  CHECK(table.columns().empty() || table.cell(0, "no such column").empty());
}

}  // namespace

FUZZ_TARGET(reference_csv) {
  const auto lines = sync::parse_csv(input);
  if (lines) expect_same_cells(*lines);
  const auto table = sync::Table::parse(input);
  if (!table) return;
  CHECK(lines);
  if (!(*table)->rows().empty()) expect_found(**table);
}
