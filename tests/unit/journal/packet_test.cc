#include "sync/journal/packet.h"

#include <gtest/gtest.h>

#include "sync/journal/wire.h"
#include "sync/limits.h"
#include "tests/support/random_seed.h"
#include "tests/unit/journal/forge.h"
#include "tests/unit/journal/random_changes.h"
#include "tests/unit/journal/world.h"

namespace relais::sync {
namespace {

using test::counting;
using test::headquarters;
using test::KnownKeys;
using test::the_post;

Result<OpenedPacket> travel(const PacketRange& range) {
  auto bytes = sign_packet(range, the_post().sign, headquarters().reader());
  if (!bytes) return fail(bytes.error());
  auto sealed = seal_packet(*bytes, headquarters().box.public_key);
  if (!sealed) return fail(sealed.error());
  return open_packet(*sealed, headquarters().box, KnownKeys());
}

proto::SignedPacket signed_parts(const PacketRange& range) {
  const auto bytes =
      sign_packet(range, the_post().sign, headquarters().reader());
  proto::SignedPacket packet;
  EXPECT_TRUE(bytes && parse(*bytes, packet));
  return packet;
}

std::uint32_t codec_of(const proto::SignedPacket& packet) {
  proto::PacketStatement statement;
  EXPECT_TRUE(parse(packet.statement(), statement));
  return statement.codec();
}

/// A journal of the post with entries of these bodies.
test::WrittenJournal journal_of(const std::vector<Bytes>& bodies) {
  test::WrittenJournal journal = test::post_journal();
  journal.entries.clear();
  for (const Bytes& body : bodies) {
    proto::EntryMeta meta;
    meta.set_kind(proto::ENTRY_KIND_CHUNK);
    meta.set_position(journal.entries.size() + 1);
    journal.append(encode(meta), body);
  }
  return journal;
}

void expect_same(const Entry& entry, const Entry& expected) {
  EXPECT_EQ(entry.position, expected.position);
  EXPECT_EQ(entry.meta, expected.meta);
  EXPECT_EQ(entry.body, expected.body);
  EXPECT_EQ(entry.salt, expected.salt);
  EXPECT_EQ(entry.leaf, expected.leaf);
  EXPECT_EQ(entry.stub, expected.stub);
}

TEST(Packet, BringsEveryEntryByteForByte) {
  PacketRange range = test::post_journal().range(2, 5);
  range.feed_journal = JournalId::from_bytes(counting(0xD0, 16));
  range.feed_position = 4;
  const auto packet = travel(range);

  ASSERT_TRUE(packet) << packet.error().what.id;
  EXPECT_EQ(packet->device, the_post().device);
  EXPECT_EQ(packet->first, 2);
  EXPECT_EQ(packet->last, 5);
  EXPECT_EQ(packet->header, "");
  EXPECT_EQ(packet->head_before, test::post_journal().head(1));
  EXPECT_EQ(packet->head_after, test::post_journal().head(5));
  EXPECT_EQ(packet->seed, range.seed);
  EXPECT_EQ(packet->statement.feed_journal(), counting(0xD0, 16));
  EXPECT_EQ(packet->statement.feed_position(), 4);
  ASSERT_EQ(packet->entries.size(), 4);
  for (std::size_t i = 0; i < 4; ++i) {
    expect_same(packet->entries[i], range.entries[i]);
  }
}

TEST(Packet, BringsTheHeaderWithTheFirstPosition) {
  const auto packet = travel(test::post_journal().range(1, 1));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header, test::post_journal().header_bytes);
}

TEST(Packet, BringsSaltsOnceTheSeedIsGone) {
  PacketRange range = test::post_journal().range(1, 4);
  range.seed.clear();
  const auto packet = travel(range);

  ASSERT_TRUE(packet) << packet.error().what.id;
  EXPECT_EQ(packet->seed, "");
  for (std::size_t i = 0; i < 4; ++i) {
    expect_same(packet->entries[i], range.entries[i]);
  }
}

// The seed would tell the salt of the erased body, and so whether it was one
// of a few likely texts.
TEST(Packet, NeverBringsTheSeedBesideAStub) {
  PacketRange range = test::post_journal().range(1, 3);
  range.entries[1].stub = true;
  range.entries[1].body.clear();
  range.entries[1].salt.clear();
  const auto packet = travel(range);

  EXPECT_EQ(signed_parts(range).seed(), "");
  ASSERT_TRUE(packet) << packet.error().what.id;
  for (std::size_t i = 0; i < 3; ++i) {
    expect_same(packet->entries[i], range.entries[i]);
  }
}

// By it headquarters vouches for the stub to others.
TEST(Packet, BringsWhatAStubsLeafWasMadeOf) {
  PacketRange range = test::post_journal().range(1, 3);
  Entry& gone = range.entries[1];
  gone.salt = Bytes(body_hash(gone.salt, gone.body).view());
  gone.stub = true;
  gone.body.clear();
  const auto packet = travel(range);

  ASSERT_TRUE(packet) << packet.error().what.id;
  expect_same(packet->entries[1], gone);

  gone.salt[0] = static_cast<char>(gone.salt[0] ^ 1);
  const auto other = travel(range);
  ASSERT_TRUE(other) << other.error().what.id;
  EXPECT_EQ(other->entries[1].salt, "") << "what does not fit does not leave";
}

// Nothing signs it but the leaf.
TEST(Packet, IsRefusedWhereAStubVouchesForAnotherBody) {
  PacketRange range = test::post_journal().range(1, 3);
  Entry& gone = range.entries[1];
  gone.salt = Bytes(body_hash(gone.salt, gone.body).view());
  gone.stub = true;
  gone.body.clear();
  proto::SignedPacket packet = signed_parts(range);
  ASSERT_EQ(packet.salt(1), gone.salt);
  EXPECT_TRUE(open_signed(serialise(packet), KnownKeys()));

  packet.mutable_salt(1)->front() ^= 1;
  EXPECT_FALSE(open_signed(serialise(packet), KnownKeys()));
  packet.set_salt(1, Bytes(16, 'x'));
  EXPECT_FALSE(open_signed(serialise(packet), KnownKeys()));
}

TEST(Packet, IsPackedWhereThatIsSmallerAndRawElsewhere) {
  const Bytes same(2000, 'a');
  Bytes noise;
  for (int i = 0; i < 60; ++i) {
    noise += hash({std::to_string(i)}).view();
  }
  const auto packed = signed_parts(journal_of({same, same}).range(1, 2));
  const auto raw = signed_parts(journal_of({noise}).range(1, 1));

  EXPECT_EQ(codec_of(packed), 1);
  EXPECT_LT(packed.body().size(), 200);
  EXPECT_EQ(codec_of(raw), 0);
  EXPECT_TRUE(travel(journal_of({noise}).range(1, 1)));
}

TEST(Packet, SaysWhenTheRangeIsTooLong) {
  std::vector<Bytes> bodies;
  for (int i = 0; i < 10; ++i) {
    Bytes noise;
    while (noise.size() < 40'000) {
      noise += hash({std::to_string(i), noise}).view();
    }
    bodies.push_back(noise);
  }
  const auto journal = journal_of(bodies);
  const auto all = travel(journal.range(1, 10));

  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().code, Errc::over_limit);
  EXPECT_TRUE(travel(journal.range(1, 6)));
}

