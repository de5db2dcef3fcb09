#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/tui/link.h"
#include "client/tui/screen.h"
#include "sync/text/messages.h"

namespace relais::tui {

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
  /// Ctrl-C: whether the program may end. What would be lost is asked about
  /// first; asked again at once, it may.
  bool may_end();
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
  /// `first` stands alone, and nobody is logged in; with its end the gate is
  /// there again, and what lay under it.
  void open_past_gate(std::unique_ptr<Screen> first);
  void quit();

 private:
  /// An ask that was refused because nobody was logged in any more, or that
  /// reached no daemon: asked again when its person, or the daemon, is back.
  struct Refused {
    Ask ask;
    std::weak_ptr<const void> owner;
    OnAnswer on_answer;
  };
  void lock(bool somebody_else);
  void cover_with(std::unique_ptr<Screen> cover);
  void uncover();
  void back_to_gate();
  void refused(Refused refused);
  void begin(bool named);
  void not_there(Refused asked, const Answer& answer);
  void draw_away(Grid& grid);
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
  /// While something is open past it: the gate, and what lies under it.
  std::unique_ptr<Screen> gate_;
  std::vector<std::unique_ptr<Screen>> under_gate_;
  int turn_ = 0;  ///< rises when another person comes
  bool asked_to_end_ = false;
  /// By person: screens with what is kept nowhere else.
  std::map<std::string, std::vector<std::unique_ptr<Screen>>> aside_;
  int awaited_at_gate_ = 0;
  std::deque<Key> typed_at_gate_;
  std::map<std::string, std::vector<Refused>> refused_;  ///< by person
  std::string away_;              ///< why nothing can be asked; empty: it can
  std::vector<Refused> waiting_;  ///< for the daemon
};

/// How wide a label may be.
int label_width(int columns);

}  // namespace relais::tui
