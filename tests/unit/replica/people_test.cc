#include "sync/replica/people.h"

#include <gtest/gtest.h>

#include "sync/replica/code_digits.h"
#include "sync/replica/draft.h"
#include "sync/replica/pin_alarms.h"
#include "sync/replica/slip.h"
#include "sync/replica/typed.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::chief_of_dib;
using test::Field;
using test::Node;
using test::officer_of_dib;

Stretched proof_and_key(const std::string& proof, const std::string& key) {
  Bytes both(hash({"proof", proof}).view());
  both += hash({"key", key}).view();
  return Stretched(Secret(both));
}

Stretched pin(const std::string& text) {
  return proof_and_key(text, text);
}

/// A machine of DIB that two officers share.
class PeopleOfDib : public testing::Test {
 protected:
  Bytes slip(const std::string& person) {
    Bytes secret;
    auto& there = field.headquarters();
    EXPECT_TRUE(there.replica().transact([&]() -> Result<> {
      auto made = publish_slip(there.headquarters(), person);
      if (made) secret = made->secret;
      return made ? Result<>() : Result<>(fail(made.error()));
    }));
    field.sync(dib);
    return secret;
  }
  /// The program anew: nothing that was in memory is left.
  void restart() {
    people.reset();
    dib.restart();
    open();
  }
  void open() {
    people.emplace(dib.replica(),
                   [this] { return Result<Secret>(Secret(device_secret)); });
  }
  void wait(std::int64_t ms) { dib.clock.monotonic += ms; }

  Field field;
  Node& dib = field.machine("DIB");
  std::string device_secret = std::string(32, 's');
  std::optional<People> people;
  void SetUp() override { open(); }
};

TEST_F(PeopleOfDib, ASlipWorksOnceWithoutNetworkThenThePinDoes) {
  const Bytes secret = slip(officer_of_dib);
  EXPECT_FALSE(people->any());
  EXPECT_TRUE(any_slip_waits(dib.replica()).value());
  EXPECT_FALSE(people->begin(officer_of_dib, "0123456789", pin("a")));
  EXPECT_FALSE(people->begin(chief_of_dib, secret, pin("a")));
  ASSERT_TRUE(people->begin(officer_of_dib, secret, pin("a")));
  EXPECT_TRUE(people->any());
  EXPECT_FALSE(people->begin(officer_of_dib, secret, pin("b")));
  people->log_out(officer_of_dib);
  EXPECT_FALSE(people->log_in(officer_of_dib, pin("b")));
  EXPECT_TRUE(people->log_in(officer_of_dib, pin("a")));
}

TEST_F(PeopleOfDib, ASlipIsForTheMachinesOfHisPostAndTravelsInTheInvitation) {
  const Bytes secret = slip(officer_of_dib);
  Node& other = field.machine("GOG");
  field.sync(other);
  EXPECT_FALSE(slip_for(other.replica().store(), officer_of_dib)->has_value());
  Node& second = field.machine("DIB");
  People there(second.replica(),
               [] { return Result<Secret>(Secret(std::string(32, 't'))); });
  EXPECT_TRUE(there.begin(officer_of_dib, secret, pin("a")));
}

TEST_F(PeopleOfDib, AnOlderSlipIsVoidAndALateOneToo) {
  const Bytes first = slip(officer_of_dib);
  const Bytes second = slip(officer_of_dib);
  EXPECT_FALSE(people->begin(officer_of_dib, first, pin("a")));
  field.headquarters().clock.wall += slip_ms + 1;
  field.sync(dib);
  EXPECT_FALSE(people->begin(officer_of_dib, second, pin("a")));
}

