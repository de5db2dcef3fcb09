#include "sync/ids.h"

#include <charconv>

namespace relais::sync {

namespace {

std::optional<unsigned> digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

}  // namespace

std::optional<Hash> Hash::from_bytes(std::string_view raw) {
  Hash hash;
  if (raw.size() != hash.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    hash.bytes[i] = static_cast<std::uint8_t>(raw[i]);
  }
  return hash;
}

std::string to_hex(std::string_view raw) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(raw.size() * 2);
  for (char c : raw) {
    const auto byte = static_cast<std::uint8_t>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes raw;
  raw.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = digit(text[i]);
    const auto low = digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    raw += static_cast<char>(*high * 16 + *low);
  }
  return raw;
}

std::string to_text(const Dot& dot) {
  return to_hex(dot.journal) + '.' + std::to_string(dot.position);
}

std::optional<Dot> dot_from_text(std::string_view text) {
  const auto point = text.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const auto raw = from_hex(text.substr(0, point));
  if (!raw) return std::nullopt;
  const auto journal = JournalId::from_bytes(*raw);
  if (!journal) return std::nullopt;
  Dot dot{*journal, 0};
  const char* end = text.data() + text.size();
  const auto [rest, error] =
      std::from_chars(text.data() + point + 1, end, dot.position);
  if (error != std::errc() || rest != end) return std::nullopt;
  return dot;
}

}  // namespace relais::sync
