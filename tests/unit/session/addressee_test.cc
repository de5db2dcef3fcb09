#include <gtest/gtest.h>

#include "sync/session/headquarters_session.h"
#include "sync/session/post_session.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

/// A file that went to the wrong place is refused as one, by name.
class Misdirected : public testing::Test {
 protected:
  Misdirected() : one(field.machine("DIB")), two(field.machine("DIB")) {}
  Bytes answer_to(test::Node& machine) {
    return write_headquarters_file(field.headquarters().headquarters(),
                                   machine.replica().keys().device, "root", {})
        .value();
  }

  test::Field field;
  test::Node& one;
  test::Node& two;
};

TEST_F(Misdirected, AnotherMachinesAnswerIsRefusedOnce) {
  const auto read = read_post_file(one.post(), answer_to(two));

  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what.id,
            "This file is for another machine: take it to the one it was made "
            "for");
}

TEST_F(Misdirected, AFileForHeadquartersIsSentThere) {
  const auto read = read_post_file(one.post(), field.file_of(two));

  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what.id,
            "This file is for headquarters: take it there");
}

TEST_F(Misdirected, HeadquartersNamesTheMachine) {
  const auto read = read_headquarters_file(
      field.headquarters().headquarters(), answer_to(two),
      [](auto, const auto&) { return Result<Bytes>(Bytes()); });

  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what.arguments.at(0), "DIB-B");
}

}  // namespace
}  // namespace relais::sync
