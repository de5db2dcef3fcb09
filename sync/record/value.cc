#include "sync/record/value.h"

#include <fmt/format.h>

#include <charconv>

namespace relais::sync {

namespace {

constexpr std::int64_t ms_a_day = 24 * 60 * 60 * 1000;
constexpr std::uint32_t decimal_scale_max = 9;

struct CivilDay {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

/// The proleptic Gregorian calendar, counted in eras of 400 years that begin
/// on 1 March, so that the leap day is the last of its year.
CivilDay civil(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era =
      (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const unsigned of_year =
      of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned month = (5 * of_year + 2) / 153;
  const unsigned day = of_year - (153 * month + 2) / 5 + 1;
  const unsigned civil_month = month < 10 ? month + 3 : month - 9;
  const std::int64_t year = era * 400 + year_of_era;
  return {civil_month <= 2 ? year + 1 : year, civil_month, day};
}

std::int64_t days_of(CivilDay civil_day) {
  const std::int64_t year =
      civil_day.month <= 2 ? civil_day.year - 1 : civil_day.year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned month =
      civil_day.month > 2 ? civil_day.month - 3 : civil_day.month + 9;
  const unsigned of_year = (153 * month + 2) / 5 + civil_day.day - 1;
  const unsigned of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
  return era * 146097 + of_era - 719468;
}

/// Exactly `digits` decimal digits at the front of `text`, taken off.
std::optional<unsigned> take_number(std::string_view& text,
                                    std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  unsigned number = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Date> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || *month < 1 || *month > 12 || *day < 1) return std::nullopt;
  const std::int64_t days = days_of({*year, *month, *day});
  if (civil(days).day != *day) return std::nullopt;  // 30 February
  return Date{static_cast<std::int32_t>(days)};
}

Result<Value> row_from(const proto::Row& proto_row) {
  Row row;
  for (const proto::Cell& cell : proto_row.cell()) {
    if (cell.value().kind_case() == proto::Value::kRow) {
      return fail(Errc::wire_format, "a row stands inside a row");
    }
    auto value = from_proto(cell.value());
    if (!value) return fail(value.error());
    if (value->empty()) continue;
    if (!row.emplace(cell.column(), std::move(*value)).second) {
      return fail(Errc::wire_format, "a row names the column {0} twice",
                  {cell.column()});
    }
  }
  return Value(std::move(row));
}

Result<Value> fixed_from(const proto::Value& value) {
  const tl::unexpected<Error> refusal =
      fail(Errc::wire_format, "a value does not have the size of its kind");
  if (value.kind_case() == proto::Value::kRecord) {
    const auto record = RecordId::from_bytes(value.record());
    if (!record) return refusal;
    return Value(*record);
  }
  if (value.kind_case() == proto::Value::kBlob) {
    const auto hash = Hash::from_bytes(value.blob().hash());
    if (!hash) return refusal;
    return Value(Blob{*hash, value.blob().size(), value.blob().name()});
  }
  if (value.decimal().scale() > decimal_scale_max) return refusal;
  return Value(Decimal{value.decimal().unscaled(), value.decimal().scale()});
}

/// Writes one kind of value; the empty and the erased one have no wire form.
struct ProtoWriter {
  proto::Value& out;

