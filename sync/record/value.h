#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "proto/change.pb.h"
#include "sync/ids.h"
#include "sync/result.h"

namespace relais::sync {

struct Decimal {  ///< unscaled / 10^scale; compared as written in one field,
  std::int64_t unscaled = 0;  ///< where the form fixes the scale.
  std::uint32_t scale = 0;
  auto operator<=>(const Decimal&) const = default;
};
struct Date {
  std::int32_t days = 0;  ///< since 1970-01-01
  auto operator<=>(const Date&) const = default;
};
struct Instant {
  std::int64_t ms = 0;  ///< since 1970-01-01T00:00:00Z
  auto operator<=>(const Instant&) const = default;
};
struct Code {
  std::string code;  ///< in the list that the form names for the address
  auto operator<=>(const Code&) const = default;
};
struct Blob {
  Hash hash;
  std::uint64_t size = 0;
  std::string name;
  bool operator==(const Blob&) const = default;
};
struct Sealed {
  Bytes bytes;  ///< proto::Sealed as received; opaque here
  bool operator==(const Sealed&) const = default;
};
struct Erased {  ///< Stands where a purge took a value away.
  bool operator==(const Erased&) const = default;
};
class Value;
/// Column -> value; empty columns are left out.
using Row = std::map<std::string, Value>;

/// Whether a T may stand in this variant. (Asking whether the variant can be
/// made of one would ask the same of Value itself, which clang refuses.)
template <class T, class Variant>
inline constexpr bool is_one_of = false;
template <class T, class... Kinds>
inline constexpr bool is_one_of<T, std::variant<Kinds...>> =
    (std::is_same_v<T, Kinds> || ...);

/// What stands at an address. The empty value is monostate.
class Value {
 public:
  using Kind =
      std::variant<std::monostate, std::string, std::int64_t, Decimal, bool,
                   Date, Instant, Code, RecordId, Blob, Sealed, Row, Erased>;

  Value() = default;
  template <class T>
  requires is_one_of<T, Kind>
  explicit Value(T value) : kind_(std::in_place_type<T>, std::move(value)) {}

  bool empty() const { return std::holds_alternative<std::monostate>(kind_); }
  bool erased() const { return std::holds_alternative<Erased>(kind_); }
  template <class T>
  const T* get() const {
    return std::get_if<T>(&kind_);
  }
  const Kind& kind() const { return kind_; }
  bool operator==(const Value& other) const;

 private:
  Kind kind_;
};

/// To and from the wire. An unknown kind of value fails with `version`.
void to_proto(const Value& value, proto::Value& out);
Result<Value> from_proto(const proto::Value& value);

/// Plain text of a key field, as it goes under the hash of a keyed record:
/// text and codes as they are, integers in decimal, true/false, dates as
/// 2026-05-12, records in hexadecimal.
std::string plain_text(const Value& value);

/// ISO dates: "2026-05-12" and "2026-05-12T06:10:00Z".
std::string to_text(Date date);
std::string to_text(Instant instant);
std::string to_text(Decimal decimal);
std::optional<Date> date_from_text(std::string_view text);
std::optional<Instant> instant_from_text(std::string_view text);

}  // namespace relais::sync
