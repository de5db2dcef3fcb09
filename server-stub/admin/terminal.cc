#include "server-stub/admin/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace relais::admin {
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
      out_watched_(::isatty(STDOUT_FILENO) == 1),
      error_watched_(::isatty(STDERR_FILENO) == 1),
      bold_(out_watched_ && !no_color()) {}

std::size_t Terminal::columns() const {
  winsize size{};
  if (!out_watched_ || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
    return columns_unwatched;
  }
  return size.ws_col < columns_min ? columns_unwatched : size.ws_col;
}

void Terminal::print(std::string_view text) {
  end_progress();
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void Terminal::tell(const sync::Sentence& sentence) {
  end_progress();
  std::fflush(stdout);
  const std::string line = sync::say(sentence, language_) + "\n";
  std::fputs(line.c_str(), stderr);
}

int Terminal::tell(const sync::Error& error) {
  tell(error.what);
  for (const sync::Sentence& further : error.more) tell(further);
  return sync::exit_code(error.code);
}

void Terminal::progress(const sync::Sentence& sentence) {
  if (!error_watched_) return;
  const std::string line = clear_line + sync::say(sentence, language_);
  std::fputs(line.c_str(), stderr);
  progress_shown_ = true;
}

bool Terminal::flush() {
  end_progress();
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

void Terminal::end_progress() {
  if (!progress_shown_) return;
  std::fputs(clear_line, stderr);
  progress_shown_ = false;
}

}  // namespace relais::admin