  void operator()(std::monostate) const { out.clear_kind(); }
  void operator()(Erased) const { out.clear_kind(); }
  void operator()(const std::string& text) const { out.set_text(text); }
  void operator()(std::int64_t number) const { out.set_integer(number); }
  void operator()(const Decimal& decimal) const {
    out.mutable_decimal()->set_unscaled(decimal.unscaled);
    out.mutable_decimal()->set_scale(decimal.scale);
  }
  void operator()(bool yes) const { out.set_yes_no(yes); }
  void operator()(Date date) const { out.set_date(date.days); }
  void operator()(Instant instant) const { out.set_instant(instant.ms); }
  void operator()(const Code& code) const {
    out.mutable_code()->set_code(code.code);
  }
  void operator()(const RecordId& record) const {
    out.set_record(std::string(record.view()));
  }
  void operator()(const Blob& blob) const {
    out.mutable_blob()->set_hash(std::string(blob.hash.view()));
    out.mutable_blob()->set_size(blob.size);
    out.mutable_blob()->set_name(blob.name);
  }
  void operator()(const Sealed& sealed) const {
    out.mutable_sealed()->ParseFromString(sealed.bytes);
  }
  void operator()(const Row& row) const {
    proto::Row& proto_row = *out.mutable_row();
    proto_row.clear_cell();
    for (const auto& [column, value] : row) {
      if (value.empty()) continue;
      proto::Cell& cell = *proto_row.add_cell();
      cell.set_column(column);
      to_proto(value, *cell.mutable_value());
    }
  }
};

struct PlainText {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(Erased) const { return {}; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(std::int64_t number) const {
    return std::to_string(number);
  }
  std::string operator()(const Decimal& decimal) const {
    return to_text(decimal);
  }
  std::string operator()(bool yes) const { return yes ? "true" : "false"; }
  std::string operator()(Date date) const { return to_text(date); }
  std::string operator()(Instant instant) const { return to_text(instant); }
  std::string operator()(const Code& code) const { return code.code; }
  std::string operator()(const RecordId& record) const {
    return to_hex(record);
  }
  std::string operator()(const Blob& blob) const {
    return to_hex(blob.hash.view());
  }
  std::string operator()(const Sealed&) const { return {}; }
  std::string operator()(const Row&) const { return {}; }
};

}  // namespace

bool Value::operator==(const Value& other) const {
  return kind_ == other.kind_;
}

void to_proto(const Value& value, proto::Value& out) {
  std::visit(ProtoWriter{out}, value.kind());
}

Result<Value> from_proto(const proto::Value& value) {
  switch (value.kind_case()) {
    case proto::Value::kText:
      return Value(value.text());
    case proto::Value::kInteger:
      return Value(std::int64_t{value.integer()});
    case proto::Value::kYesNo:
      return Value(value.yes_no());
    case proto::Value::kDate:
      return Value(Date{value.date()});
    case proto::Value::kInstant:
      return Value(Instant{value.instant()});
    case proto::Value::kCode:
      if (!value.code().table().empty()) break;  // a list of a later version
      return Value(Code{value.code().code()});
    case proto::Value::kDecimal:
    case proto::Value::kRecord:
    case proto::Value::kBlob:
      return fixed_from(value);
    case proto::Value::kSealed:
      return Value(Sealed{value.sealed().SerializeAsString()});
    case proto::Value::kRow:
      return row_from(value.row());
    case proto::Value::KIND_NOT_SET:
      if (!value.GetReflection()->GetUnknownFields(value).empty()) break;
      return Value();
  }
  return fail(Errc::version, "a value of a kind this version does not know");
}

std::string plain_text(const Value& value) {
  return std::visit(PlainText{}, value.kind());
}

std::string to_text(Date date) {
  const CivilDay day = civil(date.days);
  return fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day);
}

std::string to_text(Instant instant) {
  std::int64_t days = instant.ms / ms_a_day;
  std::int64_t ms = instant.ms % ms_a_day;
  if (ms < 0) {
    ms += ms_a_day;
    --days;
  }
  const CivilDay day = civil(days);
  const std::int64_t seconds = ms / 1000;
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", day.year, day.month,
                  day.day, seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (ms % 1000 != 0) text += fmt::format(".{:03}", ms % 1000);
  return text + 'Z';
}

std::string to_text(Decimal decimal) {
  std::string digits = std::to_string(decimal.unscaled);
  if (decimal.scale == 0) return digits;
  const bool negative = digits.front() == '-';
  if (negative) digits.erase(0, 1);
  if (digits.size() <= decimal.scale) {
    digits.insert(0, decimal.scale + 1 - digits.size(), '0');
  }
  digits.insert(digits.size() - decimal.scale, 1, '.');
  return negative ? '-' + digits : digits;
}

std::optional<Date> date_from_text(std::string_view text) {
  const auto date = take_date(text);
  return text.empty() ? date : std::nullopt;
}

std::optional<Instant> instant_from_text(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !take(text, 'T')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return std::nullopt;
  unsigned ms = 0;
  if (take(text, '.')) {
    const auto fraction = take_number(text, 3);
    if (!fraction) return std::nullopt;
    ms = *fraction;
  }
  if (text != "Z") return std::nullopt;
  const std::int64_t seconds =
      std::int64_t{*hour} * 3600 + *minute * 60 + *second;
  return Instant{date->days * ms_a_day + seconds * 1000 + ms};
}

}  // namespace relais::sync
