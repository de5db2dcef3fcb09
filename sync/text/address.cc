#include "sync/text/address.h"

#include "sync/limits.h"

namespace relais::sync {
namespace {

/// The field or column name at the front; empty when there is none.
std::string_view take_name(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const char c = text[length];
    const bool letter = c >= 'a' && c <= 'z';
    const bool later = (c >= '0' && c <= '9') || c == '_';
    if (!letter && (length == 0 || !later)) break;
    ++length;
  }
  const auto name = text.substr(0, length);
  text.remove_prefix(length);
  return name;
}

/// A row's name may hold any character, a "]" too: it ends at the first one
/// that something of an address follows.
std::size_t row_end(std::string_view text) {
  for (auto at = text.find(']'); at != std::string_view::npos;
       at = text.find(']', at + 1)) {
    const auto after = text.substr(at + 1);
    if (after.empty() || after.front() == '=' || after.front() == '.') {
      return at;
    }
  }
  return std::string_view::npos;
}

tl::unexpected<Error> malformed(std::string_view text) {
  return fail(Errc::invalid,
              "{0} is not an address. Write field, field[ROW].column, or "
              "field[+].column for a new row.",
              {std::string(text)});
}

}  // namespace

Result<WrittenAddress> take_address(std::string_view& text) {
  const std::string_view whole = text;
  WrittenAddress written;
  written.address.field = take_name(text);
  if (written.address.field.empty()) return malformed(whole);
  if (text.starts_with('[')) {
    text.remove_prefix(1);
    const auto end = row_end(text);
    if (end == std::string_view::npos || end == 0 ||
        end > limits::row_key_bytes_max) {
      return malformed(whole);
    }
    const auto row = text.substr(0, end);
    written.new_row = row == "+";
    if (!written.new_row) written.address.row = row;
    text.remove_prefix(end + 1);
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      written.address.column = take_name(text);
      if (written.address.column.empty()) return malformed(whole);
    }
  }
  if (!text.empty() && text.front() != '=') return malformed(whole);
  return written;
}

Result<WrittenAddress> parse_address(std::string_view text) {
  std::string_view rest = text;
  auto written = take_address(rest);
  if (written && !rest.empty()) return malformed(text);
  return written;
}

std::string print_address(const Address& address) {
  std::string text = address.field;
  if (!address.row.empty()) text += "[" + address.row + "]";
  if (!address.column.empty()) text += "." + address.column;
  return text;
}

}  // namespace relais::sync
