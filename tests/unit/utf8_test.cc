#include "sync/utf8.h"

#include <gtest/gtest.h>

namespace relais::sync {
namespace {

TEST(AsUtf8, ShowsTheBytesThatAreNone) {
  EXPECT_EQ(as_utf8("café \xE9\xFF/日本\xC3"), "café \\xE9\\xFF/日本\\xC3");
}

}  // namespace
}  // namespace relais::sync
