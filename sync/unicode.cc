#include "sync/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace relais::sync {
namespace {

tl::unexpected<Error> not_utf8() {
  return fail(Errc::invalid,
              "The text is not valid UTF-8. Save or paste it again as UTF-8.");
}

/// One code point and the bytes it took; a code point below 0 is not UTF-8.
struct Step {
  utf8proc_int32_t point;
  std::size_t bytes;
};

Step next_point(std::string_view text) {
  utf8proc_int32_t point = -1;
  const auto used =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &point);
  if (used <= 0) return {-1, 1};
  return {point, static_cast<std::size_t>(used)};
}

void append_point(std::string& out, utf8proc_int32_t point) {
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(point, bytes);
  out.append(reinterpret_cast<const char*>(bytes),
             static_cast<std::size_t>(count));
}

/// Embeddings, overrides and isolates make a name read as another one. The
/// plain left-to-right and right-to-left marks of Arabic text stay.
bool is_bidi_override(utf8proc_int32_t point) {
  return (point >= 0x202A && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

std::string in_hex(utf8proc_int32_t point) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text = "U+";
  for (int shift = 12; shift >= 0; shift -= 4) {
    text += digits[static_cast<std::size_t>((point >> shift) & 0xF)];
  }
  return text;
}

/// Without line ends other than LF, tabs, overrides; not yet normalised.
Result<std::string> without_controls(std::string_view text, bool one_line) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    const auto [point, bytes] = next_point(text);
    if (point < 0) return not_utf8();
    text.remove_prefix(bytes);
    const bool line_end =
        point == '\r' || point == '\n' || point == 0x2028 || point == 0x2029;
    if (line_end) {
      out += one_line ? ' ' : '\n';
    } else if (point == '\t') {
      out += ' ';
    } else if (utf8proc_category(point) == UTF8PROC_CATEGORY_CC) {
      return fail(Errc::invalid,
                  "The text holds the control character {0}, which is not "
                  "allowed. Delete it.",
                  {in_hex(point)});
    } else if (!is_bidi_override(point)) {
      append_point(out, point);
    }
  }
  return out;
}

struct Free {
  void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }
};

Result<std::string> mapped(std::string_view text, int options) {
  utf8proc_uint8_t* raw = nullptr;
  const auto length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &raw,
                   static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(raw);
  if (length < 0) return not_utf8();
  return std::string(reinterpret_cast<const char*>(raw),
                     static_cast<std::size_t>(length));
}

/// As most codes and numbers are: nothing to clean, nothing to compose.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~'; });
}

/// The marks that combine begin at U+0300, which is CC 80; French stays below.
bool may_combine(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0xCC;
  });
}

}  // namespace

Result<std::string> clean_text(std::string_view text, bool one_line) {
  if (is_plain(text)) return std::string(text);
  auto plain = without_controls(text, one_line);
  if (!plain || !may_combine(*plain)) return plain;
  return mapped(*plain, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto [point, bytes] = next_point(text);
    if (point < 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

bool is_clean_text(std::string_view text) {
  const auto clean = clean_text(text, false);
  return clean && *clean == text;
}

std::string search_key(std::string_view text) {
  auto key = mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                              UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
                              UTF8PROC_IGNORE);
  return key ? *std::move(key) : std::string(text);
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) {
    if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) ++count;
  }
  return count;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto [point, bytes] = next_point(text);
    text.remove_prefix(bytes);
    const int columns = point < 0 ? 1 : utf8proc_charwidth(point);
    if (columns > 0) width += static_cast<std::size_t>(columns);
  }
  return width;
}

}  // namespace relais::sync
