#pragma once

#include <string>
#include <string_view>

#include "sync/result.h"

namespace relais::sync {

/// What may be stored: UTF-8 in NFC, CRLF as LF, no control character but LF
/// and no bidirectional override. Gives the text so, or fails with invalid
/// when it is not UTF-8 or holds a control character that is not one of CR,
/// LF, TAB (a TAB becomes a space).
Result<std::string> clean_text(std::string_view text, bool one_line);

/// True when `text` is already as clean_text would leave it.
bool is_clean_text(std::string_view text);

/// Whether it is UTF-8 at all, whatever it holds.
bool is_utf8(std::string_view text);

/// For search and comparison of names: case and accents folded away.
std::string search_key(std::string_view text);

/// Characters (code points), not bytes.
std::size_t count_characters(std::string_view text);
/// Columns on a terminal.
std::size_t display_width(std::string_view text);

}  // namespace relais::sync