TEST(Packet, SealedIsNeverLargerThanItsLimit) {
  const Bytes fits(limits::packet_bytes_max - 80, 'x');
  const auto sealed = seal_packet(fits, headquarters().box.public_key);
  ASSERT_TRUE(sealed);
  EXPECT_LE(sealed->size(), limits::packet_bytes_max);
  EXPECT_FALSE(seal_packet(fits + "x", headquarters().box.public_key));
}

TEST(Packet, IsNotMadeOfAnEntryThatNoLongerMatchesItsHash) {
  PacketRange range = test::post_journal().range(1, 3);
  range.entries[1].body[3] ^= 1;
  const auto spoilt = travel(range);
  ASSERT_FALSE(spoilt);
  EXPECT_EQ(spoilt.error().code, Errc::corrupt);
  EXPECT_EQ(spoilt.error().what.arguments.at(0), "2");

  PacketRange reseeded = test::post_journal().range(1, 3);
  reseeded.seed[0] ^= 1;
  EXPECT_FALSE(travel(reseeded));
}

TEST(Packet, OfAFeedBringsWhatWasVouchedFor) {
  PacketRange range = test::feed_journal().range(1, 4);
  range.attachments = {test::feed_attachment()};
  const auto bytes =
      sign_packet(range, headquarters().sign, the_post().reader());
  ASSERT_TRUE(bytes);
  const auto packet = open_signed(*bytes, KnownKeys());

  ASSERT_TRUE(packet) << packet.error().what.id;
  ASSERT_EQ(packet->attachments.size(), 1);
  EXPECT_EQ(packet->attachments[0].body(),
            test::post_journal().entries[0].body);
  EXPECT_EQ(packet->signed_bytes, *bytes);
}

TEST(Packet, OfAFeedMayLackWhatWasPurged) {
  PacketRange range = test::feed_journal().range(1, 4);
  range.attachments.resize(1);
  const auto bytes =
      sign_packet(range, headquarters().sign, the_post().reader());
  ASSERT_TRUE(bytes);
  EXPECT_TRUE(open_signed(*bytes, KnownKeys()));
}

TEST(Packet, OfRandomChangesBringsThemByteForByte) {
  test::RandomChanges changes(test::random_seed("Packet"));
  for (int round = 0; round < 40; ++round) {
    test::WrittenJournal journal = test::post_journal();
    journal.entries.clear();
    for (auto left = 1 + changes.number(20); left > 0; --left) {
      Change change = changes.next();
      change.dot.position = journal.entries.size() + 1;
      const auto bytes = encode_change(change, nullptr);
      journal.append(bytes.meta, bytes.body);
    }
    const std::size_t last = journal.entries.size();
    const std::size_t first = 1 + changes.number(last);
    const PacketRange range = journal.range(first, last);
    const auto packet = travel(range);
    ASSERT_TRUE(packet) << packet.error().what.id;
    ASSERT_EQ(packet->entries.size(), range.entries.size());
    for (std::size_t i = 0; i < range.entries.size(); ++i) {
      expect_same(packet->entries[i], range.entries[i]);
    }
  }
}

}  // namespace
}  // namespace relais::sync
