#include "sync/replica/sealed_lane.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sync/sealed/envelope.h"
#include "tests/support/field.h"

namespace relais::sync {
namespace {

using test::Field;
using test::Node;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t day = 20'600;

class SealedLane : public testing::Test {
 protected:
  SealedLane() : there_(field_.headquarters()), dib_(field_.machine("DIB")) {
    field_.sync(dib_);
  }

  Bytes write(Node& machine, std::int64_t on) {
    Bytes envelope = make_filler(random_);
    EXPECT_TRUE(machine.replica().transact(
        [&] { return append_envelope(machine.replica(), envelope, on); }));
    return envelope;
  }
  std::vector<Bytes> held() {
    auto all = envelopes_since(there_.replica().store(), 0);
    EXPECT_TRUE(all);
    return all.value_or(std::vector<Bytes>{});
  }

  /// Two bodies, two signers; version after version.
  Bytes recipients(std::uint32_t version, int signatures = 2) {
    proto::Recipients all;
    all.set_version(version);
    all.set_threshold(2);
    all.set_bodies_min(2);
    for (const char* body : {"BACI", "INSPECTION"}) {
      auto* one = all.add_recipient();
      one->set_id(body);
      one->set_body(body);
      one->set_key(make_box_key(random_).public_key);
    }
    for (const KeyPair& signer : signers_) {
      auto* one = all.add_signer();
      one->set_id(to_hex(signer.public_key).substr(0, 8));
      one->set_key(signer.public_key);
    }
    proto::SignedRecipients document;
    document.set_recipients(all.SerializeAsString());
    for (int i = 0; i < signatures; ++i) {
      add_signature(document, signers_.at(static_cast<std::size_t>(i)));
    }
    return document.SerializeAsString();
  }
  Result<> publish(const Bytes& file) {
    return there_.replica().transact(
        [&] { return publish_recipients(there_.headquarters(), file); });
  }
  std::uint32_t known_to(Node& machine) {
    const auto newest = newest_recipients(machine.replica().store());
    if (!newest || !*newest) return 0;
    return recipients_in(**newest)->version();
  }
  std::string alarm_of(Node& machine) {
    return fact(machine.replica().store(), refused_recipients).value_or("?");
  }

