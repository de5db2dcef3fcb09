#include <gtest/gtest.h>

#include "tests/unit/client/tui/real_link.h"

namespace relais::tui {
namespace {

using test::Field;
using test::Node;
using test::Officer;
using Name = Key::Name;

/// More sessions than a list asks for at once.
class LongList : public testing::Test {
 protected:
  LongList() {
    for (int i = 0; i < count; ++i) {
      dib.create("training_session",
                 {i % 2 == 0 ? "module_code=SEC-100" : "module_code=INT-101"},
                 test::chief_of_dib);
    }
    chief.function(3);
  }

  static constexpr int count = 75;
  Field field;
  Node& dib = field.machine("DIB");
  Officer chief{dib, test::chief_of_dib};
};

TEST_F(LongList, IsPagedThroughToItsEnd) {
  EXPECT_TRUE(chief.sees("FOR-DIB-A-26-075")) << chief.screen();
  chief.press(Name::end);
  chief.press(Name::end);
  EXPECT_TRUE(chief.sees("FOR-DIB-A-26-001")) << chief.screen();
}

TEST_F(LongList, IsSortedByReferenceAsAWhole) {
  chief.function(7);
  chief.press(Name::home);
  EXPECT_TRUE(chief.sees("FOR-DIB-A-26-001")) << chief.screen();
  EXPECT_FALSE(chief.sees("FOR-DIB-A-26-075")) << chief.screen();
}

TEST_F(LongList, IsSearchedInAllOfIt) {
  chief.type("26-003");
  chief.pause();
  EXPECT_TRUE(chief.sees("FOR-DIB-A-26-003")) << chief.screen();
  EXPECT_FALSE(chief.sees("FOR-DIB-A-26-075")) << chief.screen();
}

}  // namespace
}  // namespace relais::tui
