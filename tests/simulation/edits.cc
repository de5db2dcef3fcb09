#include "tests/simulation/edits.h"

#include <algorithm>

namespace relais::simulation {
namespace {

constexpr std::int32_t a_day = 20'600;  // in 2026
constexpr std::size_t variants = 3;

sync::Value any_number(Dice& dice, const proto::Field& spec) {
  const std::int64_t low = spec.has_min() ? spec.min() : 0;
  const std::int64_t high = spec.has_max() ? spec.max() : low + 40;
  const auto step = static_cast<std::int64_t>(dice.below(variants));
  return sync::Value(std::min(high, low + step));
}

sync::Value any_text(Dice& dice, const proto::Field& spec) {
  std::string text = "Constaté au poste, version ";
  text += static_cast<char>('A' + dice.below(variants));
  while (text.size() < spec.min_length()) text += ", relu sur place";
  return sync::Value(text);
}

sync::Value any_value(Dice& dice, const proto::Field& spec,
                      const sync::Tables& tables) {
  if (dice.chance(5)) return {};
  switch (spec.type()) {
    case proto::TYPE_INTEGER:
    case proto::TYPE_MONEY:
      return any_number(dice, spec);
    case proto::TYPE_DECIMAL:
      return sync::Value(sync::Decimal{
          *any_number(dice, spec).get<std::int64_t>(), spec.scale()});
    case proto::TYPE_YES_NO:
      return sync::Value(dice.chance(50));
    case proto::TYPE_DATE:
      return sync::Value(
          sync::Date{a_day + static_cast<std::int32_t>(dice.below(variants))});
    case proto::TYPE_INSTANT:
      return sync::Value(sync::Instant{
          1'778'000'000'000 + static_cast<std::int64_t>(dice.below(variants))});
    case proto::TYPE_CODE:
      if (spec.choice_size() > 0) {
        return sync::Value(sync::Code{dice.pick(spec.choice()).code()});
      }
      return sync::Value(sync::Code{any_code(dice, tables, spec.list())});
    case proto::TYPE_LINE:
    case proto::TYPE_TEXT:
    case proto::TYPE_HASH:
    case proto::TYPE_BLOB:
    case proto::TYPE_SEALED:
    case proto::TYPE_RECORD:
    case proto::TYPE_CODES:
    case proto::TYPE_TABLE:
    case proto::TYPE_UNSPECIFIED:
    case proto::Type_INT_MIN_SENTINEL_DO_NOT_USE_:
    case proto::Type_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return any_text(dice, spec);
}

std::string row_name(Dice& dice, const proto::Field& table,
                     const sync::Tables& tables) {
  if (table.type() == proto::TYPE_CODES) {
    return any_code(dice, tables, table.list());
  }
  if (!table.row_key().list().empty()) {
    return any_code(dice, tables, table.row_key().list());
  }
  if (table.row_key().choice_size() > 0) {
    return dice.pick(table.row_key().choice()).code();
  }
  return {};
}

void edit_row(Dice& dice, const proto::Field& table, const std::string& row,
              const sync::Tables& tables, std::vector<sync::Edit>& edits) {
  for (const proto::Field& column : table.column()) {
    if (!column.required() && !row.empty() && dice.chance(60)) continue;
    sync::Edit edit;
    edit.address = {table.id(), row, column.id()};
    if (row.empty()) edit.new_row = 1;
    edit.value = any_value(dice, column, tables);
    edits.push_back(std::move(edit));
  }
}

/// A new row, cells of a row, or a row less.
void edit_table(Dice& dice, const proto::Field& table,
                const sync::RecordView& view, std::vector<sync::Edit>& edits) {
  std::vector<std::string> rows;
  for (const sync::PartState& part : view.parts) {
    const auto field = part.field.find(table.id());
    if (field == part.field.end()) continue;
    for (const auto& [row, state] : field->second.row) rows.push_back(row);
  }
  std::string row = row_name(dice, table, *view.tables);
  if (!rows.empty() && dice.chance(50)) row = dice.pick(rows);
  if (table.policy() == proto::POLICY_LOG) row.clear();
  sync::Edit edit;
  edit.address = {table.id(), row, {}};
  if (!rows.empty() && dice.chance(20)) {
    edit.address.row = dice.pick(rows);
    edit.kind = dice.chance(70) ? sync::Edit::Kind::annul_row
                                : sync::Edit::Kind::restore_row;
    edit.reason = "inscrit par erreur";
    edits.push_back(std::move(edit));
  } else if (table.type() == proto::TYPE_CODES) {
    edits.push_back(std::move(edit));
  } else {
    edit_row(dice, table, row, *view.tables, edits);
  }
}

}  // namespace

std::string any_code(Dice& dice, const sync::Tables& tables,
                     std::string_view name) {
  const sync::Table* table = tables.find(name);
  if (table == nullptr || table->rows().empty()) return {};
  const std::size_t few = std::min(table->rows().size(), variants);
  const std::size_t row =
      dice.below(dice.chance(80) ? few : table->rows().size());
  return table->cell(row, "code");
}

std::vector<sync::Edit> some_edits(Dice& dice, const sync::RecordView& view) {
  std::vector<sync::Edit> edits;
  const auto& fields = view.form->definition().field();
  if (fields.empty()) return edits;
  for (std::size_t count = dice.chance(70) ? 1 : 1 + dice.below(3); count > 0;
       --count) {
    const proto::Field& field = dice.pick(fields);
    const bool readable = std::any_of(
        view.parts.begin(), view.parts.end(), [&](const sync::PartState& part) {
          return part.part == view.form->part_of(field);
        });
    if (!readable && dice.chance(80)) continue;
    if (field.policy() == proto::POLICY_ADD ||
        field.policy() == proto::POLICY_LOG) {
      edit_table(dice, field, view, edits);
    } else {
      sync::Edit edit;
      edit.address.field = field.id();
      edit.value = any_value(dice, field, *view.tables);
      edits.push_back(std::move(edit));
    }
  }
  return edits;
}

}  // namespace relais::simulation
