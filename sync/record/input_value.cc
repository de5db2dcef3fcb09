#include <algorithm>
#include <utility>

#include "sync/limits.h"
#include "sync/record/input.h"
#include "sync/record/pattern.h"
#include "sync/record/place.h"
#include "sync/unicode.h"

namespace relais::sync {
namespace {

enum class Listed : std::uint8_t { no, retired, yes };

/// Dates of the tables are ISO, so that they compare as text.
Listed find_code(const Table& list, std::string_view code,
                 std::optional<Date> today) {
  const int found = list.find(code);
  if (found < 0) return Listed::no;
  const auto row = static_cast<std::size_t>(found);
  const std::string& from = list.cell(row, "valid_from");
  const std::string& to = list.cell(row, "valid_to");
  if (!today) return to.empty() ? Listed::yes : Listed::retired;
  const std::string day = to_text(*today);
  const bool past = !to.empty() && to < day;
  return past || from > day ? Listed::retired : Listed::yes;
}

bool is_choice(const google::protobuf::RepeatedPtrField<proto::Choice>& all,
               const std::string& code) {
  return std::any_of(all.begin(), all.end(), [&](const proto::Choice& one) {
    return one.code() == code;
  });
}

/// One value at one place.
class ValueCheck {
 public:
  ValueCheck(std::string where, const Tables& tables, std::optional<Date> today)
      : where_(std::move(where)), tables_(&tables), today_(today) {}

  void run(const Form& form, const proto::Field& spec, const Value& value) {
    if (value.empty()) return;
    if (value.erased() || !form.fits(spec, value)) {
      misfit(spec, value);
      return;
    }
    if (const auto* text = value.get<std::string>()) check_text(spec, *text);
    if (const auto* code = value.get<Code>()) check_code(spec, code->code);
    if (const auto* number = value.get<std::int64_t>()) {
      const bool money = spec.type() == proto::TYPE_MONEY && *number < 0;
      if (money) below(std::to_string(0));
      check_bounds(spec, *number, 0);
    }
    if (const auto* number = value.get<Decimal>()) {
      check_bounds(spec, number->unscaled, number->scale);
    }
  }

  void check_listed(const std::string& table, const std::string& code) {
    const Table* list = tables_->find(table);
    const Listed listed =
        list == nullptr ? Listed::no : find_code(*list, code, today_);
    if (listed == Listed::no) {
      faults_.push_back(
          Sentence{"{0}: {1} is not a code of the table {2}. `relais reference "
                   "{2}` lists them.",
                   {where_, code, table}});
    } else if (listed == Listed::retired) {
      faults_.push_back(
          Sentence{"{0}: the code {1} of the table {2} is no longer in use. "
                   "Choose another.",
                   {where_, code, table}});
    }
  }

  std::vector<Sentence> take() { return std::move(faults_); }

 private:
  void misfit(const proto::Field& spec, const Value& value) {
    const auto* code = value.get<Code>();
    if (code != nullptr && spec.choice_size() > 0) {
      faults_.push_back(Sentence{
          "{0}: {1} is not one of the choices. `relais forms` lists them.",
          {where_, code->code}});
      return;
    }
    faults_.push_back(Sentence{
        "{0}: a value of another kind is expected here. See `relais forms`.",
        {where_}});
  }

  void check_text(const proto::Field& spec, const std::string& text) {
    const bool line = spec.type() == proto::TYPE_LINE;
    if (!is_clean_text(text) ||
        (line && text.find('\n') != std::string::npos)) {
      faults_.push_back(Sentence{
          "{0}: the text is not UTF-8 or holds a control character. Type it "
          "again.",
          {where_}});
      return;
    }
    if (spec.type() == proto::TYPE_HASH) return;
    const std::size_t has = count_characters(text);
    const std::size_t usual =
        line ? limits::line_chars_max : limits::text_chars_max;
    const std::size_t most = spec.max_length() > 0 ? spec.max_length() : usual;
    if (has > most) {
      faults_.push_back(Sentence{
          "{0}: {2} characters where at most {1} may stand. Shorten the text.",
          {where_, std::to_string(most), std::to_string(has)}});
    }
    if (has < spec.min_length()) {
      faults_.push_back(Sentence{
          "{0}: the text has {2} of at least {1} characters. Write more.",
          {where_, std::to_string(spec.min_length()), std::to_string(has)}});
    }
    check_pattern(spec.pattern(), text);
  }

