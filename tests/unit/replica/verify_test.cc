#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/store/audit.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::Field;
using test::Node;
using testing::IsEmpty;

/// A check of a large store takes minutes: people save meanwhile.
class Verify : public testing::Test {
 protected:
  Verify() {
    for (int i = 0; i < 40; ++i) save();
  }
  void save() {
    post.create("incident", test::an_incident(), test::officer_of_dib, true);
    ++saved;
  }
  /// Between two steps, as the daemon does it: now and then somebody saves.
  std::function<bool()> others = [this] {
    if (saved < 60) save();
    return false;
  };

  Field field;
  Node& post = field.machine("DIB");
  int saved = 0;
};

TEST_F(Verify, TheAuditFindsNoFaultInWhatIsWrittenMeanwhile) {
  auto& store = dynamic_cast<SqliteStore&>(post.replica().store());

  EXPECT_THAT(audit(store.database(), others).value(), IsEmpty());

  EXPECT_GT(saved, 40) << "it never stood aside";
  EXPECT_THAT(audit(store.database()).value(), IsEmpty());
}

TEST_F(Verify, FindsNoFaultInWhatIsWrittenMeanwhile) {
  EXPECT_THAT(post.replica().verify(others).value(), IsEmpty());

  EXPECT_EQ(saved, 60);
}

TEST_F(Verify, StopsWhenItIsTold) {
  const auto stopped = post.replica().verify([] { return true; });

  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::cancelled);
}

}  // namespace
}  // namespace relais::sync
