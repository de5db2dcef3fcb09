#include "client/tui/login_screen.h"

#include <gtest/gtest.h>

#include <deque>
#include <utility>

#include "client/daemon/limits.h"
#include "tests/unit/client/daemon/shared_post.h"
#include "tests/unit/client/tui/recipients.h"

namespace relais::tui {
namespace {

using test::Heard;
using test::officer_of_dib;
using test::SharedPost;
using Name = Key::Name;

constexpr const char* colleague = "0107-568.P";
constexpr const char* pin = "271828";

/// The daemon of a shared machine, without its socket.
class GateLink final : public Link {
 public:
  explicit GateLink(SharedPost& post) : post_(&post) {}
  void ask(const Ask& ask, OnAnswer on_answer) override {
    asked_.push_back({ask, session_, std::move(on_answer)});
  }
  void act_as(const std::string& session) override { session_ = session; }
  void settle() {
    while (!asked_.empty()) {
      Asked one = std::move(asked_.front());
      asked_.pop_front();
      one.on_answer(run(one));
    }
  }

 private:
  struct Asked {
    Ask ask;
    std::string session;
    OnAnswer on_answer;
  };
  Answer run(const Asked& asked) {
    test::Called called;
    for (const std::string& word : asked.ask.verb) {
      called.verb += (called.verb.empty() ? "" : " ") + word;
    }
    called.argument = asked.ask.argument;
    for (const auto& [name, values] : asked.ask.option) {
      std::string& all = called.option[name];
      for (const std::string& value : values) {
        all += (&value == &values.front() ? "" : "\x1F") + value;
      }
    }
    called.session = asked.session;
    called.background = asked.ask.background;
    if (asked.ask.input) called.input = *asked.ask.input;
    const Heard heard = post_->call(called);
    Answer answer;
    answer.exit_code = heard.exit_code;
    answer.login = heard.login;
    for (const auto& row : heard.rows) answer.rows.push_back(row.dump());
    answer.data = heard.data;
    answer.notes = heard.notes;
    if (!heard.said.empty()) answer.said.push_back(heard.said);
    return answer;
  }

  SharedPost* post_;
  std::string session_;
  std::deque<Asked> asked_;
};

/// Whoever sits at the screen.
class Terminal {
 public:
  explicit Terminal(SharedPost& post)
      : link(post), desk(link, sync::Language::en) {
    desk.start();
    link.settle();
  }
  void press(Name name) { on_key({name, {}, 0}); }
  void function(int number) { on_key(function_key(number)); }
  void enter() { press(Name::enter); }
  void type(const std::string& text) {
    for (const char one : text) on_key(character(std::string(1, one)));
  }
  void pause() {
    desk.on_pause();
    link.settle();
  }
  void log_in(const std::string& person, const std::string& with) {
    if (!person.empty()) {
      type(person);
      enter();
    }
    type(with);
    enter();
  }
  void first_pin(const std::string& person, const std::string& code) {
    function(2);
    type(person);
    enter();
    for (const std::string& text : {code, std::string(pin), std::string(pin)}) {
      type(text);
      enter();
    }
    enter();  // no old one
  }
  std::string screen() {
    Grid grid(24, 80);
    desk.draw(grid);
    return grid.text();
  }
  bool sees(const std::string& text) {
    return screen().find(text) != std::string::npos;
  }

  GateLink link;
  Desk desk;

