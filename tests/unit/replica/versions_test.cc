#include <gtest/gtest.h>

#include "tests/support/field.h"
#include "tests/support/published.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;

/// The published form with its next number and one more label.
std::string second_version(const std::string& label) {
  std::string text =
      test::file_text(RELAIS_SOURCE_DIR "/proto/forms/commendation.textproto");
  text.replace(text.find("version: 1"), 10, "version: 2");
  text.replace(text.find("Commendation"), 12, label);
  return text;
}

void publish(Node& there, const std::string& form) {
  ASSERT_TRUE(there.replica().transact(
      [&] { return there.headquarters().publish_form(form); }));
}

TEST(Versions, AnotherFormUnderTheSameNumberJudgesNothing) {
  Field field;
  Node& dib = field.machine("DIB");
  Node& there = field.headquarters();
  const auto backup = field.folder / "backup.db";
  there.copy_to(backup);
  publish(there, second_version("First"));
  field.sync(dib);
  const RecordId record =
      dib.create("commendation", {"officer_id=924-31.C"}, chief_of_dib);

  there.become(backup);
  publish(there, second_version("Second"));
  EXPECT_TRUE(field.deliver(field.file_of(dib)).empty());

  const PartState state = **there.replica().part(record, "main");
  EXPECT_TRUE(state.needs_update) << "it waits for its own form";
  EXPECT_TRUE(state.verdicts.empty());
}

TEST(Versions, OfAFormOnlyRise) {
  Field field;
  Node& there = field.headquarters();
  const std::string second = second_version("First");
  std::string third = second;
  third.replace(third.find("version: 2"), 10, "version: 3");
  publish(there, third);
  const auto again = [&](const std::string& form) {
    return there.replica()
        .transact([&] { return there.headquarters().publish_form(form); })
        .error();
  };
  EXPECT_EQ(again(third).code, Errc::already);
  EXPECT_EQ(again(second).code, Errc::invalid);
  std::string fourth = third;
  fourth.replace(fourth.find("version: 3"), 10, "version: 4");
  fourth.replace(fourth.find("id: \"deed_on\""), 13, "id: \"deed_at\"");
  EXPECT_EQ(again(fourth).code, Errc::invalid) << "it lacks a field";
}

TEST(Versions, AMachineEnrolledLaterReadsWhatWasWrittenUnderAnEarlierForm) {
  Field field;
  Node& dib = field.machine("DIB");
  const RecordId record =
      dib.create("commendation", {"officer_id=924-31.C"}, chief_of_dib);
  field.sync(dib);
  publish(field.headquarters(), second_version("First"));

  Node& newcomer = field.machine("DIB");
  field.sync(newcomer);

  const auto state = *newcomer.replica().part(record, "main");
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->waiting.empty());
  EXPECT_FALSE(state->needs_update);
}

}  // namespace
}  // namespace relais::sync
