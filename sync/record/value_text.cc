#include "sync/record/value_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sync/unicode.h"

namespace relais::sync {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the spaces between groups of three digits away, the two that do not
/// break a line too; absent when they stand anywhere else.
std::optional<std::string> without_thousands(std::string text) {
  for (const char* space : {"\xC2\xA0", "\xE2\x80\xAF"}) {
    const std::string_view wide(space);
    for (auto at = text.find(wide); at != std::string::npos;
         at = text.find(wide)) {
      text.replace(at, wide.size(), " ");
    }
  }
  const auto point = std::min(text.find_first_of(".,"), text.size());
  std::string out;
  std::size_t group = 0;
  bool grouped = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ' ') {
      out += text[i];
      if (is_digit(text[i]) && i < point) ++group;
    } else if (i > point || group == 0 || group > 3 ||
               (grouped && group != 3)) {
      return std::nullopt;
    } else {
      grouped = true;
      group = 0;
    }
  }
  if (grouped && group != 3) return std::nullopt;
  return out;
}

/// At most 18 digits, so that nothing overflows; absent when it is no number
/// or has more than `scale` digits after the point.
std::optional<std::int64_t> unscaled_from(std::string_view typed,
                                          std::uint32_t scale) {
  const auto text = without_thousands(std::string(typed));
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  std::int64_t unscaled = 0;
  std::uint32_t after = 0;
  std::uint32_t digits = 0;
  bool point = false;
  for (const char c : rest) {
    if ((c == '.' || c == ',') && !point && digits > 0) {
      point = true;
      continue;
    }
    if (!is_digit(c) || ++digits > 18) return std::nullopt;
    unscaled = unscaled * 10 + (c - '0');
    if (point) ++after;
  }
  if (digits == 0 || (point && after == 0) || after > scale) {
    return std::nullopt;
  }
  for (; after < scale; ++after) {
    if (++digits > 18) return std::nullopt;
    unscaled *= 10;
  }
  return negative ? -unscaled : unscaled;
}

/// 2026-05-12 or 12/05/2026, which is how people here write it.
std::optional<Date> date_from_typed(std::string_view text) {
  if (auto date = date_from_text(text)) return date;
  std::string part[3];
  std::size_t at = 0;
  for (const char c : text) {
    if (c == '/' && at < 2) {
      ++at;
    } else if (is_digit(c)) {
      part[at] += c;
    } else {
      return std::nullopt;
    }
  }
  if (part[0].empty() || part[0].size() > 2 || part[1].empty() ||
      part[1].size() > 2 || part[2].size() != 4) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (part[i].size() == 1) part[i].insert(0, 1, '0');
  }
  return date_from_text(part[2] + "-" + part[1] + "-" + part[0]);
}

/// A date, then T or a space, then 06:10, 06:10:00 or 6h10; a date alone is
/// its midnight.
std::optional<Instant> instant_from_typed(std::string_view text) {
  if (auto instant = instant_from_text(text)) return instant;
  const auto cut = text.find_first_of("T ");
  const auto date = date_from_typed(text.substr(0, cut));
  if (!date) return std::nullopt;
  std::string time(cut == std::string_view::npos ? "00:00"
                                                 : text.substr(cut + 1));
  if (time.ends_with('Z')) time.pop_back();
  std::replace(time.begin(), time.end(), 'h', ':');
  if (time.size() > 1 && time[1] == ':') time.insert(0, 1, '0');
  if (time.size() == 5) time += ":00";
  return instant_from_text(to_text(*date) + "T" + time + "Z");
}

std::optional<bool> yes_no_from(std::string_view text) {
  const std::string key = search_key(text);
  for (const char* yes : {"true", "yes", "oui", "vrai"}) {
    if (key == yes) return true;
  }
  for (const char* no : {"false", "no", "non", "faux"}) {
    if (key == no) return false;
  }
  return std::nullopt;
}

std::string choices_of(const proto::Field& spec) {
  std::string all;
  for (const auto& choice : spec.choice()) {
    if (!all.empty()) all += ", ";
    all += choice.code();
  }
  return all;
}

Result<Value> number_from(const proto::Field& spec, std::string_view text) {
  const bool decimal = spec.type() == proto::TYPE_DECIMAL;
  const auto unscaled = unscaled_from(text, decimal ? spec.scale() : 0);
  if (unscaled && decimal) return Value(Decimal{*unscaled, spec.scale()});
  if (unscaled) return Value(*unscaled);
  if (decimal) {
    return fail(Errc::invalid,
                "{0}: {1} is not a number with at most {2} decimals. Write it "
                "as in 12.5.",
                {spec.id(), std::string(text), std::to_string(spec.scale())});
  }
  return fail(Errc::invalid,
              "{0}: {1} is not a whole number. Write it as in 25000.",
              {spec.id(), std::string(text)});
}

