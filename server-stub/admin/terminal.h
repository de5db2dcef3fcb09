#pragma once

#include <cstddef>
#include <string_view>

#include "sync/result.h"
#include "sync/text/messages.h"

namespace relais::admin {

/// Data on stdout, messages on stderr, progress only where a person watches.
class Terminal {
 public:
  explicit Terminal(sync::Language language);
  ~Terminal() { end_progress(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  sync::Language language() const { return language_; }
  /// stdout is a terminal.
  bool watched() const { return out_watched_; }
  /// Bold may be used on stdout (NO_COLOR).
  bool bold() const { return bold_; }
  std::size_t columns() const;

  void print(std::string_view text);
  /// A line to stderr.
  void tell(const sync::Sentence& sentence);
  /// Every fault of it. Gives the exit code.
  int tell(const sync::Error& error);
  void progress(const sync::Sentence& sentence);
  /// False: what was printed could not leave (a full disk).
  bool flush();

 private:
  void end_progress();

  sync::Language language_;
  bool out_watched_;
  bool error_watched_;
  bool bold_;
  bool progress_shown_ = false;
};

}  // namespace relais::admin
