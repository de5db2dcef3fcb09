#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/tui/grid.h"
#include "client/tui/key.h"
#include "sync/result.h"
#include "sync/text/messages.h"

namespace relais::tui {

using sync::Sentence;

/// One verb of the daemon, as `relais` would ask it with --format json.
struct Ask {
  std::vector<std::string> verb;
  std::vector<std::string> argument;
  std::map<std::string, std::vector<std::string>> option;
  /// A file that goes with it.
  std::shared_ptr<const std::string> input;
  /// Talks to headquarters: does not keep the others waiting.
  bool slow = false;
};

struct Answer {
  int exit_code = 0;
  std::vector<std::string> rows;   ///< JSON objects
  std::string data;                ///< bytes, or a text for people
  std::vector<std::string> notes;  ///< translated
  std::vector<std::string> said;   ///< how it ended, translated
  std::string progress;            ///< with `more`: the last word of it
  bool more = false;               ///< not ended yet
};
using OnAnswer = std::function<void(const Answer&)>;

/// Carries asks to the daemon and brings each answer back, later, on the
/// desk's own thread; one that has progress brings it several times.
class Link {
 public:
  virtual ~Link() = default;
  virtual void ask(const Ask& ask, OnAnswer on_answer) = 0;
};

class Desk;

/// A key of the bottom line, with what it does.
struct Hint {
  std::string key;  ///< "F2"
  Sentence does;
};

/// One view, of the stack that a Desk keeps. Threads: the desk's.
class Screen {
 public:
  virtual ~Screen() = default;
  virtual std::string title(const Desk& desk) const = 0;
  /// Rows of the grid from `top` to `bottom` (not included) are its own.
  virtual void draw(Grid& grid, int top, int bottom, Desk& desk) = 0;
  virtual void on_key(const Key& key, Desk& desk) = 0;
  virtual std::vector<Hint> hints() const = 0;
  /// What the line above the keys says when nothing else is to be told there
  /// and nobody is pressing keys: on a slow line it costs more than the key.
  virtual std::string note(const Desk&) const { return {}; }
  /// It is on top: for the first time, or again.
  virtual void on_top(Desk&) {}
  /// Nobody pressed a key for a moment.
  virtual void on_pause(Desk&) {}

  /// Now and then, whether keys are pressed or not.
  virtual void on_tick(Desk&) {}

  /// Expires with the screen.
  std::weak_ptr<const void> alive() const { return alive_; }

 private:
  std::shared_ptr<const char> alive_ = std::make_shared<const char>();
};

/// The whole interface as a pure model: keys and answers in, a grid out.
class Desk {
 public:
  Desk(Link& link, sync::Language language);

  // -- the world's side
  void on_key(const Key& key);
  void on_pause();
  void on_tick();
  void draw(Grid& grid);
  bool over() const { return screens_.empty(); }

  // -- the screens' side
  sync::Language language() const { return language_; }
  std::string words(const Sentence& sentence) const {
    return sync::say(sentence, language_);
  }
  void push(std::unique_ptr<Screen> screen);
  /// This screen and those above it; it is destroyed before the next key.
  void close(const Screen* screen);
  /// The answer comes only while `owner` is there; null: always.
  void ask(const Screen* owner, const Ask& ask, OnAnswer on_answer);
  /// The same; keys wait until it is answered, so that none of those typed
  /// ahead goes to the wrong screen.
  void ask_first(const Screen* owner, const Ask& ask,
                 const OnAnswer& on_answer);
  /// One line above the keys, until the next key.
  void tell(std::string message) { message_ = std::move(message); }
  /// Tells an answer's last words, where it failed.
  void tell(const Answer& answer);
  /// What stands in the title at the right: who and where.
  void set_corner(std::string corner) { corner_ = std::move(corner); }

 private:
  void take_typed_ahead();
  void draw_bars(Grid& grid);
  void draw_message(Grid& grid);

  Link* link_;
  sync::Language language_;
  std::vector<std::unique_ptr<Screen>> screens_;
  /// Destroyed at the next key: a screen may close itself from its own call.
  std::vector<std::unique_ptr<Screen>> closed_;
  std::shared_ptr<const char> self_ = std::make_shared<const char>();
  int awaited_ = 0;  ///< answers of ask_first()
  std::deque<Key> typed_ahead_;
  std::string message_;
  bool pressing_ = false;  ///< no pause since the last key
  std::string corner_;
  bool hidden_ = false;  ///< the screen's content is hidden, by a key
};

/// How wide a label may be.
int label_width(int columns);

}  // namespace relais::tui
