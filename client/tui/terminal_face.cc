#include "client/tui/terminal_face.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <map>
#include <string>

#include "sync/utf8.h"

namespace relais::tui {
namespace {

using sync::Errc;
using sync::fail;

constexpr int escape_ms = 25;
constexpr wint_t escape = 27;
/// Where a paste begins and ends: terminals that know say so.
constexpr const char* say_pastes = "\x1b[?2004h";
constexpr const char* say_no_pastes = "\x1b[?2004l";
constexpr const char* paste_begins = "\x1b[200~";
constexpr const char* paste_ends = "\x1b[201~";
constexpr int key_paste_begins = 0x1000;
constexpr int key_paste_ends = 0x1001;
constexpr wint_t control_c = 3;
constexpr wint_t control_l = 12;

std::string utf8_of(wint_t code) {
  std::string text;
  const auto byte = [&text](unsigned value) {
    text.push_back(static_cast<char>(value));
  };
  const unsigned c = code;
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
  return text;
}

std::optional<Key> named(wint_t code) {
  using Name = Key::Name;
  static const std::map<wint_t, Name> names{
      {KEY_UP, Name::up},
      {KEY_DOWN, Name::down},
      {KEY_LEFT, Name::left},
      {KEY_RIGHT, Name::right},
      {KEY_HOME, Name::home},
      {KEY_END, Name::end},
      {KEY_PPAGE, Name::page_up},
      {KEY_NPAGE, Name::page_down},
      {KEY_BACKSPACE, Name::backspace},
      {KEY_DC, Name::erase},
      {KEY_ENTER, Name::enter},
      {KEY_BTAB, Name::back_tab},
  };
  const auto found = names.find(code);
  if (found != names.end()) return Key{found->second, {}, 0};
  constexpr int function_keys = 12;
  for (int number = 1; number <= function_keys; ++number) {
    if (code == static_cast<wint_t>(KEY_F(number))) return function_key(number);
  }
  return std::nullopt;
}

std::optional<Key> typed(wint_t code) {
  using Name = Key::Name;
  constexpr wint_t erase_back = 127;
  constexpr wint_t first_printable = 32;
  if (code == L'\n' || code == L'\r') return Key{Name::enter, {}, 0};
  if (code == L'\t') return Key{Name::tab, {}, 0};
  if (code == escape) return Key{Name::escape, {}, 0};
  if (code == control_c) return Key{Name::quit, {}, 0};
  if (code == erase_back || code == L'\b') return Key{Name::backspace, {}, 0};
  if (code < first_printable) return std::nullopt;
  return character(utf8_of(code));
}

/// Of a paste only text and its lines are taken.
std::string pasted(wint_t code) {
  if (code == L'\r' || code == L'\n') return "\n";
  if (code == L'\t') return " ";
  constexpr wint_t first_printable = 32;
  return code < first_printable ? std::string() : utf8_of(code);
}

attr_t looks(Style style) {
  attr_t all = A_NORMAL;
  if (has(style, Style::bold)) all |= A_BOLD;
  if (has(style, Style::reverse)) all |= A_REVERSE;
  if (has(style, Style::underline)) all |= A_UNDERLINE;
  return all;
}

}  // namespace

sync::Result<std::unique_ptr<TerminalFace>> TerminalFace::open() {
  setlocale(LC_CTYPE, "");
  // LANG=C says nothing of the terminal: they all read UTF-8 today.
  if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
    setlocale(LC_CTYPE, "C.UTF-8");
  }
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) {
    return fail(Errc::invalid,
                "The terminal interface needs a terminal; `relais --help` "
                "lists the commands for scripts");
  }
  // Opened anew: whoever waits for keys makes it non-blocking, and what is
  // printed, and the shell after us, must not be.
  const char* name = ttyname(STDIN_FILENO);
  std::FILE* keys = name == nullptr ? nullptr : std::fopen(name, "re");
  if (keys == nullptr) keys = stdin;
  if (newterm(nullptr, stdout, keys) == nullptr) {
    const char* kind = std::getenv("TERM");
    return fail(Errc::invalid,
                "This terminal ({0}) cannot move its cursor: set TERM, for "
                "instance TERM=vt100",
                {sync::as_utf8(kind == nullptr ? "" : kind)});
  }
  raw();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  set_escdelay(escape_ms);
  define_key(paste_begins, key_paste_begins);
  define_key(paste_ends, key_paste_ends);
  std::fputs(say_pastes, stdout);
  std::fflush(stdout);
  return std::unique_ptr<TerminalFace>(new TerminalFace(keys));
}

TerminalFace::~TerminalFace() {
  std::fputs(say_no_pastes, stdout);
  endwin();
  if (keys_ != stdin) std::fclose(keys_);
}

int TerminalFace::input() const {
  return fileno(keys_);
}

std::optional<Key> TerminalFace::next() {
  for (;;) {
    wint_t code = 0;
    const int kind = get_wch(&code);
    if (kind == ERR) return std::nullopt;
    if (kind == KEY_CODE_YES && code == key_paste_begins) {
      pasting_ = true;
      pasted_.clear();
      continue;
    }
    if (kind == KEY_CODE_YES && code == key_paste_ends) {
      pasting_ = false;
      return Key{Key::Name::paste, std::move(pasted_), 0};
    }
    if (pasting_) {
      if (kind == OK) pasted_ += pasted(code);
      continue;
    }
    if (kind == KEY_CODE_YES) {
      if (auto key = named(code)) return key;
      continue;
    }
    if (code == control_l) {
      redraw();
      continue;
    }
    if (code == escape) {
      // A terminal without function keys: Escape and at once a digit.
      wint_t after = 0;
      const int second = get_wch(&after);
      if (second == OK && after >= L'0' && after <= L'9') {
        return function_key(after == L'0' ? 10
                                          : static_cast<int>(after - L'0'));
      }
      if (second == OK) unget_wch(static_cast<wchar_t>(after));
      if (second == KEY_CODE_YES) ungetch(static_cast<int>(after));
    }
    if (auto key = typed(code)) return key;
  }
}

void TerminalFace::resize() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0) {
    resizeterm(size.ws_row, size.ws_col);
  }
}

void TerminalFace::redraw() {
  clearok(curscr, TRUE);
}

int TerminalFace::rows() const {
  return LINES;
}

int TerminalFace::columns() const {
  return COLS;
}

void TerminalFace::paint(const Grid& grid) {
  erase();
  for (int row = 0; row < grid.rows() && row < LINES; ++row) {
    int column = 0;
    while (column < grid.columns() && column < COLS) {
      const Grid::Cell& cell = grid.at(row, column);
      // The last cell of all would scroll some terminals.
      if (row == LINES - 1 && column == COLS - 1) break;
      if (!cell.text.empty() &&
          (cell.text != " " || cell.style != Style::plain)) {
        attrset(static_cast<int>(looks(cell.style)));
        mvaddstr(row, column, cell.text.c_str());
      }
      ++column;
    }
  }
  attrset(static_cast<int>(A_NORMAL));
  if (grid.cursor) {
    curs_set(1);
    move(grid.cursor->row, grid.cursor->column);
  } else {
    curs_set(0);
    move(LINES - 1, 0);
  }
  refresh();
}

}  // namespace relais::tui
