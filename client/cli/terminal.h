#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sync/result.h"
#include "sync/text/messages.h"

namespace relais::cli {

/// Data on stdout, messages on stderr, progress only where a person watches.
class Terminal {
 public:
  explicit Terminal(sync::Language language);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  sync::Language language() const { return language_; }
  /// stdout is a terminal.
  bool watched() const { return out_watched_; }
  /// Bold may be used on stdout (NO_COLOR).
  bool bold() const { return bold_; }
  std::size_t columns() const;

  void print(std::string_view text);
  void clear_screen();
  /// A line typed without being shown, on the terminal itself, whatever stdin
  /// is. usage: there is no terminal, `option` would do; cancelled: Ctrl-C, or
  /// nothing typed.
  sync::Result<std::string> ask_unseen(const sync::Sentence& question,
                                       const std::string& option);
  /// A line to stderr.
  void tell(const sync::Sentence& sentence);
  void tell(const sync::Error& error);
  /// One line of stderr, written over and over.
  void progress(const sync::Sentence& sentence);
  /// Everything printed has left; false: it could not (a full disk).
  bool flush();

 private:
  void end_progress();

  sync::Language language_;
  bool out_watched_;
  bool error_watched_;
  bool bold_;
  bool progress_shown_ = false;
};

}  // namespace relais::cli
