#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

#include "sync/journal/file.h"
#include "sync/session/headquarters_session.h"
#include "tests/integration/headquarters_post.h"

namespace relais {
namespace {

using test::FieldMachine;
using test::RunningHeadquarters;

TEST(HeadquartersServing, HoldsWhatAPostSentWhenItsAnswerSaysSo) {
  RunningHeadquarters headquarters;
  FieldMachine post(headquarters);
  ASSERT_EQ(post.enrol(headquarters.code()), 200);
  ASSERT_EQ(post.sync(), 200);  // forms and tables
  post.writes();
  ASSERT_EQ(post.not_held(), 1U);

  ASSERT_EQ(post.sync(), 200);

  EXPECT_EQ(post.not_held(), 0U);
  EXPECT_EQ(headquarters.records(), 1U);
}

TEST(HeadquartersServing, TakesACodeOnceAndAWrongOneNever) {
  RunningHeadquarters headquarters;
  const auto code = headquarters.code();
  FieldMachine first(headquarters);
  FieldMachine second(headquarters);

  EXPECT_EQ(second.enrol(sync::Bytes(10, 'x')), 403);
  EXPECT_EQ(first.enrol(code), 200);
  EXPECT_EQ(first.enrol(code), 200);  // repeated: the same grant
  EXPECT_EQ(second.enrol(code), 403);
}

TEST(HeadquartersServing, LetsNobodyGuessOn) {
  RunningHeadquarters headquarters;
  FieldMachine post(headquarters);
  for (const char wrong : {'a', 'b', 'c', 'd', 'e'}) {
    EXPECT_EQ(post.enrol(sync::Bytes(10, wrong)), 403);
  }
  EXPECT_EQ(post.enrol(sync::Bytes(10, 'x')), 429);
}

// A machine that was refused tries again by itself, and shows the same code.
TEST(HeadquartersServing, TakesOneCodeAskedAgainForOneGuess) {
  RunningHeadquarters headquarters;
  FieldMachine refused(headquarters);
  FieldMachine other(headquarters);
  ASSERT_EQ(refused.enrol(headquarters.code()), 200);
  headquarters.forget(refused.device());
  const std::string body = refused.introduction();

  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(refused.post("/v1/enrol", body, false).status, 403);
  }

