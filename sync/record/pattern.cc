#include "sync/record/pattern.h"

#include <optional>
#include <regex>

#include "sync/limits.h"
#include "sync/unicode.h"

namespace relais::sync {
namespace {

/// One wchar_t is one character here (Linux), so that `.` and [é] mean what a
/// person reads.
static_assert(sizeof(wchar_t) == 4);

/// Absent when `text` is not UTF-8.
std::optional<std::wstring> wide(std::string_view text) {
  std::wstring out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t count = lead < 0x80   ? 1
                              : lead < 0xC0 ? 0
                              : lead < 0xE0 ? 2
                              : lead < 0xF0 ? 3
                              : lead < 0xF8 ? 4
                                            : 0;
    if (count == 0 || i + count > text.size()) return std::nullopt;
    std::uint32_t point = count == 1 ? lead : lead & (0xFFU >> (count + 1));
    for (std::size_t k = 1; k < count; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xC0) != 0x80) return std::nullopt;
      point = (point << 6) | (byte & 0x3FU);
    }
    out += static_cast<wchar_t>(point);
    i += count;
  }
  return out;
}

}  // namespace

struct Pattern::Compiled {
  std::wregex regex;
};

Result<Pattern> Pattern::compile(std::string_view text) {
  const auto pattern = wide(text);
  if (!pattern || pattern->size() > limits::pattern_chars_max) {
    return fail(Errc::invalid,
                "The pattern {0} is longer than {1} characters. Shorten it.",
                {std::string(text), std::to_string(limits::pattern_chars_max)});
  }
  try {
    // __polynomial: libstdc++ then runs all alternatives abreast.
    auto compiled = std::make_shared<Compiled>();
    compiled->regex.assign(*pattern, std::regex_constants::ECMAScript |
                                         std::regex_constants::__polynomial);
    return Pattern(std::move(compiled));
  } catch (const std::regex_error&) {
    return fail(Errc::invalid,
                "The pattern {0} is not a regular expression. Correct it.",
                {std::string(text)});
  }
}

bool Pattern::matches(std::string_view text) const {
  if (count_characters(text) > limits::pattern_text_chars_max) return false;
  const auto characters = wide(text);
  if (!characters) return false;
  try {
    return std::regex_match(*characters, compiled_->regex);
  } catch (const std::regex_error&) {
    return false;
  }
}

}  // namespace relais::sync