  SystemRandom random_;
  const std::vector<KeyPair> signers_{make_signing_key(random_),
                                      make_signing_key(random_)};
  Field field_;
  Node& there_;
  Node& dib_;
};

TEST_F(SealedLane, ReachesHeadquartersAndIsHeldThere) {
  const Bytes first = write(dib_, day);
  field_.sync(dib_);
  EXPECT_THAT(held(), ElementsAre(first));
  auto journals = dib_.replica().store().journals(dib_.replica().keys().device,
                                                  proto::LANE_SEALED);
  ASSERT_THAT(*journals, SizeIs(1));
  EXPECT_EQ(journals->front().held, 1u);
}

TEST_F(SealedLane, GoesByFileAsWell) {
  const Bytes first = write(dib_, day);
  field_.carry(dib_);
  EXPECT_THAT(held(), ElementsAre(first));
}

TEST_F(SealedLane, IsNoRecordAndInNoCount) {
  write(dib_, day);
  const auto counts = dib_.post().counts();
  ASSERT_TRUE(counts);
  for (const LaneCounts& lane : *counts) {
    EXPECT_EQ(lane.saved + lane.sent + lane.held, 0u);
  }
  field_.sync(dib_);
  int records = 0;
  ASSERT_TRUE(there_.replica().store().each_record({}, [&](const auto&) {
    ++records;
    return true;
  }));
  EXPECT_EQ(records, 0);
  EXPECT_THAT(*there_.replica().verify(), IsEmpty());
  EXPECT_THAT(*dib_.replica().verify(), IsEmpty());
}

TEST_F(SealedLane, ComesBackToARestoredHeadquarters) {
  there_.copy_to(field_.folder / "before");
  const Bytes first = write(dib_, day);
  field_.sync(dib_);
  there_.become(field_.folder / "before");
  EXPECT_THAT(held(), IsEmpty());
  field_.sync(dib_);
  field_.sync(dib_);
  EXPECT_THAT(held(), ElementsAre(first));
}

TEST_F(SealedLane, HasItsLastEnvelopeAfterARestartToo) {
  write(dib_, day);
  const Bytes second = write(dib_, day + 1);
  dib_.restart();
  EXPECT_EQ(*last_envelope(dib_.replica()), second);
  EXPECT_EQ(*last_envelope(field_.machine("GOG").replica()), Bytes{});
}

TEST_F(SealedLane, IsGivenOutFromADayOnWithoutSayingWhoSentIt) {
  Node& gog = field_.machine("GOG");
  write(dib_, day);
  std::vector<Bytes> later;
  for (int i = 1; i <= 4; ++i) {
    later.push_back(write(dib_, day + i));
    later.push_back(write(gog, day + i));
  }
  field_.sync(dib_);
  field_.sync(gog);
  std::sort(later.begin(), later.end());
  EXPECT_EQ(*envelopes_since(there_.replica().store(), day + 1), later);
}

/// What a machine that means harm could send.
TEST_F(SealedLane, IsRefusedWithAnEnvelopeOfAnotherSize) {
  Replica& replica = dib_.replica();
  ASSERT_TRUE(replica.transact([&]() -> Result<> {
    auto entry = envelope_entry(Bytes(4'097, 'x'), day);
    auto put = replica.append_entry(**replica.open_journal(proto::LANE_SEALED),
                                    entry.meta, entry.body);
    return put ? Result<>() : fail(put.error());
  }));
  field_.sync(dib_);
  EXPECT_THAT(held(), IsEmpty());
  ASSERT_THAT(*dib_.post().refusals(), SizeIs(1));
  EXPECT_THAT(dib_.post().refusals()->front().code(),
              testing::HasSubstr("uniform envelopes"));
}

TEST_F(SealedLane, ItsRecipientsReachEveryMachine) {
  ASSERT_TRUE(publish(recipients(1)));
  field_.sync(dib_);
  EXPECT_EQ(known_to(dib_), 1u);
  ASSERT_TRUE(publish(recipients(2)));
  field_.sync(dib_);
  EXPECT_EQ(known_to(dib_), 2u);
  // And one that comes later.
  Node& gog = field_.machine("GOG");
  field_.sync(gog);
  EXPECT_EQ(known_to(gog), 2u);
}

TEST_F(SealedLane, ItsRecipientsAreNotPublishedUnsignedOrBackwards) {
  EXPECT_EQ(publish(recipients(1, 1)).error().code, Errc::denied);
  const Bytes first = recipients(1);
  ASSERT_TRUE(publish(first));
  EXPECT_EQ(publish(first).error().code, Errc::already);
  ASSERT_TRUE(publish(recipients(2)));
  EXPECT_EQ(publish(first).error().code, Errc::denied);
  EXPECT_EQ(publish(recipients(3, 1)).error().code, Errc::denied);
}

/// Whoever has headquarters can feed a document, and still not make one.
TEST_F(SealedLane, APostKeepsItsRecipientsWhateverHeadquartersSends) {
  ASSERT_TRUE(publish(recipients(1)));
  field_.sync(dib_);
  for (const Bytes& forged : {recipients(2, 1), recipients(2, 0)}) {
    StoredDocument document;
    document.kind = proto::DOCUMENT_KIND_RECIPIENTS;
    document.name = recipients_document;
    document.version = 2;
    document.bytes = forged;
    document.hash = hash({forged});
    ASSERT_TRUE(there_.replica().transact([&]() -> Result<> {
      auto put = there_.replica().store().put_document(document);
      return put ? there_.headquarters().publish(document) : put;
    }));
    field_.sync(dib_);
    EXPECT_EQ(known_to(dib_), 1u);
    EXPECT_THAT(alarm_of(dib_), testing::HasSubstr("good signatures"));
  }
  // And goes on: nothing behind it is held up.
  ASSERT_TRUE(there_.replica().transact([&] {
    return publish_reply(there_.headquarters(), make_filler(random_));
  }));
  field_.sync(dib_);
  EXPECT_THAT(*replies(dib_.replica().store()), SizeIs(1));
}

TEST_F(SealedLane, AnswersGoToEveryMachine) {
  Node& gog = field_.machine("GOG");
  const Bytes envelope = make_filler(random_);
  ASSERT_TRUE(there_.replica().transact(
      [&] { return publish_reply(there_.headquarters(), envelope); }));
  for (Node* machine : {&dib_, &gog}) {
    field_.sync(*machine);
    EXPECT_THAT(*replies(machine->replica().store()), ElementsAre(envelope));
  }
}

}  // namespace
}  // namespace relais::sync
