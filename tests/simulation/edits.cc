#include "tests/simulation/edits.h"

#include <algorithm>

#include "sync/record/access.h"

namespace relais::simulation {
namespace {

constexpr std::int32_t a_day = 20'600;  // in 2026
constexpr std::size_t variants = 3;
constexpr int tries_max = 3;  ///< to say something that does not stand there
/// So often nobody thinks of whether it will be taken.
constexpr int careless_percent = 7;
/// So often it is about the one thing that everybody writes to in a record.
constexpr int same_place_percent = 60;

sync::Value any_number(Dice& dice, const proto::Field& spec) {
  const std::int64_t low = spec.has_min() ? spec.min() : 0;
  const std::int64_t high = spec.has_max() ? spec.max() : low + 40;
  const auto step = static_cast<std::int64_t>(dice.below(variants));
  return sync::Value(std::min(high, low + step));
}

std::string any_text(Dice& dice, const proto::Field& spec) {
  const auto version = static_cast<char>('A' + dice.below(variants));
  const bool may_be_long = spec.max_length() == 0 || spec.max_length() > 40;
  std::string text = may_be_long ? "Constaté au poste, version " : "";
  text += version;
  if (may_be_long && dice.chance(25)) {
    text += ", " + std::string(witness);
    for (std::size_t i = 0; i < witness_digits; ++i) {
      text += static_cast<char>('0' + dice.below(10));
    }
  }
  while (text.size() < spec.min_length()) text += ", relu sur place";
  return text;
}

/// The patterns of the forms: numbers of files, half days, years.
std::string text_like(Dice& dice, const std::string& pattern) {
  const std::string digit = std::to_string(1 + dice.below(variants));
  if (pattern.starts_with("^BACI")) return "BACI/2026/000" + digit;
  if (pattern.ends_with("(AM|PM)$")) return "2026-05-1" + digit + "/AM";
  if (pattern.starts_with("^[0-9]{4}(")) return "2026." + digit;
  return "A-" + digit;
}

sync::Value any_value(Dice& dice, const proto::Field& spec,
                      const sync::Tables& tables) {
  if (!spec.required() && dice.chance(5)) return {};
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
  return sync::Value(spec.pattern().empty() ? any_text(dice, spec)
                                            : text_like(dice, spec.pattern()));
}

/// Whether a person can type it: a file, a hash or a record of another form
/// comes from elsewhere.
bool is_typed(const proto::Field& spec) {
  return spec.type() != proto::TYPE_HASH && spec.type() != proto::TYPE_BLOB &&
         spec.type() != proto::TYPE_SEALED && spec.type() != proto::TYPE_RECORD;
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
  const std::string& pattern = table.row_key().pattern();
  return pattern.find("(AM|PM)") == std::string::npos
             ? std::string()
             : text_like(dice, pattern);
}

void edit_row(Dice& dice, const proto::Field& table, const std::string& row,
              const sync::Tables& tables, std::vector<sync::Edit>& edits) {
  for (const proto::Field& column : table.column()) {
    if (!column.required() && !row.empty() && dice.chance(60)) continue;
    if (!is_typed(column)) continue;
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

sync::Value value_of(const sync::RecordView& view, const std::string& field) {
  for (const sync::PartState& part : view.parts) {
    const auto found = part.field.find(field);
    if (found != part.field.end()) return found->second.cell.value;
  }
  return {};
}

std::vector<const proto::Field*> all_of(const sync::Form& form) {
  std::vector<const proto::Field*> fields;
  for (const proto::Field& field : form.definition().field()) {
    fields.push_back(&field);
  }
  return fields;
}

/// Where this person may write, as the record stands.
std::vector<const proto::Field*> open_to(const sync::RecordView& view,
                                         const sync::Actor& actor) {
  const sync::RecordFacts facts(view.parts);
  const sync::Asker asker{actor.person, actor.side};
  const bool draft = view.held == sync::Held::draft;
  const sync::Form& form = *view.form;
  const sync::Access access =
      draft ? sync::Access::to_new(form, *view.tables, asker, facts)
            : sync::Access(form, *view.tables, asker, view.author, facts);
  std::vector<const proto::Field*> open;
  for (const proto::Field* field : all_of(form)) {
    sync::Act act;
    act.address.field = field->id();
    act.kind = field->policy() == proto::POLICY_ADD   ? proto::ACT_KIND_ADD_ROW
               : field->policy() == proto::POLICY_LOG ? proto::ACT_KIND_APPEND
                                                      : proto::ACT_KIND_WRITE;
    const sync::Expression* when = form.when(*field);
    const bool relevant = when == nullptr || when->holds(facts);
    const bool fixed = !draft && field->policy() == proto::POLICY_IMM;
    if (relevant && !fixed && is_typed(*field) &&
        access.may(form.part_of(*field), act)) {
      open.push_back(field);
    }
  }
  return open;
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

std::vector<sync::Edit> some_edits(Dice& dice, const sync::RecordView& view,
                                   const sync::Actor& actor) {
  const std::vector<const proto::Field*> fields =
      dice.chance(careless_percent) ? all_of(*view.form) : open_to(view, actor);
  std::vector<sync::Edit> edits;
  if (fields.empty()) return edits;
  for (std::size_t count = dice.chance(70) ? 1 : 1 + dice.below(3); count > 0;
       --count) {
    const std::size_t which = dice.chance(same_place_percent)
                                  ? std::size_t{view.record.bytes.front()}
                                  : dice.below(fields.size());
    const proto::Field& field = *fields[which % fields.size()];
    if (field.policy() == proto::POLICY_ADD ||
        field.policy() == proto::POLICY_LOG) {
      edit_table(dice, field, view, edits);
      continue;
    }
    sync::Edit edit;
    edit.address.field = field.id();
    for (int tries = 0; tries < tries_max; ++tries) {
      edit.value = any_value(dice, field, *view.tables);
      if (edit.value != value_of(view, field.id())) break;
    }
    edits.push_back(std::move(edit));
  }
  return edits;
}

}  // namespace relais::simulation
