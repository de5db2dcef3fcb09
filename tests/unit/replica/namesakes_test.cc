#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;
using testing::HasSubstr;

/// Two machines that give out the same numbers, as two copies of a home do.
class Namesakes : public testing::Test {
 protected:
  Namesakes() : first(field.machine("DIB")), second(field.machine("DIB")) {
    EXPECT_TRUE(second.replica().transact(
        [&] { return set_fact(second.replica().store(), "letter", "A"); }));
    one = first.create("incident", test::an_incident(), chief_of_dib, true);
    field.sync(first);
  }
  void meet() {
    two = second.create("incident", test::an_incident(), chief_of_dib, true);
    field.sync(second);
  }
  Replica& there() { return field.headquarters().replica(); }
  std::string reference() {
    return there().find(to_hex(one)).value().reference;
  }

  Field field;
  Node& first;
  Node& second;
  RecordId one;
  RecordId two;
};

TEST_F(Namesakes, AReferenceOfTwoRecordsNamesNeither) {
  ASSERT_EQ(there().find(reference()).value().record, one);
  meet();
  ASSERT_EQ(there().find(to_hex(two)).value().reference, reference());

  const auto found = there().find(reference());

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::invalid);
  EXPECT_THAT(found.error().what.arguments.at(1), HasSubstr(to_hex(one)));
  EXPECT_THAT(found.error().what.arguments.at(1), HasSubstr(to_hex(two)));
}

TEST_F(Namesakes, AnIdStillNamesEach) {
  meet();

  EXPECT_EQ(there().find(to_hex(one)).value().record, one);
  EXPECT_EQ(there().find(to_hex(two)).value().record, two);
}

}  // namespace
}  // namespace relais::sync
