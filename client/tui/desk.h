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
#include "client/tui/link.h"
#include "sync/result.h"
#include "sync/text/messages.h"

namespace relais::tui {

using sync::Sentence;

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
  ~Desk();

  // -- the world's side
  /// Asks who may begin: shows Home, or who is there.
  void start();
  /// Nobody pressed a key for long: whoever is logged in is locked out.
  void on_idle();
  /// The program ends: nobody stays logged in.
  void leave();
  void on_key(const Key& key);
  void on_pause();
  void on_tick();
  void draw(Grid& grid);
  bool over() const { return screens_.empty() && cover_ == nullptr; }

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

  // -- the gate's side (login_screen.h); what lies under it is kept
  /// Keys wait until it is answered.
  void ask_at_gate(const Ask& ask, const OnAnswer& on_answer);
  void let_in(const std::string& person, const std::string& session);
  void go_on_without_login();
  void quit();

 private:
  /// An ask that was refused because nobody was logged in any more: asked
  /// again when its person is back.
  struct Refused {
    Ask ask;
    std::weak_ptr<const void> owner;
    OnAnswer on_answer;
  };
  void lock(bool somebody_else);
  void cover_with(std::unique_ptr<Screen> cover);
  void uncover();
  void refused(Refused refused);
  void send(const Ask& ask, std::weak_ptr<const void> owner,
            OnAnswer on_answer);
  void draw_cover(Grid& grid);
  void draw_keys(Grid& grid, const std::vector<Hint>& hints);
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
  bool hidden_ = false;            ///< the screen's content is hidden, by a key
  bool background_ = false;        ///< nobody's key brought this call about
  std::string person_;             ///< logged in, or locked out; empty: nobody
  std::unique_ptr<Screen> cover_;  ///< before all others: who is there?
  std::unique_ptr<Screen> uncovered_;  ///< destroyed at the next key
  int turn_ = 0;                       ///< rises when another person comes
  int awaited_at_gate_ = 0;
  std::deque<Key> typed_at_gate_;
  std::map<std::string, std::vector<Refused>> refused_;  ///< by person
};

/// How wide a label may be.
int label_width(int columns);

}  // namespace relais::tui
