#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace relais::tui {

/// One verb of the daemon, as `relais` would ask it with --format json.
struct Ask {
  std::vector<std::string> verb;
  std::vector<std::string> argument;
  std::map<std::string, std::vector<std::string>> option;
  /// A file that goes with it.
  std::shared_ptr<const std::string> input;
  /// Talks to headquarters: does not keep the others waiting.
  bool slow = false;
  /// Nobody pressed a key for it: keeps nobody logged in.
  bool background = false;
};

struct Answer {
  int exit_code = 0;
  std::vector<std::string> rows;   ///< JSON objects
  std::string data;                ///< bytes, or a text for people
  std::vector<std::string> notes;  ///< translated
  std::vector<std::string> said;   ///< how it ended, translated
  std::string progress;            ///< with `more`: the last word of it
  bool more = false;               ///< not ended yet
  bool login = false;              ///< nobody is logged in (any more)
  bool away = false;  ///< it reached no daemon: nothing of it was done
};
using OnAnswer = std::function<void(const Answer&)>;

/// Carries asks to the daemon and brings each answer back, later, on the
/// desk's own thread; one that has progress brings it several times.
class Link {
 public:
  virtual ~Link() = default;
  virtual void ask(const Ask& ask, OnAnswer on_answer) = 0;
  /// What a login gave; empty: nobody. For what is asked from now on: whoever
  /// was named without a login is named no more.
  virtual void act_as(const std::string&) {}
};

}  // namespace relais::tui
