#include "sync/sealed/envelope.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sync/journal/entry.h"

namespace relais::sync {
namespace {

class Envelope : public testing::Test {
 protected:
  Bytes made(const std::vector<Bytes>& keys, std::string_view content) {
    auto envelope = make_envelope(keys, content, random_);
    EXPECT_TRUE(envelope);
    return envelope.value_or(Bytes{});
  }

  SystemRandom random_;
  const KeyPair integrity_ = make_box_key(random_);
  const KeyPair inspectorate_ = make_box_key(random_);
  const KeyPair stranger_ = make_box_key(random_);
};

TEST_F(Envelope, OpensForEachOfItsRecipientsAndForNobodyElse) {
  const Bytes envelope =
      made({integrity_.public_key, inspectorate_.public_key}, "words");
  EXPECT_EQ(open_envelope(integrity_, envelope).value_or(""), "words");
  EXPECT_EQ(open_envelope(inspectorate_, envelope).value_or(""), "words");
  EXPECT_FALSE(open_envelope(stranger_, envelope));
  EXPECT_FALSE(open_envelope(integrity_, make_filler(random_)));
}

TEST_F(Envelope, HasOneSizeWhateverIsInItAndWhoeverReadsIt) {
  const Bytes long_text(envelope_content_max, 'x');
  EXPECT_EQ(made({integrity_.public_key}, "").size(), envelope_bytes);
  EXPECT_EQ(
      made(std::vector<Bytes>(8, integrity_.public_key), long_text).size(),
      envelope_bytes);
  EXPECT_EQ(make_filler(random_).size(), envelope_bytes);
  EXPECT_EQ(make_envelope({integrity_.public_key}, long_text + "x", random_)
                .error()
                .code,
            Errc::over_limit);
}

TEST_F(Envelope, IsRefusedWithAnyByteOfItsOwnTurned) {
  const Bytes envelope = made({integrity_.public_key}, "words");
  for (const std::size_t at : {640UL, 700UL, 4095UL}) {
    Bytes altered = envelope;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    EXPECT_FALSE(open_envelope(integrity_, altered)) << at;
  }
  EXPECT_FALSE(open_envelope(integrity_, envelope.substr(1)));
}

/// How far the counts of each byte's values are from even, in standard
/// deviations of a chi-square with 255 degrees of freedom.
double unevenness(const std::vector<Bytes>& envelopes, std::size_t position) {
  std::array<double, 256> seen{};
  for (const Bytes& one : envelopes) {
    ++seen.at(static_cast<std::uint8_t>(one[position]));
  }
  const double even = static_cast<double>(envelopes.size()) / 256;
  double chi = 0;
  for (const double count : seen) chi += (count - even) * (count - even) / even;
  return (chi - 255) / std::sqrt(2 * 255.0);
}

/// Every statistic of one bit that a reader of the bytes may look at, counted
/// over many envelopes: set in about as many of one kind as of the other.
TEST_F(Envelope, IsNotToldFromAFillerByAnyBit) {
  constexpr std::size_t each = 600;
  std::vector<std::size_t> fillers(envelope_bytes * 8);
  std::vector<std::size_t> reals(envelope_bytes * 8);
  for (std::size_t i = 0; i < each; ++i) {
    const Bytes filler = make_filler(random_);
    const Bytes real =
        made({integrity_.public_key, inspectorate_.public_key}, "words");
    for (std::size_t bit = 0; bit < fillers.size(); ++bit) {
      fillers[bit] +=
          static_cast<std::uint8_t>(filler[bit / 8]) >> bit % 8 & 1U;
      reals[bit] += static_cast<std::uint8_t>(real[bit / 8]) >> bit % 8 & 1U;
    }
  }
  // Of 32,768 bits, one is this far out by chance in about ten thousand runs.
  const double far = 6.5 * std::sqrt(2 * each * 0.25);
  for (std::size_t bit = 0; bit < fillers.size(); ++bit) {
    const auto apart = std::abs(static_cast<double>(fillers[bit]) -
                                static_cast<double>(reals[bit]));
    ASSERT_LT(apart, far) << "bit " << bit;
  }
}

/// A point of the curve never has its highest bit: a wrap of random bytes
/// would, every other time. This is what betrays a filler made carelessly.
TEST_F(Envelope, BeginsEveryWrapWithAPointOfTheCurve) {
  for (int i = 0; i < 32; ++i) {
    const Bytes real = made({integrity_.public_key}, "words");
    const Bytes filler = make_filler(random_);
    for (std::size_t wrap = 0; wrap < envelope_recipients_max; ++wrap) {
      EXPECT_EQ(static_cast<std::uint8_t>(real[wrap * 80 + 31]) & 0x80, 0);
      EXPECT_EQ(static_cast<std::uint8_t>(filler[wrap * 80 + 31]) & 0x80, 0);
    }
  }
}

TEST_F(Envelope, PutsTheKnownRecipientIntoAnyOfItsEightPlaces) {
  std::vector<Bytes> all;
  for (int i = 0; i < 512; ++i) all.push_back(made({}, ""));
  EXPECT_LT(unevenness(all, 1000), 6);
  std::array<int, envelope_recipients_max> places{};
  for (int i = 0; i < 400; ++i) {
    const Bytes one = made({integrity_.public_key}, "words");
    for (std::size_t wrap = 0; wrap < places.size(); ++wrap) {
      if (unseal(integrity_, std::string_view(one).substr(wrap * 80, 80))) {
        ++places.at(wrap);
      }
    }
  }
  for (const int count : places) EXPECT_GT(count, 15);  // of 50
}

TEST(EnvelopeEntry, HasADayAndNothingElse) {
  SystemRandom random;
  const auto entry = envelope_entry(make_filler(random), 20'000);
  const auto other = envelope_entry(make_filler(random), 20'001);
  EXPECT_EQ(encode(entry.body).size(), encode(other.body).size());
  EXPECT_EQ(entry.body.wall(), 20'000 * day_ms);
  EXPECT_TRUE(entry.body.author().empty());
  EXPECT_EQ(entry.meta.stamp(), 0);
}

TEST(EnvelopeEntry, IsAllThatTheSealedLaneCarriesAndInNoOther) {
  SystemRandom random;
  auto entry = envelope_entry(make_filler(random), 20'000);
  entry.meta.set_position(3);
  const Bytes body = encode(entry.body);
  EXPECT_TRUE(fits_its_lane(proto::LANE_SEALED, entry.meta, body));
  EXPECT_TRUE(fits_its_lane(proto::LANE_SEALED, entry.meta, std::nullopt));
  EXPECT_FALSE(fits_its_lane(proto::LANE_URGENT, entry.meta, body));

  auto change = entry.meta;
  change.set_kind(proto::ENTRY_KIND_CHANGE);
  EXPECT_FALSE(fits_its_lane(proto::LANE_SEALED, change, body));
  EXPECT_TRUE(fits_its_lane(proto::LANE_NORMAL, change, body));

  auto dated = entry.meta;
  dated.set_stamp(1);
  EXPECT_FALSE(fits_its_lane(proto::LANE_SEALED, dated, body));
  auto to_the_minute = entry.body;
  to_the_minute.set_wall(to_the_minute.wall() + 60'000);
  auto named = entry.body;
  named.set_author("M-10001");
  auto longer = entry.body;
  longer.mutable_piece()->append("x");
  for (const auto& wrong : {to_the_minute, named, longer}) {
    EXPECT_FALSE(fits_its_lane(proto::LANE_SEALED, entry.meta, encode(wrong)));
  }
}

}  // namespace
}  // namespace relais::sync
