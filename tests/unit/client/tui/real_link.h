#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "client/tui/desk.h"
#include "client/tui/home_screen.h"
#include "sync/command/command.h"
#include "sync/text/sentence.h"
#include "tests/support/field.h"

namespace relais::test {

/// The verbs of a real machine of the field, on a real file, without a socket.
/// Answers wait until settle(), as they would come back later.
class RealLink final : public tui::Link {
 public:
  RealLink(Node& node, std::string person);

  void ask(const tui::Ask& ask, tui::OnAnswer on_answer) override {
    asked_.emplace_back(ask, std::move(on_answer));
  }
  /// A verb of the daemon's own, and what it was given.
  void takes(const std::string& verb,
             std::function<void(const std::string&)> with);
  /// All that was asked is answered, and what that asked, and so on.
  void settle();

 private:
  tui::Answer run(const tui::Ask& ask);

  sync::Verbs verbs_;
  std::string person_;
  std::deque<std::pair<tui::Ask, tui::OnAnswer>> asked_;
};

/// An officer at a terminal of 80 by 24.
class Officer {
 public:
  Officer(Node& node, std::string person,
          sync::Language language = sync::Language::en);

  /// Characters, one key each.
  void type(const std::string& text);
  void press(tui::Key::Name name, int times = 1);
  void function(int number) { on_key(tui::function_key(number)); }
  void enter() { press(tui::Key::Name::enter); }
  void pause() {
    desk.on_pause();
    link.settle();
  }
  std::string screen(int rows = 24, int columns = 80);
  bool sees(const std::string& text) {
    return screen().find(text) != std::string::npos;
  }
  /// Down to the line that begins so; false: there is none.
  bool go_to(const std::string& line);
  /// Home, "New", and the form with these letters.
  void begin(const std::string& form);

  RealLink link;
  tui::Desk desk;

 private:
  void on_key(const tui::Key& key) {
    desk.on_key(key);
    link.settle();
  }
};

}  // namespace relais::test
