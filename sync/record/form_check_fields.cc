#include <algorithm>
#include <map>

#include "sync/limits.h"
#include "sync/record/form_check.h"
#include "sync/record/pattern.h"

namespace relais::sync {
namespace {

using Choices = google::protobuf::RepeatedPtrField<proto::Choice>;

/// Where a field stands: by itself, or as a column of a table.
struct Spot {
  const proto::Field& field;
  const proto::Field* table;  ///< null: not a column
  std::string where;

  bool plain_column() const {
    return table != nullptr && table->policy() == proto::POLICY_ADD &&
           table->unit_size() == 0;
  }
};

/// The expression language and the address of the lifecycle take these.
bool is_name(const std::string& id) {
  static const std::set<std::string> taken = {
      "state", "and", "or", "not", "in", "true", "false", "empty", "matches"};
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !id.empty() && letter(id.front()) && !taken.contains(id) &&
         std::all_of(id.begin(), id.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '_';
         });
}

bool is_number(proto::Type type) {
  return type == proto::TYPE_INTEGER || type == proto::TYPE_MONEY ||
         type == proto::TYPE_DECIMAL;
}

/// Whether values of the type have an order that every machine agrees on.
bool is_ordered(const proto::Field& field) {
  return is_number(field.type()) || field.type() == proto::TYPE_DATE ||
         field.type() == proto::TYPE_INSTANT ||
         field.type() == proto::TYPE_YES_NO ||
         (field.type() == proto::TYPE_CODE && field.choice_size() > 0);
}

bool is_ranked(proto::Policy policy) {
  return policy == proto::POLICY_MAX || policy == proto::POLICY_MIN;
}

std::set<proto::Policy> policies_of(const proto::Field& field) {
  std::set<proto::Policy> all = {field.policy()};
  for (const auto& from : field.policy_from()) all.insert(from.policy());
  return all;
}

bool is_defined(const Spot& spot, proto::Policy policy) {
  const proto::Type type = spot.field.type();
  if (spot.table != nullptr && !spot.plain_column()) {
    return policy == proto::POLICY_UNSPECIFIED;
  }
  if (type == proto::TYPE_CODES) return policy == proto::POLICY_ADD;
  if (type == proto::TYPE_TABLE) {
    return policy == proto::POLICY_ADD || policy == proto::POLICY_LOG;
  }
  if (type == proto::TYPE_SEALED) return policy == proto::POLICY_OWN;
  if (policy == proto::POLICY_OR) return type == proto::TYPE_YES_NO;
  if (policy == proto::POLICY_IMM) return spot.table == nullptr;
  return policy == proto::POLICY_OWN || policy == proto::POLICY_HQ ||
         policy == proto::POLICY_LWW || policy == proto::POLICY_ASK ||
         is_ranked(policy);
}

/// The roles that may write here; a column without any: as its table.
const FormFaults::Names& writers(const Spot& spot) {
  const bool own = spot.field.write_size() > 0 || spot.table == nullptr;
  return own ? spot.field.write() : spot.table->write();
}

void check_sealed_and_ranked(FormFaults& faults, const Spot& spot) {
  const proto::Field& field = spot.field;
  for (const proto::Policy policy : policies_of(field)) {
    if (!is_defined(spot, policy)) {
      faults.add(Sentence{
          "{0}: the policy {1} is not defined for {2}. Choose another.",
          {spot.where, proto::Policy_Name(policy),
           proto::Type_Name(field.type())}});
    } else if (is_ranked(policy) && !is_ordered(field)) {
      faults.missing(spot.where, "choice");
    }
  }
  if (field.raises() && !is_ordered(field)) {
    faults.missing(spot.where, "choice");
  }
}

void check_ratchet(FormFaults& faults, const Spot& spot) {
  const proto::Field& field = spot.field;
  const bool fits =
      is_ranked(field.policy()) || field.policy() == proto::POLICY_OR;
  if (field.ratchet() && !fits) faults.misplaced(spot.where, "ratchet");
  if (field.ratchet() && field.lower_size() == 0) {
    faults.missing(spot.where, "lower");
  }
  if (!field.ratchet() && field.lower_size() > 0) {
    faults.misplaced(spot.where, "lower");
  }
  faults.roles(spot.where, field.lower());
  const auto& may = writers(spot);
  for (const std::string& role : field.lower()) {
    if (std::find(may.begin(), may.end(), role) != may.end()) continue;
    faults.add(Sentence{
        "{0}: {1} may lower it but not write it, and so could never lower it. "
        "Add the role to `write`.",
        {spot.where, role}});
  }
}

void check_immutable(FormFaults& faults, const Spot& spot) {
  if (!policies_of(spot.field).contains(proto::POLICY_IMM)) return;
  const Form& form = faults.form();
  const auto& key = form.definition().key();
  const bool named =
      std::find(key.begin(), key.end(), spot.field.id()) != key.end();
  const bool root = form.part_of(spot.field) == form.definition().root_part();
  if (root && (named || !form.keyed())) return;
  faults.add(Sentence{
      "{0}: IMM is for the root part of free records and for key fields. "
      "Choose another policy.",
      {spot.where}});
}

void check_owner(FormFaults& faults, const Spot& spot) {
  if (!policies_of(spot.field).contains(proto::POLICY_OWN)) return;
  const bool inherits = spot.table != nullptr && spot.field.write_size() == 0;
  if (!inherits || spot.table->write_size() == 1) return;
  faults.add(Sentence{
      "{0}: OWN needs to know its owner. Name the role in `write` here.",
      {spot.where}});
}

/// Whether concurrent writes here may need a person to settle them.
bool may_ask(const Form& form, const Spot& spot) {
  const auto policies = policies_of(spot.field);
  if (spot.field.unit_size() > 0) return true;
  if (policies.contains(proto::POLICY_ASK)) return true;
  const auto& roles = writers(spot);
  if (roles.empty()) return false;
  if (policies.contains(proto::POLICY_OWN)) return true;
  if (!policies.contains(proto::POLICY_HQ)) return false;
  return spot.field.hq_ask() ||
         std::any_of(roles.begin(), roles.end(), [&](const auto& role) {
           return !form.is_headquarters(role);
         });
}

void check_resolvers(FormFaults& faults, const Spot& spot) {
  faults.roles(spot.where, spot.field.resolve());
  const bool named = spot.field.resolve_size() > 0 ||
                     (spot.table != nullptr && spot.table->resolve_size() > 0);
  if (named || !may_ask(faults.form(), spot)) return;
  faults.add(Sentence{
      "{0}: two values may have to be settled by a person here. Name `resolve` "
      "roles.",
      {spot.where}});
}

void check_choices(FormFaults& faults, const std::string& where,
                   const Choices& choices) {
  std::set<std::string> seen;
  for (const proto::Choice& choice : choices) {
    if (choice.code().empty() || !seen.insert(choice.code()).second) {
      faults.bad_name(where, choice.code());
    }
    faults.text(where + "." + choice.code(), choice.label());
  }
}

/// What belongs to another type of field would be read as if it worked.
void check_attributes(FormFaults& faults, const Spot& spot) {
  const proto::Field& field = spot.field;
  const proto::Type type = field.type();
  const bool coded = type == proto::TYPE_CODE || type == proto::TYPE_CODES;
  const bool text = type == proto::TYPE_LINE || type == proto::TYPE_TEXT;
  const bool table = type == proto::TYPE_TABLE;
  const bool rows = table || type == proto::TYPE_CODES;
  const bool adds = field.policy() == proto::POLICY_ADD;
  const auto only = [&](bool fits, bool given, const char* what) {
    if (given && !fits) faults.misplaced(spot.where, what);
  };
  only(coded, field.choice_size() > 0, "choice");
  only(coded || type == proto::TYPE_RECORD, !field.list().empty(), "list");
  only(field.choice_size() == 0, !field.list().empty(), "list");
  only(is_number(type), field.has_min() || field.has_max(), "min, max");
  only(text, field.min_length() > 0 || field.max_length() > 0,
       "min_length, max_length");
  only(text, !field.pattern().empty(), "pattern");
  only(type == proto::TYPE_DECIMAL, field.scale() > 0, "scale");
  only(field.scale() <= 9, field.scale() > 0, "scale");
  only(table, field.column_size() > 0, "column");
  only(table && adds, field.unit_size() > 0, "unit");
  only(table && adds, field.has_row_key(), "row_key");
  only(rows, field.min_rows() > 0 || field.max_rows() > 0,
       "min_rows, max_rows");
  only(adds, field.annul_size() > 0, "annul");
  only(policies_of(field).contains(proto::POLICY_HQ), field.hq_ask(), "hq_ask");
  if (coded && field.choice_size() == 0 && field.list().empty()) {
    faults.missing(spot.where, "list");
  }
  if (type == proto::TYPE_RECORD && field.list().empty()) {
    faults.missing(spot.where, "list");
  }
  if (table && field.column_size() == 0) faults.missing(spot.where, "column");
  if (type == proto::TYPE_UNSPECIFIED) faults.missing(spot.where, "type");
}

void check_bounds(FormFaults& faults, const Spot& spot) {
  const proto::Field& field = spot.field;
  const auto ordered = [&](bool good, const char* low, const char* high) {
    if (good) return;
    faults.add(
        Sentence{"{0}: {1} is above {2}. Swap them.", {spot.where, low, high}});
  };
  ordered(!field.has_min() || !field.has_max() || field.min() <= field.max(),
          "min", "max");
  ordered(field.max_length() == 0 || field.min_length() <= field.max_length(),
          "min_length", "max_length");
  ordered(field.max_length() <= limits::text_chars_max, "max_length", "8000");
  ordered(field.max_rows() == 0 || field.min_rows() <= field.max_rows(),
          "min_rows", "max_rows");
  ordered(field.max_rows() <= limits::rows_max, "max_rows", "4096");
  for (const std::string& pattern :
       {field.pattern(), field.row_key().pattern()}) {
    if (pattern.empty()) continue;
    const auto compiled = Pattern::compile(pattern);
    if (compiled) continue;
    faults.add(
        Sentence{"{0}: the pattern {1} is no regular expression. Correct it.",
                 {spot.where, pattern}});
  }
}

void check_row_key(FormFaults& faults, const Spot& spot) {
  if (!spot.field.has_row_key()) return;
  const proto::RowKey& key = spot.field.row_key();
  const std::string where = spot.where + ".row_key";
  faults.text(where, key.label());
  check_choices(faults, where, key.choice());
  if (key.type() == proto::TYPE_CODE) {
    if (key.list().empty() == (key.choice_size() == 0)) {
      faults.missing(where, "list");
    }
  } else if (key.type() != proto::TYPE_LINE) {
    faults.missing(where, "type");
  }
}

void check_one(FormFaults& faults, const Spot& spot) {
  const proto::Field& field = spot.field;
  faults.text(spot.where, field.label());
  if (field.has_help()) faults.text(spot.where + ".help", field.help());
  check_sealed_and_ranked(faults, spot);
  check_ratchet(faults, spot);
  check_immutable(faults, spot);
  check_owner(faults, spot);
  check_resolvers(faults, spot);
  check_choices(faults, spot.where, field.choice());
  check_attributes(faults, spot);
  check_bounds(faults, spot);
  check_row_key(faults, spot);
  faults.roles(spot.where, field.write());
  faults.roles(spot.where, field.annul());
  faults.condition(spot.where, faults.form().when(field), spot.table);
  faults.condition(spot.where, faults.form().required_when(field), spot.table);
  for (const proto::Check& check : field.check()) {
    faults.check(spot.where, check, spot.table);
  }
}

void check_columns(FormFaults& faults, const proto::Field& field) {
  std::set<std::string> seen;
  for (const proto::Field& column : field.column()) {
    const std::string where = field.id() + "." + column.id();
    if (!is_name(column.id()) || !seen.insert(column.id()).second) {
      faults.bad_name(field.id(), column.id());
    }
    const bool rows = column.type() == proto::TYPE_TABLE ||
                      column.type() == proto::TYPE_CODES;
    if (rows) faults.misplaced(where, proto::Type_Name(column.type()));
    if (!column.part().empty()) faults.misplaced(where, "part");
    if (column.material() || column.raises()) {
      faults.misplaced(where, "material, raises");
    }
    check_one(faults, {column, &field, where});
  }
  for (const std::string& unit : field.unit()) {
    if (!seen.contains(unit)) faults.undefined(field.id(), unit);
  }
}

void check_key(FormFaults& faults) {
  const Form& form = faults.form();
  for (const std::string& id : form.definition().key()) {
    const proto::Field* field = form.field(id);
    if (field == nullptr) {
      faults.undefined("key", id);
      continue;
    }
    const bool plain = field->type() == proto::TYPE_LINE ||
                       field->type() == proto::TYPE_CODE ||
                       field->type() == proto::TYPE_INTEGER ||
                       field->type() == proto::TYPE_YES_NO ||
                       field->type() == proto::TYPE_DATE ||
                       field->type() == proto::TYPE_RECORD;
    const bool root = form.part_of(*field) == form.definition().root_part();
    if (plain && root && field->required() &&
        field->policy() == proto::POLICY_IMM) {
      continue;
    }
    faults.add(Sentence{
        "{0}: a key field is a required IMM line, code, whole number, date, "
        "record or yes/no of the root part. Correct it.",
        {id}});
  }
}

}  // namespace

void check_fields(FormFaults& faults) {
  const Form& form = faults.form();
  std::set<std::string> sections;
  for (const auto& one : form.definition().section()) sections.insert(one.id());
  std::set<std::string> seen;
  for (const proto::Field& field : form.definition().field()) {
    if (!is_name(field.id()) || !seen.insert(field.id()).second) {
      faults.bad_name("field", field.id());
    }
    if (!form.has_part(form.part_of(field))) {
      faults.undefined(field.id(), field.part());
    }
    if (!field.section().empty() && !sections.contains(field.section())) {
      faults.undefined(field.id(), field.section());
    }
    check_one(faults, {field, nullptr, field.id()});
    check_columns(faults, field);
  }
  check_key(faults);
}

}  // namespace relais::sync