 private:
  void on_key(const Key& key) {
    desk.on_key(key);
    link.settle();
  }
};

TEST(LoginScreen, StandsBeforeEverythingOnceThereIsASlip) {
  SharedPost post;
  EXPECT_TRUE(Terminal(post).sees("Start")) << "nobody has to log in yet";
  const std::string code = post.code(officer_of_dib);
  Terminal terminal(post);
  EXPECT_TRUE(terminal.sees("Who is there?")) << terminal.screen();
  EXPECT_FALSE(terminal.sees(officer_of_dib)) << "it names nobody";
  terminal.press(Name::escape);
  EXPECT_TRUE(terminal.sees("Start")) << "as before the first PIN";

  Terminal again(post);
  again.first_pin(officer_of_dib, code);
  EXPECT_TRUE(again.sees("Drafts of yours: 0")) << again.screen();
  Terminal later(post);
  EXPECT_TRUE(later.sees("Who is there?"));
  later.press(Name::escape);
  EXPECT_TRUE(later.sees("Who is there?")) << "no way around it any more";
  later.log_in(officer_of_dib, "314159");
  EXPECT_TRUE(later.sees("is not right")) << later.screen();
  EXPECT_TRUE(later.sees("first time here: F2")) << later.screen();
  EXPECT_FALSE(later.sees("314159"));
  later.log_in("", pin);
  EXPECT_TRUE(later.sees("Nɛnɛ")) << later.screen();
}

TEST(LoginScreen, WhatWasBeingTypedIsThereAgainAfterALock) {
  SharedPost post;
  const std::string code = post.code(officer_of_dib);
  Terminal fresh(post);
  fresh.first_pin(officer_of_dib, code);
  fresh.function(2);
  fresh.type("incident");
  fresh.enter();
  fresh.type("named");
  fresh.enter();
  fresh.press(Name::down);
  fresh.type("le 12 mai");
  fresh.desk.on_idle();
  fresh.link.settle();
  EXPECT_TRUE(fresh.sees("Locked.")) << fresh.screen();
  EXPECT_FALSE(fresh.sees("le 12 mai"));
  fresh.log_in("", pin);
  EXPECT_TRUE(fresh.sees("le 12 mai")) << fresh.screen();
  // The key that hides locks as well.
  fresh.function(12);
  EXPECT_TRUE(fresh.sees("Hidden and locked."));
  fresh.type("x");
  EXPECT_TRUE(fresh.sees("Locked.")) << fresh.screen();
  fresh.log_in("", pin);
  EXPECT_TRUE(fresh.sees("le 12 mai"));
}

TEST(LoginScreen, ASessionThatTheDaemonEndedLosesNothing) {
  SharedPost post;
  const std::string code = post.code(officer_of_dib);
  Terminal there(post);
  there.first_pin(officer_of_dib, code);
  there.function(2);
  there.type("incident");
  there.enter();
  there.type("named");
  there.enter();
  there.press(Name::down);
  post.clock.monotonic += client::limits::idle_login_ms;
  there.type("12/05/2026");
  there.enter();
  EXPECT_TRUE(there.sees("Logged out.")) << there.screen();
  there.log_in("", pin);
  EXPECT_TRUE(there.sees("2026-05-12")) << there.screen();
  EXPECT_TRUE(there.sees("INC-DIB-A-26-0001")) << "the draft was begun";
}

TEST(LoginScreen, WhoTakesOverSeesNothingOfWhoWasThere) {
  SharedPost post;
  const std::string code = post.code(officer_of_dib);
  const std::string other_code = post.code(colleague);
  Terminal terminal(post);
  terminal.first_pin(officer_of_dib, code);
  terminal.function(2);
  terminal.type("incident");
  terminal.enter();
  terminal.type("named");
  terminal.enter();
  terminal.press(Name::down);
  terminal.type("le 12 mai");
  terminal.function(11);
  EXPECT_TRUE(terminal.sees("Who is there?"));
  EXPECT_FALSE(terminal.sees("0112-447.T")) << terminal.screen();
  terminal.first_pin(colleague, other_code);
  EXPECT_TRUE(terminal.sees("Start")) << terminal.screen();
  EXPECT_FALSE(terminal.sees("le 12 mai"));
  EXPECT_FALSE(terminal.sees("Not saved yet"));
  terminal.function(11);
  terminal.log_in(officer_of_dib, pin);
  EXPECT_TRUE(terminal.sees("Not saved yet")) << terminal.screen();
  terminal.enter();
  EXPECT_TRUE(terminal.sees("le 12 mai")) << terminal.screen();
}

// The chief is logged in and locked; somebody else has something to say.
TEST(LoginScreen, LetsAnybodyReportPastTheGate) {
  SharedPost post;
  static_cast<void>(test::publish_recipients(post.field.headquarters()));
  const std::string code = post.code(officer_of_dib);
  post.sync();
  Terminal terminal(post);
  terminal.first_pin(officer_of_dib, code);
  terminal.function(12);
  terminal.type("x");
  ASSERT_TRUE(terminal.sees("Locked.")) << terminal.screen();

  terminal.function(6);
  EXPECT_TRUE(terminal.sees("Nobody is logged in")) << terminal.screen();
  EXPECT_FALSE(terminal.sees("Nɛnɛ")) << terminal.screen();
  EXPECT_FALSE(terminal.sees("Named")) << terminal.screen();
  terminal.press(Name::down);
  terminal.enter();
  EXPECT_TRUE(terminal.sees("Sealed on this screen")) << terminal.screen();
  terminal.press(Name::down);
  terminal.function(11);
  EXPECT_TRUE(terminal.sees("Sealed on this screen")) << "nobody to hand over";

  // Whoever walks away leaves nothing, and what is under the gate stays.
  terminal.desk.on_idle();
  terminal.link.settle();
  EXPECT_TRUE(terminal.sees("Locked.")) << terminal.screen();
  terminal.log_in("", pin);
  EXPECT_TRUE(terminal.sees("Start")) << terminal.screen();
}

// What is sealed on the screen is kept nowhere else: not to be lost to whoever
// takes the keyboard, nor to a key.
TEST(LoginScreen, KeepsASealedReportWhileSomebodyElseIsThere) {
  SharedPost post;
  static_cast<void>(test::publish_recipients(post.field.headquarters()));
  const std::string code = post.code(officer_of_dib);
  const std::string other_code = post.code(colleague);
  post.sync();
  Terminal terminal(post);
  terminal.first_pin(officer_of_dib, code);
  terminal.function(2);
  terminal.type("incident");
  terminal.enter();
  terminal.type("anonym");
  terminal.enter();
  ASSERT_TRUE(terminal.sees("Sealed on this screen")) << terminal.screen();
  EXPECT_FALSE(terminal.sees("Nɛnɛ")) << "she does not sign it";
  terminal.enter();
  terminal.type("EXT");
  terminal.enter();
  terminal.function(11);
  terminal.first_pin(colleague, other_code);
  EXPECT_TRUE(terminal.sees("Start")) << terminal.screen();
  EXPECT_FALSE(terminal.sees("Sealed on this screen"));
  EXPECT_TRUE(terminal.desk.may_end()) << "nothing of his own is lost";
  terminal.function(11);
  terminal.log_in(officer_of_dib, pin);
  EXPECT_TRUE(terminal.sees("Sealed on this screen")) << terminal.screen();
  EXPECT_FALSE(terminal.desk.may_end());
  EXPECT_TRUE(terminal.sees("Nothing of this report was kept"))
      << terminal.screen();
  EXPECT_TRUE(terminal.desk.may_end()) << "asked once";
}

}  // namespace
}  // namespace relais::tui