TEST_F(PeopleOfDib, ASlipIsForAnOfficerThatThereIsAndAtAPost) {
  auto& there = field.headquarters();
  const auto code_for = [&](const std::string& person) {
    return there.replica()
        .transact([&]() -> Result<> {
          auto made = publish_slip(there.headquarters(), person);
          return made ? Result<>() : Result<>(fail(made.error()));
        })
        .error()
        .code;
  };
  EXPECT_EQ(code_for("nobody"), Errc::not_found);
  ASSERT_TRUE(there.replica().transact([&] {
    return there.headquarters().publish_table(
        "officer",
        "code,label_fr,label_en,last_name,first_name,position,post\n"
        "0112-447.T,A,A,A,B,CBS,\n");
  }));
  EXPECT_EQ(code_for(officer_of_dib), Errc::not_found);
}

TEST_F(PeopleOfDib, ADamagedPinIsSaidAndIsNotAWrongOne) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  ASSERT_TRUE(dib.replica().transact([&] {
    return dib.replica().store().put("person", officer_of_dib, "x");
  }));
  EXPECT_EQ(people->log_in(officer_of_dib, pin("a")).error().code,
            Errc::corrupt);
}

TEST_F(PeopleOfDib, AWrongClockMakesNoSlipTooOld) {
  const Bytes secret = slip(officer_of_dib);
  dib.clock.wall += 80LL * 365 * 86'400'000;
  EXPECT_TRUE(people->begin(officer_of_dib, secret, pin("a")));
}

TEST_F(PeopleOfDib, WrongPinsWaitLongerAndLongerButNobodyIsLockedOut) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  const auto tries_wrong = [&] {
    return people->log_in(officer_of_dib, pin("x")).error().what;
  };
  tries_wrong();
  EXPECT_TRUE(people->log_in(officer_of_dib, pin("a"))) << "two are free";
  for (int i = 0; i < 3; ++i) tries_wrong();
  for (const std::int64_t seconds : {2, 4, 8, 16, 32, 60, 60, 60}) {
    wait(seconds * 1000 - 600);
    // Too soon: the right one is not even looked at.
    const auto early = people->log_in(officer_of_dib, pin("a"));
    ASSERT_FALSE(early) << seconds;
    EXPECT_EQ(early.error().what.arguments.back(), "1") << seconds;
    wait(600);
    tries_wrong();
  }
  wait(60'000);
  EXPECT_TRUE(people->log_in(officer_of_dib, pin("a")));
  tries_wrong();
  EXPECT_TRUE(people->log_in(officer_of_dib, pin("a"))) << "forgiven";
}

