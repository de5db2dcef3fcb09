#include "sync/text/address.h"

#include <gtest/gtest.h>

namespace relais::sync {
namespace {

Address read(std::string_view text) {
  const auto written = parse_address(text);
  EXPECT_TRUE(written) << text;
  return written ? written->address : Address{};
}

TEST(WrittenAddress, NamesAFieldARowOrACell) {
  EXPECT_EQ(read("summary"), (Address{"summary", "", ""}));
  EXPECT_EQ(read("subjects[3f2a]"), (Address{"subjects", "3f2a", ""}));
  EXPECT_EQ(read("marks[2026-05-12/AM].status"),
            (Address{"marks", "2026-05-12/AM", "status"}));
}

TEST(WrittenAddress, TakesPlusAsANewRow) {
  const auto written = parse_address("narrative[+].text");

  ASSERT_TRUE(written);
  EXPECT_TRUE(written->new_row);
  EXPECT_EQ(written->address, (Address{"narrative", "", "text"}));
}

TEST(WrittenAddress, ReadsBackWhatItPrints) {
  for (const char* text : {"summary", "subjects[3f2a]", "a_1[x y].b2",
                           "rows[a]b.c].d", "rows[a=b].c"}) {
    EXPECT_EQ(print_address(read(text)), text);
  }
}

TEST(WrittenAddress, RefusesWhatIsNoAddress) {
  for (const char* text :
       {"", "Summary", "1a", "a b", "a[", "a[]", "a[x", "a[x].", "a[x].B",
        "a[x]y", "a.b", "a=", "a[+].", "[x].a"}) {
    const auto written = parse_address(text);
    ASSERT_FALSE(written) << text;
    EXPECT_EQ(written.error().code, Errc::invalid);
    EXPECT_EQ(written.error().what.arguments.front(), text);
  }
}

TEST(WrittenAddress, EndsAtTheEqualsSignThatFollowsIt) {
  std::string_view text = "rows[a=b].c=d]=e";

  const auto written = take_address(text);

  ASSERT_TRUE(written);
  EXPECT_EQ(written->address, (Address{"rows", "a=b", "c"}));
  EXPECT_EQ(text, "=d]=e");
}

TEST(WrittenAddress, RefusesARowNameLongerThanAnyRow) {
  EXPECT_FALSE(parse_address("rows[" + std::string(65, 'x') + "]"));
  EXPECT_TRUE(parse_address("rows[" + std::string(64, 'x') + "]"));
}

}  // namespace
}  // namespace relais::sync
