#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/integration/headquarters_post.h"
#include "tests/integration/link_proxy.h"

namespace relais::test {
namespace {

using sync::Errc;
using Way = LinkProxy::Way;
using Fault = LinkProxy::Fault;

// Longer than a busy machine takes for a step; a silence costs this much.
constexpr std::int64_t quiet_ms = 4'000;

/// Every byte where RELAIS_DEEP is set, else some of them; a prime, so that
/// one run after another meets others of the same records.
std::size_t bytes_between_faults() {
  return std::getenv("RELAIS_DEEP") == nullptr ? 61 : 1;
}

/// A post that speaks with a real headquarters over a line that fails.
class Link : public testing::Test {
 protected:
  Link() {
    EXPECT_EQ(post_.enrol(headquarters_.code()), 200);
    EXPECT_EQ(post_.sync(), 200);  // forms and tables
    post_.call(proxy_.url());
  }

  void writes() {
    post_.writes();
    ++written_;
  }

  /// Nothing lost, everything there once, and held.
  void expect_everything_held() {
    EXPECT_EQ(post_.not_held(), 0U);
    EXPECT_EQ(headquarters_.records(), written_);
  }

  /// One sync over the broken line, then one over the good one. False: the
  /// sync was over before the fault.
  bool survives(Way way, std::size_t byte, Fault fault) {
    writes();
    proxy_.fail_at(way, byte, fault);
    const auto broken = post_.try_sync();
    const bool failed = proxy_.failed();
    proxy_.heal();
    if (!broken) {
      EXPECT_FALSE(broken.error().what.id.empty());
      EXPECT_TRUE(failed) << broken.error().what.id;
      if (fault != Fault::flip) {
        EXPECT_EQ(broken.error().code, Errc::offline) << broken.error().what.id;
      }
    }
    const auto healed = post_.try_sync();
    EXPECT_TRUE(healed) << healed.error().what.id;
    expect_everything_held();
    return failed;
  }

  /// Through a sync, a connection new and old by turns, until the fault comes
  /// too late for it.
  void fails_everywhere(Way way, Fault fault) {
    std::size_t faults = 0;
    for (const bool anew : {true, false}) {
      for (std::size_t byte = 0;; byte += bytes_between_faults()) {
        SCOPED_TRACE("byte " + std::to_string(byte));
        if (anew) post_.hang_up();
        if (!survives(way, byte, fault)) break;
        ++faults;
        ASSERT_FALSE(HasFailure());
      }
    }
    EXPECT_GT(faults * bytes_between_faults(), 2'000U);
    RecordProperty("faults", std::to_string(faults));
    EXPECT_TRUE(post_.replica().verify()->empty());
  }

  RunningHeadquarters headquarters_;
  FieldMachine post_{headquarters_, quiet_ms};
  LinkProxy proxy_{headquarters_.port()};
  std::size_t written_ = 0;
};

TEST_F(Link, MayEndAtAnyByteOfARequest) {
  fails_everywhere(Way::up, Fault::close);
}

TEST_F(Link, MayEndAtAnyByteOfAnAnswer) {
  fails_everywhere(Way::down, Fault::close);
}

TEST_F(Link, MayBeResetAtAnyByteOfARequest) {
  fails_everywhere(Way::up, Fault::reset);
}

TEST_F(Link, MayBeResetAtAnyByteOfAnAnswer) {
  fails_everywhere(Way::down, Fault::reset);
}

TEST_F(Link, MayAlterAnyByteOfARequest) {
  fails_everywhere(Way::up, Fault::flip);
}

TEST_F(Link, MayAlterAnyByteOfAnAnswer) {
  fails_everywhere(Way::down, Fault::flip);
}

// Half open: an address translator forgot the connection, and tells nobody.
TEST_F(Link, MayFallSilentInTheMiddle) {
  for (const Way way : {Way::up, Way::down}) {
    post_.hang_up();
    EXPECT_TRUE(survives(way, 1'200, Fault::silence));
  }
}

TEST_F(Link, MayBringOneByteAtATime) {
  FieldMachine patient(headquarters_, 10'000);
  ASSERT_EQ(patient.enrol(headquarters_.code()), 200);
  ASSERT_EQ(patient.sync(), 200);
  patient.call(proxy_.url());
  for (const Way way : {Way::up, Way::down}) {
    patient.writes();
    patient.hang_up();
    proxy_.dribble(way, 2);

    const auto synced = patient.try_sync();

    EXPECT_TRUE(synced) << synced.error().what.id;
    EXPECT_EQ(patient.not_held(), 0U);
    EXPECT_EQ(headquarters_.records(), ++written_);
  }
}

}  // namespace
}  // namespace relais::test
