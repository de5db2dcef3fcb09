#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "client/daemon/envelopes.h"
#include "sync/crypto.h"
#include "sync/journal/packet.h"
#include "sync/sealed/envelope.h"
#include "sync/sealed/report.h"
#include "sync/store/home.h"
#include "tests/support/field.h"

/// Somebody who has everything that a post stores and sends tries to tell the
/// days on which a report was given in, or left, from those without one.
namespace relais::client {
namespace {

using sync::Bytes;

constexpr int days_seen = 240;
constexpr std::int64_t day_ms = sync::day_ms;

/// What can be measured of one day: a number for each way of looking.
using Day = std::vector<double>;

double ones_in(std::string_view bytes) {
  double ones = 0;
  for (const char byte : bytes) {
    ones += __builtin_popcount(static_cast<std::uint8_t>(byte));
  }
  return ones;
}

class Watched {
 public:
  Watched() {
    auto opened = Envelopes::open(ring(), dib_.replica());
    EXPECT_TRUE(opened);
    envelopes_ = std::move(*opened);
    EXPECT_TRUE(envelopes_->beat());
  }

  /// One day, with a report or not; what leaves is the evening's.
  Day live(bool reports) {
    const auto before = dib_.disk().size();
    if (reports) {
      proto::SealedReport report;
      report.add_answer()->set_text(
          std::string(random_.bytes(1)[0] & 0x7f, 'w'));
      auto sealed = sync::seal_report(
          report, {reader_.public_key, other_.public_key}, random_);
      EXPECT_TRUE(envelopes_->take(*sealed));
    }
    const Bytes kept = *sync::read_file(ring(), 1UL << 20);
    dib_.clock.wall += day_ms;
    dib_.clock.monotonic += day_ms;
    EXPECT_TRUE(envelopes_->beat());
    Day day{static_cast<double>(kept.size()), ones_in(kept),
            static_cast<double>(dib_.disk().size() - before)};
    add_packet(day);
    return day;
  }

 private:
  std::filesystem::path ring() { return field_.folder / "envelopes"; }

  /// The entry, and the packet around it.
  void add_packet(Day& day) {
    const auto unheld = dib_.post().unheld(proto::LANE_SEALED).value();
    auto range = dib_.post().next_range(unheld, {}, 1UL << 20);
    const sync::Entry& entry = (*range)->entries.back();
    const Bytes envelope = sync::decode_body(entry.body)->piece();
    auto packet =
        sync::sign_packet(**range, dib_.replica().keys().sign,
                          sync::key_id(dib_.replica().keys().box.public_key));
    day.push_back(static_cast<double>(entry.meta.size()));
    day.push_back(static_cast<double>(entry.body.size()));
    day.push_back(static_cast<double>(packet ? packet->size() : 0));
    day.push_back(ones_in(envelope));
    for (std::size_t wrap = 0; wrap < 8; ++wrap) {
      const std::string_view box =
          std::string_view(envelope).substr(wrap * 80, 80);
      day.push_back(static_cast<std::uint8_t>(box[31]) >> 7);
      day.push_back(ones_in(box.substr(0, 32)));
      day.push_back(static_cast<std::uint8_t>(box[0]));
    }
    auto journal = dib_.replica().store().journal((*range)->journal);
    (*journal)->held = (*journal)->last;
    EXPECT_TRUE(dib_.replica().transact(
        [&] { return dib_.replica().update_journal(**journal); }));
  }

  test::Field field_;
  test::Node& dib_ = field_.machine("DIB");
  sync::SystemRandom random_;
  const sync::KeyPair reader_ = sync::make_box_key(random_);
  const sync::KeyPair other_ = sync::make_box_key(random_);
  std::unique_ptr<Envelopes> envelopes_;
};

struct Guess {
  double threshold = 0;
  bool above = true;
  double right = 0;
};

double share_right(const std::vector<Day>& days, const std::vector<bool>& truth,
                   std::size_t from, std::size_t to, std::size_t feature,
                   double threshold, bool above) {
  int right = 0;
  for (std::size_t i = from; i < to; ++i) {
    if ((days[i][feature] > threshold) == (truth[i] == above)) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(to - from);
}

/// The best threshold on the first half of the days.
Guess learn(const std::vector<Day>& days, const std::vector<bool>& truth,
            std::size_t half, std::size_t feature) {
  Guess best;
  for (std::size_t i = 0; i < half; ++i) {
    for (const bool above : {true, false}) {
      const double threshold = days[i][feature];
      const double right =
          share_right(days, truth, 0, half, feature, threshold, above);
      if (right > best.right) best = {threshold, above, right};
    }
  }
  return best;
}

TEST(EnvelopeDays, WithAReportAreNotToldFromThoseWithoutOne) {
  Watched post;
  sync::SystemRandom random;
  std::vector<Day> days;
  std::vector<bool> truth;
  const Bytes coins = random.bytes(days_seen);
  for (int i = 0; i < days_seen; ++i) {
    truth.push_back((coins[static_cast<std::size_t>(i)] & 1) != 0);
    days.push_back(post.live(truth.back()));
  }
  const std::size_t half = days.size() / 2;
  // On the other half a guess is right as often as a coin, five deviations of
  // a coin aside: one run in many thousands goes beyond by chance.
  const double most = 0.5 + 5 * std::sqrt(0.25 / static_cast<double>(half));
  for (std::size_t feature = 0; feature < days.front().size(); ++feature) {
    const Guess guess = learn(days, truth, half, feature);
    EXPECT_LT(share_right(days, truth, half, days.size(), feature,
                          guess.threshold, guess.above),
              most)
        << "by what is measured as number " << feature;
  }
}

}  // namespace
}  // namespace relais::client
