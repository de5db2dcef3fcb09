#include "sync/text/words.h"

#include <gtest/gtest.h>

#include "tests/support/published.h"

namespace relais::sync {
namespace {

std::string in_words(const Value& value, Language language = Language::en) {
  return value_words({}, value, nullptr, language);
}

TEST(ValueInWords, IsWhatAPersonReads) {
  EXPECT_EQ(in_words(Value()), "(empty)");
  EXPECT_EQ(in_words(Value(std::int64_t{25'000})), "25000");
  EXPECT_EQ(in_words(Value(Decimal{125, 1})), "12.5");
  EXPECT_EQ(in_words(Value(Decimal{125, 1}), Language::fr), "12,5");
  EXPECT_EQ(in_words(Value(true)), "yes");
  EXPECT_EQ(in_words(Value(false)), "no");
  EXPECT_EQ(in_words(Value(Date{0}), Language::fr), "01/01/1970");
  EXPECT_EQ(in_words(Value(Instant{0})), "1970-01-01 00:00");
  EXPECT_EQ(in_words(Value(RecordId{})), std::string(32, '0'));
  EXPECT_EQ(in_words(Value(Blob{Hash{}, 3, "a.pdf"})), "a.pdf (3 bytes)");
}

/// Neither shows a byte of what it stands for.
TEST(ValueInWords, OfWhatNobodyReadsHereIsThatItIsThere) {
  EXPECT_EQ(in_words(Value(Sealed{"bytes"})), "(sealed)");
  EXPECT_EQ(in_words(Value(Erased{})), "(erased)");
}

TEST(ValueInWords, OfARowIsInTheFormsOrderOfColumns) {
  const auto form = test::published_form("attendance");
  const proto::Field* marks = nullptr;
  for (const auto& field : form->definition().field()) {
    if (!field.unit().empty()) marks = &field;
  }
  ASSERT_NE(marks, nullptr);
  const Value row(
      Row{{"minutes", Value(std::int64_t{40})}, {"status", Value(Code{"X"})}});
  EXPECT_EQ(value_words(*marks, row, nullptr, Language::en),
            "Status: Partial (X); Minutes: 40");
}

TEST(Words, OfAProposalSayWhatItWaitsFor) {
  std::set<std::string> all;
  for (const auto why : {ProposalWhy::proposed, ProposalWhy::closing,
                         ProposalWhy::hold, ProposalWhy::edited}) {
    all.insert(proposal_words(why).id);
  }
  EXPECT_EQ(all.size(), 4U);
}

TEST(Words, OfWhereARecordIsAreKnownByTheirCode) {
  EXPECT_EQ(held_words("held").id, "held by headquarters");
  EXPECT_EQ(held_words("of a newer version").arguments.front(),
            "of a newer version");
}

TEST(Words, OfAPersonAreTheNameThatTheTablesHave) {
  const Tables tables = test::published_tables();
  const auto words = [&](const char* person) {
    return person_words(person, &tables, Language::en);
  };
  EXPECT_EQ(words("headquarters"), "headquarters");
  EXPECT_EQ(words("924-31.C"), "SISSOKO Makan (924-31.C)");
  EXPECT_EQ(words("000-00.Z"), "000-00.Z");
}

}  // namespace
}  // namespace relais::sync