  EXPECT_EQ(other.enrol(headquarters.code()), 200);
}

TEST(HeadquartersServing, RefusesWhoeverIsNotOnTheRoster) {
  RunningHeadquarters headquarters;
  FieldMachine stranger(headquarters);
  FieldMachine retired(headquarters);
  ASSERT_EQ(retired.enrol(headquarters.code()), 200);
  ASSERT_EQ(retired.sync(), 200);
  headquarters.retire(retired.device());

  EXPECT_EQ(stranger.post("/v1/sync", stranger.next_body(), false).status, 401);
  EXPECT_EQ(retired.sync(), 403);
}

TEST(HeadquartersServing, AdmitsAMachineThatItForgotByItsOwnGrant) {
  RunningHeadquarters headquarters;
  FieldMachine post(headquarters);
  ASSERT_EQ(post.enrol(headquarters.code()), 200);
  ASSERT_EQ(post.sync(), 200);
  post.writes();
  headquarters.forget(post.device());
  ASSERT_EQ(post.sync(), 401);

  EXPECT_EQ(post.post("/v1/enrol", post.introduction()).status, 200);

  EXPECT_EQ(post.sync(), 200);
  EXPECT_EQ(post.not_held(), 0U);
  EXPECT_EQ(headquarters.records(), 1U);
}

TEST(HeadquartersServing, AdmitsNobodyByAGrantThatIsNotHis) {
  RunningHeadquarters headquarters;
  FieldMachine post(headquarters);
  FieldMachine thief(headquarters);
  ASSERT_EQ(post.enrol(headquarters.code()), 200);
  ASSERT_EQ(thief.enrol(headquarters.code()), 200);
  headquarters.forget(post.device());
  std::string forged = post.introduction();
  forged.back() = static_cast<char>(forged.back() ^ 1);

  EXPECT_EQ(post.post("/v1/enrol", forged).status, 403);
  EXPECT_EQ(post.post("/v1/enrol", post.introduction(), false).status, 403);
  EXPECT_EQ(thief.post("/v1/enrol", post.introduction()).status, 403);
  EXPECT_EQ(post.sync(), 401);
}

TEST(HeadquartersServing, AGrantBringsNoRetiredMachineBack) {
  RunningHeadquarters headquarters;
  FieldMachine post(headquarters);
  ASSERT_EQ(post.enrol(headquarters.code()), 200);
  headquarters.retire(post.device());

  EXPECT_EQ(post.post("/v1/enrol", post.introduction()).status, 403);
  EXPECT_EQ(post.sync(), 403);
}

/// What a retired machine still sends by file is kept, and counts for nothing.
TEST(HeadquartersServing, SetsAsideWhatARetiredMachineSendsByFile) {
  RunningHeadquarters headquarters;
  FieldMachine post(headquarters);
  ASSERT_EQ(post.enrol(headquarters.code()), 200);
  ASSERT_EQ(post.sync(), 200);
  headquarters.retire(post.device());
  post.writes();

  auto& office = headquarters.office();
  headquarters.writer().stop();
  auto report = sync::read_headquarters_file(office.headquarters(),
                                             post.packet_file(), {});

  ASSERT_TRUE(report) << report.error().what.id;
  EXPECT_TRUE(report->refusals.empty());
  EXPECT_EQ(report->packets, 1U);
  std::size_t aside = 0;
  ASSERT_TRUE(office.store().each_part([&](const auto& stored) {
    auto part = office.replica().part(stored.record, stored.part);
    if (part && *part) aside += (*part)->set_aside.size();
    return sync::Result<>();
  }));
  EXPECT_EQ(aside, 1U);
}

TEST(HeadquartersServing, KeepsWholePacketsOfABodyThatIsCut) {
  RunningHeadquarters headquarters;
  FieldMachine post(headquarters);
  ASSERT_EQ(post.enrol(headquarters.code()), 200);
  ASSERT_EQ(post.sync(), 200);
  post.writes();
  const std::string body = post.next_body();

  // Without the frame Done, and into the middle of what would come next.
  const auto cut = post.post("/v1/sync", body + sync::Bytes("\x80\x02"
                                                            "abc",
                                                            5));

  EXPECT_EQ(cut.status, 400);
  EXPECT_EQ(headquarters.records(), 1U);
  EXPECT_EQ(post.not_held(), 1U);
  EXPECT_EQ(post.sync(), 200);
  EXPECT_EQ(post.not_held(), 0U);
}

TEST(HeadquartersServing, HoldsWhatManyPostsSendAtOnce) {
  constexpr int machines = 6;
  RunningHeadquarters headquarters;
  std::vector<std::unique_ptr<FieldMachine>> posts;
  for (int i = 0; i < machines; ++i) {
    posts.push_back(std::make_unique<FieldMachine>(headquarters));
    ASSERT_EQ(posts.back()->enrol(headquarters.code()), 200);
    ASSERT_EQ(posts.back()->sync(), 200);
    posts.back()->writes();
  }

  std::vector<std::future<int>> sessions;
  for (auto& post : posts) {
    sessions.push_back(
        std::async(std::launch::async, [&post] { return post->sync(); }));
  }
  for (auto& session : sessions) EXPECT_EQ(session.get(), 200);

  EXPECT_EQ(headquarters.records(), std::size_t{machines});
  for (auto& post : posts) EXPECT_EQ(post->not_held(), 0U);
}

TEST(HeadquartersServing, SharesOneCommitAmongAllThatWait) {
  constexpr int pieces = 10;
  RunningHeadquarters headquarters;
  server::Writer& writer = headquarters.writer();
  sync::Store& store = headquarters.office().store();
  const auto before = headquarters.counts();

  std::promise<void> go_on;
  writer.alone([&] { go_on.get_future().wait(); });
  std::vector<std::promise<bool>> told(pieces);
  for (int i = 0; i < pieces; ++i) {
    writer.share(
        [&store, i] { return store.put("test", std::to_string(i), "1"); },
        [&told, i](const auto& done) {
          told[static_cast<std::size_t>(i)].set_value(done.has_value());
        });
  }
  go_on.set_value();

  for (auto& one : told) EXPECT_TRUE(one.get_future().get());
  const auto after = headquarters.counts();
  EXPECT_EQ(after.shared - before.shared, std::uint64_t{pieces});
  EXPECT_EQ(after.commits - before.commits, 1U);
}

TEST(HeadquartersServing, OnePieceThatFailsStopsNoOther) {
  RunningHeadquarters headquarters;
  server::Writer& writer = headquarters.writer();
  std::promise<void> go_on;
  writer.alone([&] { go_on.get_future().wait(); });
  std::promise<bool> good;
  std::promise<bool> bad;
  sync::Store& store = headquarters.office().store();
  writer.share([&] { return store.put("test", "a", "1"); },
               [&](const auto& done) { good.set_value(done.has_value()); });
  writer.share(
      [] { return sync::Result<>(sync::fail(sync::Errc::corrupt, "{0}")); },
      [&](const auto& done) { bad.set_value(done.has_value()); });
  go_on.set_value();

  EXPECT_TRUE(good.get_future().get());
  EXPECT_FALSE(bad.get_future().get());
}

TEST(HeadquartersServing, KnowsNoOtherPath) {
  RunningHeadquarters headquarters;
  FieldMachine post(headquarters);

  EXPECT_EQ(post.post("/v1/nothing", "", false).status, 404);
}

}  // namespace
}  // namespace relais
