#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/record/pattern.h"
#include "sync/record/value.h"
#include "sync/result.h"

/// The tree of a condition: private to expression*.cc.
namespace relais::sync::condition {

/// What stands beside a comparison.
struct Term {
  enum class Kind : std::uint8_t { literal, path, count, sum, len, days };

  Kind kind = Kind::literal;
  Value literal;
  std::string path;
  std::vector<Term> argument;  ///< the two of days()
};

/// One node of a parsed condition.
struct Node {
  enum class Kind : std::uint8_t {
    any,      ///< or
    all,      ///< and
    none,     ///< not
    truth,    ///< a yes/no
    compare,  ///< term, comparison, term
    among,    ///< term in (terms)
    empty,
    matches,
  };

  Kind kind = Kind::truth;
  std::vector<Node> child;
  std::vector<Term> term;
  std::string comparison;
  std::optional<Pattern> pattern;
};

/// Text to tree: the grammar of sync/record/expression.h. Fails with invalid,
/// naming the byte.
Result<Node> parse_condition(std::string_view text);

}  // namespace relais::sync::condition
