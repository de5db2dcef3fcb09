#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sync/result.h"

namespace relais::sync {

/// A regular expression (ECMAScript) that must match a whole text, character
/// by character whatever their bytes. Its cost is bounded by pattern times
/// text: no back references, no backtracking, so that neither a form nor a
/// hostile --where can hang a program. Immutable; threads may share it.
class Pattern {
 public:
  /// Fails with invalid: longer than limits::pattern_chars_max, or not a
  /// regular expression.
  static Result<Pattern> compile(std::string_view text);

  /// False for a text longer than limits::pattern_text_chars_max.
  bool matches(std::string_view text) const;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled)
      : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace relais::sync