TEST_F(PeopleOfDib, ARestartSavesNobodyTheWait) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  for (int i = 0; i < 4; ++i) {
    wait(60'000);
    EXPECT_FALSE(people->log_in(officer_of_dib, pin("x")));
  }
  wait(60'000);
  restart();
  EXPECT_FALSE(people->log_in(officer_of_dib, pin("a")));
  wait(4'000);
  EXPECT_TRUE(people->log_in(officer_of_dib, pin("a")));
}

TEST_F(PeopleOfDib, TenWrongPinsInARowReachHeadquarters) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  auto& there = field.headquarters().headquarters();
  const auto device = dib.replica().keys().device;
  for (int i = 1; i <= 10; ++i) {
    EXPECT_TRUE(pin_alarms(dib.replica().store())->empty()) << i;
    EXPECT_FALSE(people->log_in(officer_of_dib, pin("x")));
    wait(60'000);
  }
  // That he comes in after all changes nothing about it.
  EXPECT_TRUE(people->log_in(officer_of_dib, pin("a")));
  field.carry(dib);
  ASSERT_EQ(pin_alarms_of(there, device)->size(), 1U);
  EXPECT_EQ(pin_alarms_of(there, device)->front().person(), officer_of_dib);
  EXPECT_EQ(pin_alarms_of(there, device)->front().count(), 10U);
  field.sync(dib);
  EXPECT_TRUE(pin_alarms(dib.replica().store())->empty()) << "told once";
  slip(officer_of_dib);
  EXPECT_TRUE(pin_alarms_of(there, device)->empty())
      << "answered by a new code";
}

TEST_F(PeopleOfDib, HeadquartersKeepsTheMostThatAMachineToldOfHisOfficers) {
  auto& there = field.headquarters();
  const auto device = dib.replica().keys().device;
  const auto tells = [&](const std::string& person, int count, int times = 1) {
    proto::Hello hello;
    for (int i = 0; i < times; ++i) {
      hello.add_pin_alarm()->set_person(person);
      hello.mutable_pin_alarm(i)->set_count(static_cast<std::uint32_t>(count));
    }
    return there.replica().transact(
        [&] { return note_pin_alarms(there.headquarters(), device, hello); });
  };
  EXPECT_TRUE(tells(officer_of_dib, 12));
  EXPECT_TRUE(tells(officer_of_dib, 10));
  EXPECT_TRUE(tells("nobody", 99));
  EXPECT_EQ(tells(officer_of_dib, 99, 257).error().code, Errc::over_limit);
  const auto known = pin_alarms_of(there.headquarters(), device).value();
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known.front().count(), 12U);
}

TEST_F(PeopleOfDib, WhatWasWrittenWithoutAPinIsHisAloneFromTheFirstOne) {
  const auto draft =
      dib.create("incident", {"summary=Argent exigé"}, officer_of_dib);
  const auto posts =
      dib.create("incident", {"summary=Vu depuis le poste"}, "service");
  ASSERT_TRUE(dib.replica().transact([&] {
    return keep_typed(dib.replica(), {officer_of_dib, "incident", "en cours"});
  }));
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  EXPECT_EQ(drafts(dib.replica())->size(), 2U);
  EXPECT_EQ(typed_by(dib.replica(), officer_of_dib)->size(), 1U);

  people->log_out(officer_of_dib);
  ASSERT_EQ(drafts(dib.replica())->size(), 1U);
  EXPECT_EQ(drafts(dib.replica())->front().id, posts);
  EXPECT_EQ(count_in_vaults(dib.replica(), "draft").value(), 1U);
  EXPECT_TRUE(typed_by(dib.replica(), officer_of_dib)->empty());
  EXPECT_FALSE(find_draft(dib.replica(), to_hex(draft))->has_value());

  restart();
  ASSERT_TRUE(people->log_in(officer_of_dib, pin("a")));
  EXPECT_TRUE(find_draft(dib.replica(), to_hex(draft))->has_value());
  EXPECT_EQ(typed_by(dib.replica(), officer_of_dib)->front().text, "en cours");
}

TEST_F(PeopleOfDib, AForgottenPinLosesItsDraftsAndSaysHowMany) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  dib.create("incident", {"summary=Un ancien brouillon"}, officer_of_dib);
  people->log_out(officer_of_dib);
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("b")));
  EXPECT_TRUE(drafts(dib.replica())->empty());
  EXPECT_EQ(count_in_vaults(dib.replica(), "draft").value(), 1U);
  EXPECT_EQ(people->drafts_lost_to(officer_of_dib).value(), 1U);
  EXPECT_EQ(people->drafts_lost_to(chief_of_dib).value(), 0U);
}

TEST_F(PeopleOfDib, ANewCodeBesideTheOldPinKeepsTheVault) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  dib.create("incident", {"summary=Gardé pour demain"}, officer_of_dib);
  people->log_out(officer_of_dib);
  const auto wrong = pin("x");
  const auto right = pin("a");
  const auto code = slip(officer_of_dib);
  EXPECT_FALSE(people->begin(officer_of_dib, code, pin("b"), &wrong));
  EXPECT_FALSE(people->log_in(officer_of_dib, pin("b"))) << "nothing changed";
  ASSERT_TRUE(people->begin(officer_of_dib, code, pin("b"), &right));
  EXPECT_EQ(drafts(dib.replica())->size(), 1U);
  EXPECT_EQ(people->drafts_lost_to(officer_of_dib).value(), 0U);
  restart();
  ASSERT_TRUE(people->log_in(officer_of_dib, pin("b")));
  EXPECT_EQ(drafts(dib.replica())->size(), 1U);
}

