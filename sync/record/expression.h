#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sync/record/value.h"
#include "sync/result.h"

namespace relais::sync {

/// What an expression sees: values by path. Undecided and erased values are
/// empty.
class Facts {
 public:
  virtual ~Facts() = default;
  /// A scalar field, or, in a column's check, a column of the row at hand.
  /// Empty when there is none.
  virtual Value value(const std::string& path) const = 0;
  /// One value per live row for "table.column" (empty ones too); for "table"
  /// alone one empty value per live row or log entry.
  virtual std::vector<Value> values(const std::string& path) const = 0;
};

/// The one small language of when, check, guard, required_when and --where
/// (sync-model 4.4):
///
///   or  and  not  ( )   = != < <= > >=   x in (a, b)
///   empty(path) count(table) sum(table.column) len(path)
///   days(date, date) matches(path, 'regex')
///   literals: 'text' (also codes and ISO dates), 12, 12.5, true, false
///
/// A comparison with an empty value is false, whatever the operator. count()
/// of a table counts its rows, of table.column the filled cells; len() of
/// nothing is 0; days(a, b) is positive when b is the later day.
/// Bounded: limits::expression_bytes_max, limits::expression_depth_max; no
/// loops, no clock. Immutable once parsed; threads may share it.
class Expression {
 public:
  /// Fails with invalid, naming the byte.
  static Result<std::shared_ptr<const Expression>> parse(std::string_view text);

  virtual ~Expression() = default;
  virtual bool holds(const Facts& facts) const = 0;
  /// Every path it reads, for the form check.
  virtual std::vector<std::string> paths() const = 0;
};

}  // namespace relais::sync
