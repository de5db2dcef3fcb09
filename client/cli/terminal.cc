#include "client/cli/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace relais::cli {
namespace {

constexpr std::size_t columns_unwatched = 80;
/// Narrower than this nothing can be read; a terminal may say 0.
constexpr std::size_t columns_min = 40;
constexpr const char* clear_line = "\r\x1b[K";

bool no_color() {
  const char* wish = std::getenv("NO_COLOR");
  return wish != nullptr && *wish != '\0';
}

}  // namespace

Terminal::Terminal(sync::Language language)
    : language_(language),
      out_watched_(isatty(STDOUT_FILENO) == 1),
      error_watched_(isatty(STDERR_FILENO) == 1),
      bold_(out_watched_ && !no_color()) {}

Terminal::~Terminal() {
  end_progress();
}

std::size_t Terminal::columns() const {
  winsize size{};
  if (!out_watched_ || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
    return columns_unwatched;
  }
  return size.ws_col < columns_min ? columns_unwatched : size.ws_col;
}

void Terminal::print(std::string_view text) {
  end_progress();
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void Terminal::clear_screen() {
  if (out_watched_) print("\x1b[H\x1b[2J");
}

void Terminal::tell(const sync::Sentence& sentence) {
  end_progress();
  std::fflush(stdout);
  const std::string line = sync::say(sentence, language_) + "\n";
  std::fputs(line.c_str(), stderr);
}

void Terminal::tell(const sync::Error& error) {
  tell(error.what);
  for (const auto& further : error.more) tell(further);
}

void Terminal::progress(const sync::Sentence& sentence) {
  if (!error_watched_) return;
  const std::string line = clear_line + sync::say(sentence, language_);
  std::fputs(line.c_str(), stderr);
  progress_shown_ = true;
}

void Terminal::end_progress() {
  if (!progress_shown_) return;
  std::fputs(clear_line, stderr);
  progress_shown_ = false;
}

sync::Result<std::string> Terminal::ask_unseen(const sync::Sentence& question,
                                               const std::string& option) {
  end_progress();
  std::fflush(stdout);
  const int tty = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  termios before{};
  if (tty < 0 || tcgetattr(tty, &before) != 0) {
    if (tty >= 0) ::close(tty);
    return sync::fail(sync::Errc::usage,
                      "There is no terminal to type it on: give it with --{0}",
                      {option});
  }
  const std::string asked = sync::say(question, language_) + " ";
  bool whole = ::write(tty, asked.data(), asked.size()) > 0;
  termios unseen = before;
  unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(tty, TCSAFLUSH, &unseen);
  std::string line;
  char one = 0;
  while (whole && one != '\n') {
    whole = ::read(tty, &one, 1) == 1;  // Ctrl-C wakes it
    if (whole && one != '\n') line += one;
  }
  tcsetattr(tty, TCSAFLUSH, &before);
  whole = ::write(tty, "\n", 1) == 1 && whole;
  ::close(tty);
  if (whole && !line.empty()) return line;
  return sync::fail(sync::Errc::cancelled, "Nothing was typed.");
}

bool Terminal::flush() {
  end_progress();
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

}  // namespace relais::cli
