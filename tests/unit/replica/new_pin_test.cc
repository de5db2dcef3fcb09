#include <gtest/gtest.h>

#include "sync/replica/people.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

TEST(PinOutOfAMatricule, IsRefusedInPartAsWell) {
  for (const char* bad : {"0112447", "112447", "011244", "90112447"}) {
    EXPECT_FALSE(check_new_pin(bad, test::officer_of_dib)) << bad;
  }
  EXPECT_TRUE(check_new_pin("271828", test::officer_of_dib));
}

}  // namespace
}  // namespace relais::sync
