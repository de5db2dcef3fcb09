#include "sync/text/levels.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sync/record/place.h"
#include "sync/record/value_text.h"
#include "sync/text/words.h"

namespace relais::sync {
namespace {

using nlohmann::ordered_json;

constexpr const char* level_column = "level";

bool has_column(const Table& table, const std::string& name) {
  const auto& columns = table.columns();
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

/// Tables of levels, by the list that names their rows.
std::map<std::string, std::vector<std::string>> tables_of_levels(
    const Form& form) {
  std::map<std::string, std::vector<std::string>> all;
  for (const proto::Field& field : form.definition().field()) {
    const proto::Field* level = column_of(field, level_column);
    if (level == nullptr || level->type() != proto::TYPE_INTEGER) continue;
    if (field.row_key().list().empty()) continue;
    all[field.row_key().list()].push_back(field.id());
  }
  return all;
}

/// Where it is written what is asked for.
struct Asks {
  const Table* table = nullptr;
  std::string by;     ///< its column: the position
  std::string value;  ///< the record's own; "" when it is not said yet
};

std::optional<Asks> asks(const Form& form, const Tables& tables,
                         const Facts& facts, const std::string& list) {
  for (const proto::Field& field : form.definition().field()) {
    if (field.type() != proto::TYPE_CODE || field.list().empty()) continue;
    for (const auto& [name, table] : tables.table) {
      if (field.list() == list || !has_column(*table, level_column) ||
          !has_column(*table, list) || !has_column(*table, field.list())) {
        continue;
      }
      return Asks{table.get(), field.list(),
                  plain_text(facts.value(field.id()))};
    }
  }
  return std::nullopt;
}

ordered_json lines_of(const Asks& asked, const Tables& tables,
                      const std::string& list, Language language) {
  ordered_json lines = ordered_json::array();
  const Table* codes = tables.find(list);
  if (codes == nullptr) return lines;
  std::map<std::string, std::size_t> rows;
  for (const std::size_t row : asked.table->where(asked.by, asked.value)) {
    rows.emplace(asked.table->cell(row, list), row);
  }
  for (std::size_t i = 0; i < codes->rows().size(); ++i) {
    const std::string& code = codes->cell(i, "code");
    const auto row = rows.find(code);
    if (row == rows.end() && !codes->cell(i, "valid_to").empty()) continue;
    const bool asks = row != rows.end();
    lines.push_back(
        {{"code", code},
         {"label", tables.label(list, code, to_text(language))},
         {"required", asks ? asked.table->cell(row->second, level_column) : ""},
         {"essential",
          asks && asked.table->cell(row->second, "essential") == "yes"}});
  }
  return lines;
}

}  // namespace

ordered_json levels_json(const Form& form, const Tables& tables,
                         const Facts& facts, Language language) {
  for (const auto& [list, of_levels] : tables_of_levels(form)) {
    const auto asked = asks(form, tables, facts, list);
    if (of_levels.size() < 2 || !asked) continue;
    ordered_json all{{"list", list},
                     {"tables", of_levels},
                     {"plan", ""},
                     {"plan_column", ""},
                     {"lines", lines_of(*asked, tables, list, language)}};
    for (const proto::Field& field : form.definition().field()) {
      for (const proto::Field& column : field.column()) {
        if (column.list() != list) continue;
        all["plan"] = field.id();
        all["plan_column"] = column.id();
      }
    }
    return all;
  }
  return nullptr;
}

}  // namespace relais::sync