 public:
  void check_pattern(const std::string& pattern, const std::string& text) {
    if (pattern.empty()) return;
    const auto compiled = Pattern::compile(pattern);
    if (compiled && compiled->matches(text)) return;
    faults_.push_back(
        Sentence{"{0}: {1} does not have the form expected here, {2}. "
                 "Correct it.",
                 {where_, text, pattern}});
  }

 private:
  void check_code(const proto::Field& spec, const std::string& code) {
    if (spec.choice_size() == 0) check_listed(spec.list(), code);
  }

  void check_bounds(const proto::Field& spec, std::int64_t number,
                    std::uint32_t scale) {
    if (spec.has_min() && number < spec.min()) {
      below(to_text(Decimal{spec.min(), scale}));
    }
    if (spec.has_max() && number > spec.max()) {
      faults_.push_back(
          Sentence{"{0}: at most {1} may stand here. Correct it.",
                   {where_, to_text(Decimal{spec.max(), scale})}});
    }
  }

  void below(const std::string& least) {
    faults_.push_back(Sentence{"{0}: at least {1} must stand here. Correct it.",
                               {where_, least}});
  }

  std::string where_;
  const Tables* tables_;
  std::optional<Date> today_;
  std::vector<Sentence> faults_;
};

}  // namespace

std::vector<Sentence> validate_value(const Form& form, const proto::Field& spec,
                                     const Address& address, const Value& value,
                                     const Tables& tables,
                                     std::optional<Date> today) {
  const auto* row = value.get<Row>();
  const bool whole = spec.unit_size() > 0 || spec.policy() == proto::POLICY_LOG;
  if (row == nullptr || !whole) {
    ValueCheck check(place(address), tables, today);
    check.run(form, spec, value);
    return check.take();
  }
  std::vector<Sentence> faults;
  for (const auto& [id, cell] : *row) {
    const Address at{address.field, address.row.empty() ? "+" : address.row,
                     id};
    const proto::Field* column = column_of(spec, id);
    if (column == nullptr) {
      faults.push_back(Sentence{
          "{0}: the form has no such place. `relais forms` lists its fields.",
          {place(at)}});
      continue;
    }
    ValueCheck check(place(at), tables, today);
    check.run(form, *column, cell);
    for (Sentence& fault : check.take()) faults.push_back(std::move(fault));
  }
  return faults;
}

Result<std::string> row_key_from_text(const proto::Field& table,
                                      std::string_view text,
                                      const Tables& tables,
                                      std::optional<Date> today) {
  auto key = clean_text(text, true);
  if (!key || key->empty() || key->size() > limits::row_key_bytes_max) {
    return fail(Errc::invalid,
                "{0}: a row is named by 1 to {1} bytes of text. Correct the "
                "name.",
                {table.id(), std::to_string(limits::row_key_bytes_max)});
  }
  const bool codes = table.type() == proto::TYPE_CODES;
  const bool coded = codes || table.row_key().type() == proto::TYPE_CODE;
  const auto& choices = codes ? table.choice() : table.row_key().choice();
  ValueCheck check(place({table.id(), *key, {}}), tables, today);
  if (coded && !choices.empty()) {
    if (!is_choice(choices, *key)) {
      return fail(
          Errc::invalid,
          "{0}: {1} is not one of the choices. `relais forms` lists them.",
          {table.id(), *key});
    }
  } else if (coded) {
    check.check_listed(codes ? table.list() : table.row_key().list(), *key);
  } else if (table.has_row_key()) {
    check.check_pattern(table.row_key().pattern(), *key);
  } else {
    check.check_pattern("[0-9a-f]{16}", *key);
  }
  const auto faults = check.take();
  if (!faults.empty()) return fail(Error{Errc::invalid, faults.front()});
  return key;
}

std::string in_both(const proto::Text& text) {
  return text.fr() + '\x1F' + text.en();
}

}  // namespace relais::sync
