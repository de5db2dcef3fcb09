#include "sync/record/ordering.h"

#include <algorithm>
#include <limits>

namespace relais::sync {
namespace {

/// Room for 4,096 times the largest int64 in billionths.
__extension__ using Wide = __int128;
constexpr std::uint32_t scale_max = 9;

std::int64_t power_of_ten(std::uint32_t exponent) {
  std::int64_t power = 1;
  for (std::uint32_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// In billionths, so that numbers of any scale compare; absent: no number.
std::optional<Wide> number_of(const Value& value) {
  if (const auto* whole = value.get<std::int64_t>()) {
    return static_cast<Wide>(*whole) * power_of_ten(scale_max);
  }
  const auto* decimal = value.get<Decimal>();
  if (decimal == nullptr || decimal->scale > scale_max) return std::nullopt;
  return static_cast<Wide>(decimal->unscaled) *
         power_of_ten(scale_max - decimal->scale);
}

const std::string* text_of_kind(const Value& value) {
  if (const auto* text = value.get<std::string>()) return text;
  if (const auto* code = value.get<Code>()) return &code->code;
  return nullptr;
}

bool same_record(const RecordId& record, const std::string& text) {
  const auto raw = from_hex(text);
  return raw && *raw == record.view();
}

/// Where one side is a text literal, it is read as the other side's kind.
Value read_like(const Value& model, const std::string& text) {
  const auto date = date_from_text(text);
  if (model.get<Date>() != nullptr) return date ? Value(*date) : Value();
  if (model.get<Instant>() != nullptr) {
    if (date) return Value(*date);
    const auto instant = instant_from_text(text);
    return instant ? Value(*instant) : Value();
  }
  const auto* record = model.get<RecordId>();
  if (record != nullptr && same_record(*record, text)) return model;
  return {};
}

std::partial_ordering order_times(const Value& a, const Value& b) {
  const auto* left = a.get<Instant>();
  const auto* right = b.get<Instant>();
  if (left != nullptr && right != nullptr) return left->ms <=> right->ms;
  return day_of(a)->days <=> day_of(b)->days;
}

}  // namespace

std::optional<Date> day_of(const Value& value) {
  constexpr std::int64_t day_ms = 86'400'000;
  if (const auto* date = value.get<Date>()) return *date;
  const auto* instant = value.get<Instant>();
  if (instant == nullptr) return std::nullopt;
  const std::int64_t day =
      instant->ms / day_ms - (instant->ms % day_ms < 0 ? 1 : 0);
  if (day < std::numeric_limits<std::int32_t>::min() ||
      day > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  return Date{static_cast<std::int32_t>(day)};
}

std::partial_ordering order_values(const Value& a, const Value& b) {
  if (a.empty() || b.empty() || a.erased() || b.erased()) {
    return std::partial_ordering::unordered;
  }
  const auto left = number_of(a);
  const auto right = number_of(b);
  if (left && right) {
    return *left < *right   ? std::partial_ordering::less
           : *left > *right ? std::partial_ordering::greater
                            : std::partial_ordering::equivalent;
  }
  const auto* text_a = text_of_kind(a);
  const auto* text_b = text_of_kind(b);
  if (text_a != nullptr && text_b != nullptr) return *text_a <=> *text_b;
  if (text_a != nullptr) {
    const Value read = read_like(b, *text_a);
    return read.empty() ? std::partial_ordering::unordered
                        : order_values(read, b);
  }
  if (text_b != nullptr) {
    const Value read = read_like(a, *text_b);
    return read.empty() ? std::partial_ordering::unordered
                        : order_values(a, read);
  }
  if (day_of(a) && day_of(b)) return order_times(a, b);
  const auto* flag_a = a.get<bool>();
  const auto* flag_b = b.get<bool>();
  if (flag_a != nullptr && flag_b != nullptr) return *flag_a <=> *flag_b;
  const auto* record_a = a.get<RecordId>();
  const auto* record_b = b.get<RecordId>();
  if (record_a != nullptr && record_b != nullptr) {
    return *record_a <=> *record_b;
  }
  return std::partial_ordering::unordered;
}

Value sum_of(const std::vector<Value>& values) {
  Wide total = 0;
  std::uint32_t scale = 0;
  for (const Value& value : values) {
    const auto number = number_of(value);
    if (!number) continue;
    total += *number;
    const auto* decimal = value.get<Decimal>();
    if (decimal != nullptr) scale = std::max(scale, decimal->scale);
  }
  total /= power_of_ten(scale_max - scale);
  if (total < std::numeric_limits<std::int64_t>::min() ||
      total > std::numeric_limits<std::int64_t>::max()) {
    return {};
  }
  const auto unscaled = static_cast<std::int64_t>(total);
  return scale == 0 ? Value(unscaled) : Value(Decimal{unscaled, scale});
}

}  // namespace relais::sync
