#include "client/tui/pick_screen.h"

#include <gtest/gtest.h>

#include <memory>

namespace relais::tui {
namespace {

using Name = Key::Name;

class SilentLink final : public Link {
 public:
  void ask(const Ask&, OnAnswer) override {}
};

/// Who is kept out of a report, of three officers.
class Marking {
 public:
  explicit Marking(const std::string& chosen = "") {
    std::vector<Item> items{{"1", "Aïcha MAÏGA", false},
                            {"2", "Oumar SANGARÉ", false},
                            {"3", "Oumou DIARRA", false}};
    for (Item& item : items) item.chosen = item.code == chosen;
    desk_.push(std::make_unique<MarkScreen>(
        "Officers", std::move(items), [this](const std::vector<Item>& all) {
          taken_ = "taken:";
          for (const Item& item : all) taken_ += item.chosen ? item.code : "";
        }));
  }
  Marking& type(const std::string& text) {
    for (const char one : text) desk_.on_key(character(std::string(1, one)));
    return *this;
  }
  Marking& press(Name name) {
    desk_.on_key({name, {}, 0});
    return *this;
  }
  std::string screen() {
    Grid grid(10, 60);
    desk_.draw(grid);
    return grid.text();
  }
  std::string taken() {
    press(Name::enter);
    return taken_;
  }

 private:
  SilentLink link_;
  Desk desk_{link_, sync::Language::en};
  std::string taken_;
};

bool holds(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

TEST(MarkScreen, SearchesWhatIsTypedAndKeepsTheMarks) {
  Marking marking;
  marking.type("sang").type(" ");
  EXPECT_TRUE(holds(marking.screen(), "[x] Oumar")) << marking.screen();
  EXPECT_FALSE(holds(marking.screen(), "Aïcha")) << marking.screen();
  // The next letter seeks somebody else.
  marking.type("mai").type(" ");
  EXPECT_TRUE(holds(marking.screen(), "[x] Aïcha")) << marking.screen();
  EXPECT_TRUE(holds(marking.screen(), "marked: 2")) << marking.screen();
  EXPECT_EQ(marking.taken(), "taken:12");
}

TEST(MarkScreen, EnterTakesTheLineUnderTheBarWhereNoneIsMarked) {
  EXPECT_EQ(Marking().type("dia").taken(), "taken:3");
  EXPECT_EQ(Marking().type("nobody").taken(), "") << "there is none to take";
}

TEST(MarkScreen, TakingAllMarksAwayIsAnAnswer) {
  EXPECT_EQ(Marking("2").press(Name::down).taken(), "taken:2");
  EXPECT_EQ(Marking("2").type(" ").taken(), "taken:");
}

}  // namespace
}  // namespace relais::tui