TEST_F(PeopleOfDib, AnotherPinOpensTheSameVault) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  dib.create("incident", {"summary=Gardé pour demain"}, officer_of_dib);
  EXPECT_FALSE(people->change_pin(officer_of_dib, pin("x"), pin("b")));
  ASSERT_TRUE(people->change_pin(officer_of_dib, pin("a"), pin("b")));
  people->log_out(officer_of_dib);
  EXPECT_FALSE(people->log_in(officer_of_dib, pin("a")));
  ASSERT_TRUE(people->log_in(officer_of_dib, pin("b")));
  EXPECT_EQ(drafts(dib.replica())->size(), 1U);
}

TEST_F(PeopleOfDib, APinAloneOpensNoVaultOfACopiedDatabase) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  people->log_out(officer_of_dib);
  device_secret = std::string(32, 'o');
  restart();
  const auto in = people->log_in(officer_of_dib, pin("a"));
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().code, Errc::corrupt);
}

// What is compared with the disk opens nothing: the key is a half of its own.
TEST_F(PeopleOfDib, TheProofOfAPinOpensNoVaultWithoutItsKey) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  people->log_out(officer_of_dib);
  const auto in = people->log_in(officer_of_dib, proof_and_key("a", "b"));
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().code, Errc::corrupt);
}

TEST_F(PeopleOfDib, NobodyWritesIntoAClosedVault) {
  ASSERT_TRUE(people->begin(officer_of_dib, slip(officer_of_dib), pin("a")));
  people->log_out(officer_of_dib);
  const auto kept = dib.replica().transact([&] {
    return keep_typed(dib.replica(), {officer_of_dib, "incident", "secret"});
  });
  ASSERT_FALSE(kept);
  EXPECT_TRUE(is_not_logged_in(kept.error().what));
}

TEST(NewPin, RefusesWhatAnybodyTriesFirst) {
  for (const char* bad :
       {"", "12345", "000000", "123456", "987654", "890123", "121212",
        "123123123", "0112447", "1234567890123", "motdepass", "aaaaaaaaaaaa"}) {
    EXPECT_FALSE(check_new_pin(bad, officer_of_dib)) << bad;
  }
  for (const char* good : {"271828", "314159265358", "le pont de la rivière",
                           "ɛ ɔ ŋ ɲ tubabu", "31415926535897"}) {
    EXPECT_TRUE(check_new_pin(good, officer_of_dib)) << good;
  }
}

TEST(SlipCode, SurvivesHandsAndTelephones) {
  const Bytes secret("\x00\x01\x7f\x80\xff\x10\x20\x30\x40\x55", 10);
  const std::string code = encode_secret(secret);
  EXPECT_EQ(code.size(), 19U);
  EXPECT_EQ(decode_secret(code).value(), secret);
  std::string spoken;
  for (char one : code) {
    spoken += one == '0' ? 'o' : one == '1' ? 'l' : one == '-' ? ' ' : one;
  }
  EXPECT_EQ(decode_secret(spoken).value(), secret);
  EXPECT_FALSE(decode_secret("ABCD-EFGH-JKMN"));
  EXPECT_FALSE(decode_secret("ABCD-EFGH-JKMN-PQRU"));
}

TEST(Stretch, IsTheSameForTheSamePinAndSaltOnly) {
  const std::string salt(16, 's');
  const auto one = stretch("271828", salt, stretched_bytes);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->view().size(), stretched_bytes);
  EXPECT_EQ(stretch("271828", salt, stretched_bytes)->view(), one->view());
  EXPECT_NE(stretch("271829", salt, stretched_bytes)->view(), one->view());
  EXPECT_NE(stretch("271828", std::string(16, 't'), stretched_bytes)->view(),
            one->view());
  const Stretched halves(*one);
  EXPECT_NE(halves.proof.view(), halves.key.view());
}

}  // namespace
}  // namespace relais::sync
