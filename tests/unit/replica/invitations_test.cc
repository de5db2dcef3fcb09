#include "sync/replica/invitations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/field.h"

namespace relais::sync {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

class Invitations : public testing::Test {
 protected:
  void invite(bool with_documents) {
    Headquarters& there = field.headquarters().headquarters();
    EXPECT_TRUE(there.replica().transact([&]() -> Result<> {
      auto made = there.invite("DIB", "root", {}, with_documents);
      return made ? Result<>() : Result<>(fail(made.error()));
    }));
  }
  std::vector<OpenInvitation> open() {
    return open_invitations(field.headquarters().headquarters()).value();
  }

  test::Field field;
};

TEST_F(Invitations, AreOpenUntilAMachineUsesThem) {
  field.machine("DIB");
  EXPECT_TRUE(open().empty());

  invite(false);

  ASSERT_EQ(open().size(), 1U);
  EXPECT_EQ(open()[0].post, "DIB");
  EXPECT_EQ(open()[0].letter, "B");
}

TEST_F(Invitations, ACodeHasALastDayAndAFileHasNone) {
  invite(false);
  invite(true);

  field.headquarters().clock.wall += 8 * day_ms;

  ASSERT_EQ(open().size(), 1U);
  EXPECT_FALSE(open()[0].until.has_value());
}

TEST_F(Invitations, AreForAPostThatThereIs) {
  Headquarters& there = field.headquarters().headquarters();
  EXPECT_FALSE(there.replica().transact([&]() -> Result<> {
    auto made = there.invite("NOWHERE", "root", {}, false);
    EXPECT_EQ(made.error().code, Errc::not_found);
    return fail(made.error());
  }));
}

TEST_F(Invitations, GoOnWithTwoLettersAfterTheTwentySixth) {
  for (int i = 0; i < 28; ++i) invite(false);
  std::set<std::string> letters;
  for (const auto& one : open()) letters.insert(one.letter);
  EXPECT_EQ(letters.size(), 28U);
  EXPECT_TRUE(letters.contains("Z") && letters.contains("AA") &&
              letters.contains("AB"));
}

TEST_F(Invitations, OfAMachineEndWithItOnce) {
  const DeviceId id = field.machine("DIB").replica().keys().device;
  Headquarters& there = field.headquarters().headquarters();
  const auto retire = [&](const DeviceId& one) {
    return there.replica().transact([&] { return there.retire(one, "lost"); });
  };
  EXPECT_EQ(retire(DeviceId{}).error().code, Errc::not_found);
  EXPECT_TRUE(retire(id));
  EXPECT_EQ(retire(id).error().code, Errc::already);
}

TEST_F(Invitations, AdmitOneMachineEachAndThatOneAgain) {
  Headquarters& there = field.headquarters().headquarters();
  test::Node one(field.folder / "one.db");
  test::Node other(field.folder / "other.db");
  std::vector<std::optional<Errc>> refused;
  const auto told = there.replica().transact([&]() -> Result<> {
    const auto invitation = there.invite("DIB", "root", {}, true);
    std::vector<proto::Join> joins;
    for (test::Node* machine : {&one, &other}) {
      EXPECT_TRUE(machine->replica().transact(
          [&] { return machine->post().take_invitation(*invitation); }));
      joins.push_back(*machine->post().join("request"));
    }
    for (const proto::Join& join : {joins[0], joins[1], joins[0]}) {
      const auto line = there.admit(join);
      refused.emplace_back();
      if (!line) refused.back() = line.error().code;
    }
    return {};
  });

  ASSERT_TRUE(told);
  EXPECT_THAT(refused,
              testing::ElementsAre(std::nullopt, Errc::denied, std::nullopt));
}

}  // namespace
}  // namespace relais::sync
