#include "sync/text/messages.h"

#include <libintl.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "sync/unicode.h"

namespace relais::sync {
namespace {

constexpr const char* domain = "relais";

/// Length of the UTF-8 character at the front; 0 when there is none.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = 0;
  if (lead < 0x80) length = 1;
  if (lead >= 0xC2 && lead < 0xE0) length = 2;
  if (lead >= 0xE0 && lead < 0xF0) length = 3;
  if (lead >= 0xF0 && lead < 0xF5) length = 4;
  if (length <= 1) return length;
  return is_utf8(text.substr(0, length)) ? length : 0;
}

std::uint32_t code_point(std::string_view character) {
  auto point =
      static_cast<std::uint32_t>(static_cast<unsigned char>(character.front()));
  if (character.size() > 1) point &= 0xFFU >> (character.size() + 1);
  for (const char next : character.substr(1)) {
    point = (point << 6) | (static_cast<unsigned char>(next) & 0x3FU);
  }
  return point;
}

/// Moves the cursor, changes colours, or makes a name read as another one.
bool is_unprintable(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) ||
         (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

void append_escaped(std::string& out, std::uint32_t point) {
  char buffer[16];
  const char* format = point < 0x100 ? "\\x%02X" : "\\u%04X";
  std::snprintf(buffer, sizeof buffer, format, point);
  out += buffer;
}

/// The number between braces at the front, as in "{12}", and its length.
struct Placeholder {
  std::size_t index;
  std::size_t length;
};

std::optional<Placeholder> placeholder(std::string_view text) {
  if (!text.starts_with('{')) return std::nullopt;
  std::size_t at = 1;
  std::size_t index = 0;
  while (at < text.size() && at < 4 && text[at] >= '0' && text[at] <= '9') {
    index = index * 10 + static_cast<std::size_t>(text[at] - '0');
    ++at;
  }
  if (at == 1 || at == text.size() || text[at] != '}') return std::nullopt;
  return Placeholder{index, at + 1};
}

/// The reader's half of an argument in both languages; else all of it.
std::string_view half(std::string_view argument, Language language) {
  const auto middle = argument.find('\x1F');
  if (middle == std::string_view::npos) return argument;
  return language == Language::fr ? argument.substr(0, middle)
                                  : argument.substr(middle + 1);
}

std::string fill(std::string_view line, const Sentence& sentence,
                 Language language) {
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    const auto place = placeholder(line.substr(at));
    if (place && place->index < sentence.arguments.size()) {
      out += printable(half(sentence.arguments[place->index], language));
      at += place->length;
    } else {
      out += line[at++];
    }
  }
  return out;
}

/// An id from another process may hold anything; a translation may not.
std::string translated(const std::string& id, Language language) {
  if (id.empty() || language == Language::en) return printable(id);
  return printable(dgettext(domain, id.c_str()));
}

}  // namespace

std::string_view to_text(Language language) {
  switch (language) {
    case Language::fr:
      return "fr";
    case Language::en:
      return "en";
  }
  return "fr";
}

Result<Language> language_from_text(std::string_view text) {
  if (text == "fr") return Language::fr;
  if (text == "en") return Language::en;
  return fail(Errc::usage, "The language is fr or en, not {0}.",
              {std::string(text)});
}

std::string share_folder() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return (program.parent_path().parent_path() / "share").string();
}

void open_catalogue(const std::string& locale_folder) {
  // gettext is silent in the locale "C"; C.UTF-8 exists on every Debian and
  // needs no generation. LANGUAGE then names the catalogue.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  std::setlocale(LC_MESSAGES, "C.UTF-8");
  setenv("LANGUAGE", "fr", 1);
  bindtextdomain(domain, locale_folder.c_str());
  bind_textdomain_codeset(domain, "UTF-8");
}

Result<Language> choose_language(std::string_view option,
                                 const Environment& environment) {
  if (!option.empty()) return language_from_text(option);
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string wanted = environment(name);
    if (wanted.starts_with("fr")) return Language::fr;
    if (wanted.starts_with("en")) return Language::en;
  }
  return Language::fr;
}

std::string say(const Sentence& sentence, Language language) {
  return fill(translated(sentence.id, language), sentence, language);
}

std::string labelled(std::string_view label, Language language) {
  // A space that does not break stands before it in French.
  const char* colon = language == Language::fr ? "\u00A0:" : ":";
  return std::string(label) + colon;
}

std::string printable(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) {
      append_escaped(out, static_cast<unsigned char>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    const std::uint32_t point = code_point(text.substr(0, length));
    if (is_unprintable(point) && !(lines && point == '\n')) {
      append_escaped(out, point);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace relais::sync
