#include "client/tui/desk.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "sync/text/sentence.h"

namespace relais::tui {
namespace {

/// A daemon that comes and goes, or something else that answers.
class MovingLink final : public Link {
 public:
  void ask(const Ask& ask, OnAnswer on_answer) override {
    Answer answer;
    if (!there) {
      answer.away = true;
      answer.said = {"relaisd is not running for post."};
    } else if (other || (as && pins)) {
      answer.exit_code =
          sync::exit_code(other ? sync::Errc::usage : sync::Errc::denied);
      answer.said = {"There is no command login about here"};
    } else if (ask.verb.front() == "login") {
      answer.rows = {pins ? R"({"login": "needed"})" : R"({"login": "none"})"};
    } else {
      asked.push_back(ask.verb.front());
    }
    waiting.emplace_back(answer, std::move(on_answer));
  }
  void act_as(const std::string&) override { as = false; }
  void settle() {
    while (!waiting.empty()) {
      const auto [answer, on_answer] = std::move(waiting.front());
      waiting.erase(waiting.begin());
      on_answer(answer);
    }
  }

  bool there = true;
  bool other = false;
  bool as = false;
  bool pins = false;
  std::vector<std::string> asked;
  std::vector<std::pair<Answer, OnAnswer>> waiting;
};

class Begun {
 public:
  void start() {
    desk.start();
    link.settle();
  }
  void press(const Key& key) {
    desk.on_key(key);
    link.settle();
  }
  void tick() {
    desk.on_tick();
    link.settle();
  }
  bool sees(const std::string& text) {
    Grid grid(24, 80);
    desk.draw(grid);
    return grid.text().find(text) != std::string::npos;
  }

  MovingLink link;
  Desk desk{link, sync::Language::en};
};

TEST(Desk, SaysThatTheDaemonIsAwayAndGoesOnWhenItIsBack) {
  Begun begun;
  begun.link.there = false;
  begun.start();
  EXPECT_TRUE(begun.sees("relaisd is not running"));
  EXPECT_TRUE(begun.sees("goes on by itself"));
  EXPECT_FALSE(begun.sees("Who is there"));
  begun.link.there = true;
  begun.tick();
  EXPECT_TRUE(begun.sees("Start"));

  begun.link.there = false;
  begun.tick();
  EXPECT_TRUE(begun.sees("relaisd is not running")) << "it went away later";
  EXPECT_FALSE(begun.sees("Start"));
  begun.press({Key::Name::escape, {}, 0});
  EXPECT_FALSE(begun.desk.over()) << "the key that leaves a field";
  begun.link.there = true;
  begun.link.asked.clear();
  begun.tick();
  EXPECT_TRUE(begun.sees("Start"));
  EXPECT_FALSE(begun.link.asked.empty()) << "what waited is asked";
}

TEST(Desk, IsLeftWhileTheDaemonIsAway) {
  Begun begun;
  begun.link.there = false;
  begun.start();
  begun.press({Key::Name::escape, {}, 0});
  EXPECT_TRUE(begun.desk.over());
}

TEST(Desk, NamesTheProgramOfHeadquartersAtItsHome) {
  Begun begun;
  begun.link.other = true;
  begun.start();
  EXPECT_TRUE(begun.sees("use relais-hq"));
  EXPECT_FALSE(begun.sees("Start"));
  begun.press(function_key(10));
  EXPECT_TRUE(begun.desk.over());
}

TEST(Desk, SaysThatNobodyIsNamedAnyMoreWhereThereArePins) {
  Begun begun;
  begun.link.as = begun.link.pins = true;
  begun.start();
  EXPECT_TRUE(begun.sees("Who is there?"));
  EXPECT_TRUE(begun.sees("--as is not taken any more"));
}

}  // namespace
}  // namespace relais::tui
