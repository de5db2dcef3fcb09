#include "sync/sealed/report.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sync/sealed/envelope.h"

namespace relais::sync {
namespace {

class SealedReports : public testing::Test {
 protected:
  proto::SealedReport report(const std::string& words) {
    proto::SealedReport one;
    one.set_kind(proto::SEALED_KIND_REPORT);
    one.set_form("incident");
    auto* answer = one.add_answer();
    answer->set_field("narrative");
    answer->set_text(words);
    return one;
  }

  std::vector<Bytes> sealed(const proto::SealedReport& one) {
    auto envelopes = seal_report(one, {reader_.public_key}, random_);
    EXPECT_TRUE(envelopes);
    return envelopes.value_or(std::vector<Bytes>{});
  }

  SystemRandom random_;
  const KeyPair reader_ = make_box_key(random_);
  std::size_t waiting_ = 0;
};

TEST_F(SealedReports, ComeOutAsTheyWentInAmongFillersAndInAnyOrder) {
  std::vector<Bytes> all;
  for (const std::size_t length : {10UL, 3'000UL, 7'000UL, 13'000UL}) {
    const auto parts = sealed(report(std::string(length, 'w')));
    all.insert(all.end(), parts.rbegin(), parts.rend());
    all.push_back(make_filler(random_));
  }
  auto opened = open_reports(reader_, all, waiting_);
  EXPECT_EQ(waiting_, 0u);
  std::vector<std::size_t> lengths;
  for (const auto& one : opened) {
    lengths.push_back(one.report.answer(0).text().size());
  }
  std::sort(lengths.begin(), lengths.end());
  EXPECT_EQ(lengths, (std::vector<std::size_t>{10, 3'000, 7'000, 13'000}));
}

TEST_F(SealedReports, ThatCameTwiceAreOne) {
  auto all = sealed(report("once"));
  all.push_back(all.front());
  EXPECT_EQ(open_reports(reader_, all, waiting_).size(), 1u);
}

TEST_F(SealedReports, WaitForTheirLastEnvelope) {
  auto all = sealed(report(std::string(7'000, 'w')));
  ASSERT_EQ(all.size(), 3u);
  all.pop_back();
  EXPECT_TRUE(open_reports(reader_, all, waiting_).empty());
  EXPECT_EQ(waiting_, 1u);
}

TEST_F(SealedReports, TakeFourEnvelopesAndNoMore) {
  auto largest = report(std::string(report_bytes_max, 'w'));
  largest.mutable_answer(0)->mutable_text()->resize(2 * report_bytes_max -
                                                    size_of(largest));
  ASSERT_EQ(size_of(largest), report_bytes_max);
  EXPECT_EQ(sealed(largest).size(), report_envelopes_max);
  largest.mutable_answer(0)->mutable_text()->push_back('w');
  const auto refused = seal_report(largest, {reader_.public_key}, random_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what.arguments.front(), "1");
}

TEST_F(SealedReports, OfOthersAreNothing) {
  const KeyPair other = make_box_key(random_);
  EXPECT_TRUE(open_reports(other, sealed(report("words")), waiting_).empty());
  EXPECT_EQ(waiting_, 0u);
}

// Who must not read the report does not read what is added to it either,
// whatever the one who adds it remembers.
TEST_F(SealedReports, KeepWhatIsAddedToTheirOwnReaders) {
  const KeyPair accused = make_box_key(random_);
  const auto key = key_of_code(make_report_code(random_));
  ASSERT_TRUE(key);
  auto first = report("first");
  first.set_tag(key->tag);
  first.add_recipient("reader");
  first.set_later_seed(key->later);
  auto more = report("more");
  more.set_kind(proto::SEALED_KIND_STATEMENT);
  more.set_tag(key->tag);
  auto all = *seal_report(more, {key_for_later(*key)}, random_);
  EXPECT_TRUE(open_reports(reader_, all, waiting_).empty()) << "it comes later";
  for (const Bytes& one : sealed(first)) all.push_back(one);
  all.push_back(make_filler(random_));

  const auto opened = open_reports(reader_, all, waiting_);

  ASSERT_EQ(opened.size(), 2u);
  EXPECT_EQ(opened[1].report.answer(0).text(), "more");
  EXPECT_EQ(opened[1].report.recipient(0), "reader");
  EXPECT_TRUE(open_reports(accused, all, waiting_).empty());
}

// A report of one's own opens nothing that belongs to another's.
TEST_F(SealedReports, TakeNothingAddedUnderAnothersTag) {
  const auto key = key_of_code(make_report_code(random_));
  ASSERT_TRUE(key);
  auto first = report("first");
  first.set_tag(key->tag);
  first.set_later_seed(key->later);
  auto more = report("more");
  more.set_kind(proto::SEALED_KIND_STATEMENT);
  more.set_tag(Bytes(16, 'x'));
  auto all = *seal_report(more, {key_for_later(*key)}, random_);
  for (const Bytes& one : sealed(first)) all.push_back(one);
  EXPECT_EQ(open_reports(reader_, all, waiting_).size(), 1u);
}

TEST(ReportCode, KnowsEveryDigitThatIsMistypedAndEveryTwoInTheWrongOrder) {
  const std::string code = "1234567890123459";
  for (std::size_t at = 0; at < code.size(); ++at) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string other = code;
      other[at] = digit;
      EXPECT_EQ(key_of_code(other).has_value(), other == code) << other;
    }
    std::string turned = code;
    if (at > 0) std::swap(turned[at - 1], turned[at]);
    EXPECT_EQ(key_of_code(turned).has_value(), turned == code) << turned;
  }
}

TEST(ReportCode, HasSixteenDigitsNeverTheSame) {
  SystemRandom random;
  const std::string code = make_report_code(random);
  EXPECT_EQ(code.size(), 16u);
  EXPECT_EQ(code.find_first_not_of("0123456789"), std::string::npos);
  EXPECT_NE(code, make_report_code(random));
  EXPECT_EQ(code_in_groups("1234567890123456"), "1234 5678 9012 3456");
}

TEST(ReportCode, GivesOneTagAndOneKeyHoweverItIsTyped) {
  const auto key = key_of_code("1234567890123459");
  const auto spaced = key_of_code("1234 5678-9012 3459");
  const auto other = key_of_code("1234567890123467");
  ASSERT_TRUE(key && spaced && other);
  EXPECT_EQ(key->tag, spaced->tag);
  EXPECT_EQ(key->reply.secret_key, spaced->reply.secret_key);
  EXPECT_NE(key->tag, other->tag);
  EXPECT_EQ(receipt_of(key->tag).size(), 64u);
  for (const char* wrong : {"", "123456789012345", "12345678901234567", "x"}) {
    EXPECT_FALSE(key_of_code(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace relais::sync