Result<Value> code_from(const proto::Field& spec, std::string_view text,
                        const Tables& tables) {
  const std::string code(text);
  if (spec.choice_size() > 0) {
    for (const auto& choice : spec.choice()) {
      if (choice.code() == code) return Value(Code{code});
    }
    return fail(Errc::invalid, "{0}: {1} is not one of {2}. Choose one.",
                {spec.id(), code, choices_of(spec)});
  }
  const Table* list = tables.find(spec.list());
  if (list != nullptr && list->find(code) >= 0) return Value(Code{code});
  return fail(Errc::invalid,
              "{0}: {1} is not a code of the table {2}. `relais reference "
              "{2}` lists them.",
              {spec.id(), code, spec.list()});
}

Result<Value> time_from(const proto::Field& spec, std::string_view text) {
  if (spec.type() == proto::TYPE_DATE) {
    if (const auto date = date_from_typed(text)) return Value(*date);
    return fail(Errc::invalid,
                "{0}: {1} is not a date. Write it as in 2026-05-12 or "
                "12/05/2026.",
                {spec.id(), std::string(text)});
  }
  if (const auto instant = instant_from_typed(text)) return Value(*instant);
  return fail(Errc::invalid,
              "{0}: {1} is not a date and time. Write it as in 2026-05-12 "
              "06:10 or 12/05/2026 06:10.",
              {spec.id(), std::string(text)});
}

Result<Value> line_from(const proto::Field& spec, std::string_view text) {
  auto clean = clean_text(text, spec.type() == proto::TYPE_LINE);
  if (!clean) {
    return fail(Errc::invalid,
                "{0}: the text is not UTF-8 or holds a control character. Type "
                "it again.",
                {spec.id()});
  }
  return Value(*std::move(clean));
}

Result<Value> digits_from(const proto::Field& spec, std::string_view text) {
  const auto raw = from_hex(text);
  if (spec.type() == proto::TYPE_RECORD) {
    const auto record = RecordId::from_bytes(raw ? *raw : Bytes());
    if (record) return Value(*record);
    return fail(Errc::invalid,
                "{0}: {1} is not the id of a record. Give its 32 hexadecimal "
                "digits, as `relais show` prints them.",
                {spec.id(), std::string(text)});
  }
  if (raw && raw->size() == 32) return Value(to_hex(*raw));
  return fail(Errc::invalid,
              "{0}: {1} is not a fingerprint. Give its 64 hexadecimal digits.",
              {spec.id(), std::string(text)});
}

/// Nobody types it: `relais-hq unseal` writes what it sealed.
Result<Value> sealed_from(const proto::Field& spec, std::string_view text) {
  const auto bytes = from_hex(text);
  proto::Sealed sealed;
  if (bytes && sealed.ParseFromString(*bytes) && sealed.wrap_size() > 0) {
    return Value(Sealed{*bytes});
  }
  return fail(Errc::invalid,
              "{0}: nothing can be typed here yet. Leave it empty.",
              {spec.id()});
}

}  // namespace

Result<Value> value_from_text(const Form&, const proto::Field& spec,
                              std::string_view text, const Tables& tables) {
  const std::string_view word = trimmed(text);
  if (word.empty()) return Value();
  switch (spec.type()) {
    case proto::TYPE_LINE:
    case proto::TYPE_TEXT:
      return line_from(spec, spec.type() == proto::TYPE_LINE ? word : text);
    case proto::TYPE_INTEGER:
    case proto::TYPE_MONEY:
    case proto::TYPE_DECIMAL:
      return number_from(spec, word);
    case proto::TYPE_DATE:
    case proto::TYPE_INSTANT:
      return time_from(spec, word);
    case proto::TYPE_CODE:
      return code_from(spec, word, tables);
    case proto::TYPE_RECORD:
    case proto::TYPE_HASH:
      return digits_from(spec, word);
    case proto::TYPE_YES_NO:
      if (const auto yes = yes_no_from(word)) return Value(*yes);
      return fail(Errc::invalid, "{0}: {1} is neither yes nor no. Write one.",
                  {spec.id(), std::string(word)});
    case proto::TYPE_TABLE:
    case proto::TYPE_CODES:
      return fail(Errc::invalid,
                  "{0}: this is a table. Name a row and a column, as in "
                  "{0}[+].column.",
                  {spec.id()});
    case proto::TYPE_BLOB:
      return fail(Errc::invalid,
                  "{0}: this is an attachment. Give it with --attach.",
                  {spec.id()});
    case proto::TYPE_SEALED:
      return sealed_from(spec, word);
    case proto::TYPE_UNSPECIFIED:
    case proto::Type_INT_MIN_SENTINEL_DO_NOT_USE_:
    case proto::Type_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return fail(Errc::invalid,
              "{0}: nothing can be typed here yet. Leave it empty.",
              {spec.id()});
}

std::string text_of(const Form& form, const proto::Field& spec,
                    const Value& value) {
  if (const auto* blob = value.get<Blob>()) return blob->name;
  const auto* row = value.get<Row>();
  if (row == nullptr) return plain_text(value);
  std::string text;
  for (const proto::Field& column : spec.column()) {
    const auto cell = row->find(column.id());
    if (cell == row->end()) continue;
    if (!text.empty()) text += "; ";
    text += column.id() + "=" + text_of(form, column, cell->second);
  }
  return text;
}

}  // namespace relais::sync
