#pragma once

#include <cstdint>
#include <string>

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
    quit,  ///< Ctrl-C: what is typed is kept, then it ends
  };
  Name name = Name::character;
  std::string text;  ///< of a character: UTF-8, one code point
  int number = 0;    ///< of a function key: 1 for F1
};

inline Key function_key(int number) {
  return {Key::Name::function, {}, number};
}
inline Key character(std::string text) {
  return {Key::Name::character, std::move(text), 0};
}

}  // namespace relais::tui
