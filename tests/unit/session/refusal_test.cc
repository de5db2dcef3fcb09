#include "sync/session/refusal.h"

#include <gtest/gtest.h>

#include "sync/journal/wire.h"

namespace relais::sync {
namespace {

TEST(Refusal, ArrivesAsItWasSaid) {
  const Sentence why{"The file {0} arrived altered", {"caf\xC3\xA9"}};

  EXPECT_EQ(from_refusal(to_refusal(why)), why);
}

TEST(Refusal, WithBytesThatAreNoTextArrivesToo) {
  proto::Frame frame;
  *frame.mutable_refusal() =
      to_refusal({"The file {0}", {"caf\xE9 et autres"}});

  proto::Frame read;
  ASSERT_TRUE(parse(serialise(frame), read));
  EXPECT_EQ(read.refusal().argument(0), "caf\\xE9 et autres");
}

}  // namespace
}  // namespace relais::sync
