#include "sync/journal/file.h"

#include <gtest/gtest.h>

#include "sync/journal/packet.h"
#include "sync/journal/receipt.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"
#include "tests/support/random_seed.h"
#include "tests/unit/journal/golden.h"
#include "tests/unit/journal/random_changes.h"
#include "tests/unit/journal/world.h"

namespace relais::sync {
namespace {

using test::golden_file;

std::vector<Bytes> all_frames(FrameReader& reader) {
  std::vector<Bytes> out;
  for (;;) {
    auto frame = reader.next();
    if (!frame || !*frame) return out;
    out.push_back(**frame);
  }
}

/// Where the second item of the golden file begins.
std::size_t second_item() {
  const Bytes items = golden_file("file").substr(8);
  const FramedLength first = read_length(items);
  return 8 + first.bytes + first.length;
}

TEST(FrameReader, GivesTheSameFramesHoweverTheyWereCut) {
  test::RandomChanges random(test::random_seed("FrameReader"));
  const Bytes stream = golden_file("frames_up") + golden_file("frames_down");
  FrameReader whole;
  whole.feed(stream);
  const auto expected = all_frames(whole);
  ASSERT_EQ(expected.size(), 7);
  EXPECT_TRUE(whole.at_boundary());

  for (int round = 0; round < 200; ++round) {
    FrameReader reader;
    std::vector<Bytes> frames;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t piece = 1 + random.number(round % 2 == 0 ? 3 : 900);
      reader.feed(std::string_view(stream).substr(at, piece));
      at += piece;
      for (Bytes& frame : all_frames(reader)) frames.push_back(frame);
    }
    EXPECT_EQ(frames, expected);
    EXPECT_TRUE(reader.at_boundary());
  }
}

TEST(FrameReader, KnowsThatAFrameIsUnfinished) {
  const Bytes stream = golden_file("frames_up");
  FrameReader reader;
  reader.feed(stream.substr(0, stream.size() - 1));
  EXPECT_EQ(all_frames(reader).size(), 2);
  EXPECT_FALSE(reader.at_boundary());
}

TEST(FrameReader, StaysFailedAfterAFrameThatIsTooLarge) {
  Bytes length;
  put_length(length, limits::frame_bytes_max + 1);
  FrameReader reader;
  reader.feed(length);
  const auto large = reader.next();
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Errc::over_limit);

  reader.feed(golden_file("frames_up"));
  EXPECT_FALSE(reader.next());
}

TEST(FrameReader, RefusesALengthThatIsNoVarint) {
  for (const Bytes& bad : {Bytes(6, '\xFF'), Bytes("\xFF\xFF\xFF\xFF\x7F"),
                           Bytes("\x81\x00", 2)}) {
    FrameReader reader;
    reader.feed(bad);
    const auto frame = reader.next();
    ASSERT_FALSE(frame) << to_hex(bad);
  }
}

TEST(Frame, IsReadAsItWasWritten) {
  FrameReader reader;
  reader.feed(golden_file("frames_up"));
  const auto frames = all_frames(reader);
  const auto hello = decode_frame(frames.at(0));
  ASSERT_TRUE(hello);
  EXPECT_EQ(encode_frame(*hello), encode_frame(test::golden_hello()));
  EXPECT_EQ(decode_frame(frames.at(1))->kind_case(), proto::Frame::kPacket);
  EXPECT_EQ(decode_frame(frames.at(2))->done().packets(), 1);
}

TEST(Frame, OfAnUnknownKindAsksForANewerVersion) {
  const auto frame = decode_frame(Bytes("\xF8\x3E\x01", 3));
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, Errc::version);
  EXPECT_EQ(decode_frame("\x0A\x05").error().code, Errc::wire_format);
  EXPECT_EQ(decode_frame(Bytes(limits::frame_bytes_max + 1, 'x')).error().code,
            Errc::over_limit);
}

TEST(PacketFile, IsReadAsItWasWritten) {
  const auto file = decode_file(golden_file("file"));
  ASSERT_TRUE(file);
  EXPECT_EQ(encode_file(file->items), golden_file("file"));
  EXPECT_TRUE(decode_file(encode_file({}))->items.empty());
}

TEST(PacketFile, SaysWhatItIsWhenItIsSomethingElse) {
  EXPECT_EQ(decode_file("").error().code, Errc::wire_format);
  EXPECT_EQ(decode_file("PK\x03\x04").error().code, Errc::wire_format);
  EXPECT_EQ(decode_file("RELAIS\x02\n").error().code, Errc::version);
  const auto invitation = decode_file(golden_file("invitation"));
  ASSERT_FALSE(invitation);
  EXPECT_TRUE(invitation.error().what.id.starts_with("This file is an invi"));
  EXPECT_FALSE(decode_invitation(golden_file("file")));
}

TEST(PacketFile, CutAnywhereGivesTheWholeItemsAndNamesTheRest) {
  const Bytes bytes = golden_file("file");
  for (std::size_t cut = 8; cut < bytes.size(); ++cut) {
    const auto file = decode_file(bytes.substr(0, cut));
    ASSERT_TRUE(file);
    const std::size_t whole = cut < second_item() ? 0 : 1;
    EXPECT_EQ(file->items.size(), whole) << cut;
    const bool at_edge = cut == 8 || cut == second_item();
    ASSERT_EQ(file->faults.size(), at_edge ? 0 : 1) << cut;
    if (at_edge) continue;
    EXPECT_EQ(file->faults[0].arguments.at(0), std::to_string(whole + 1));
  }
}

TEST(PacketFile, WithADamagedItemGivesTheOthers) {
  Bytes bytes = golden_file("file");
  bytes[10] = static_cast<char>(bytes[10] ^ 0x40);  // the first item's tag
  const auto file = decode_file(bytes);

  ASSERT_TRUE(file);
  ASSERT_EQ(file->items.size(), 1);
  EXPECT_TRUE(file->items[0].has_packet());
  ASSERT_EQ(file->faults.size(), 1);
  EXPECT_EQ(file->faults[0].arguments.at(0), "1");
}

// Whatever byte is turned: what comes out of an item that was touched is
// refused by its seal.
TEST(PacketFile, TurnedAnywhereNeverGivesAnAlteredItem) {
  const Bytes bytes = golden_file("file");
  const auto good = decode_file(bytes);
  ASSERT_TRUE(good);
  const auto opens = [](const proto::FileItem& item) {
    return open_packet(serialise(item.packet()), test::headquarters().box,
                       test::KnownKeys())
               .has_value() ||
           unseal_letter(serialise(item.letter()), test::headquarters().box)
               .has_value();
  };
  for (std::size_t i = 8; i < bytes.size(); ++i) {
    Bytes spoilt = bytes;
    spoilt[i] = static_cast<char>(spoilt[i] ^ 1);
    const auto file = decode_file(spoilt);
    ASSERT_TRUE(file);
    std::size_t opened = 0;
    for (const auto& item : file->items) opened += opens(item) ? 1 : 0;
    EXPECT_LE(opened, 1) << i;
  }
}

TEST(PacketFile, OfManyBadItemsNamesOnlyTheFirst) {
  const Bytes bytes = Bytes(packet_file_magic) + Bytes(1'000'000, '\0');
  const auto file = decode_file(bytes);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->items.empty());
  EXPECT_EQ(file->faults.size(), limits::file_faults_max + 1);
}

}  // namespace
}  // namespace relais::sync
