#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace relais::tui {

/// One key as a person pressed it, whatever the terminal sent for it.
struct Key {
  enum class Name : std::uint8_t {
    character,
    enter,
    escape,
    tab,
    back_tab,
    up,
    down,
    left,
    right,
    home,
    end,
    page_up,
    page_down,
    backspace,
    erase,
    function,
    paste,  ///< text from elsewhere, whole: lines and all
    quit,   ///< Ctrl-C: what is typed is kept, then it ends
  };
  Name name = Name::character;
  std::string text;  ///< UTF-8: one code point, or what was pasted
  int number = 0;    ///< of a function key: 1 for F1
};

inline Key function_key(int number) {
  return {Key::Name::function, {}, number};
}
inline Key character(std::string text) {
  return {Key::Name::character, std::move(text), 0};
}

inline bool is_function(const Key& key, int number) {
  return key.name == Key::Name::function && key.number == number;
}
/// The function key, or one of these letters, for screens without typing.
inline bool is_function(const Key& key, int number, std::string_view letters) {
  return is_function(key, number) ||
         (key.name == Key::Name::character && !key.text.empty() &&
          letters.find(key.text) != std::string_view::npos);
}
/// Back to the screen before.
inline bool leaves(const Key& key) {
  return key.name == Key::Name::escape || is_function(key, 10);
}

}  // namespace relais::tui
