#include <gtest/gtest.h>

#include <functional>

#include "sync/compression.h"
#include "sync/journal/packet.h"
#include "sync/journal/wire.h"
#include "sync/limits.h"
#include "tests/unit/journal/forge.h"
#include "tests/unit/journal/golden.h"
#include "tests/unit/journal/world.h"

// Each packet here is one that somebody could send; none may be taken, and each
// is refused for its own reason.
namespace relais::sync {
namespace {

using test::Forge;
using test::golden_file;
using test::headquarters;
using test::KnownKeys;
using test::refusal_of;
using test::the_post;

bool is_opened(std::string_view sealed) {
  return open_packet(sealed, headquarters().box, KnownKeys()).has_value();
}

void expect_refusal(const Bytes& packet, Errc code, std::string_view begins,
                    std::string_view field = {}) {
  const auto refusal = refusal_of(packet);
  ASSERT_TRUE(refusal) << "accepted, not: " << begins << " " << field;
  EXPECT_EQ(refusal->code, code) << refusal->what;
  EXPECT_TRUE(refusal->what.starts_with(begins)) << refusal->what;
  if (field.empty()) return;
  ASSERT_FALSE(refusal->arguments.empty());
  EXPECT_EQ(refusal->arguments[0], field);
}

void expect_bad_field(const Bytes& packet, std::string_view field) {
  expect_refusal(packet, Errc::wire_format, "A packet cannot be read", field);
}

TEST(PacketRefusal, IsOfEveryPacketCutAnywhere) {
  for (const char* name : {"signed_packet_raw", "signed_packet_zstd",
                           "signed_packet_stub", "signed_packet_feed"}) {
    const Bytes bytes = golden_file(name);
    ASSERT_TRUE(open_signed(bytes, KnownKeys())) << name;
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      EXPECT_FALSE(open_signed(bytes.substr(0, cut), KnownKeys()))
          << name << " cut at " << cut;
    }
  }
}

TEST(PacketRefusal, IsOfEverySealedPacketCutAnywhere) {
  const Bytes bytes = golden_file("sealed_packet");
  ASSERT_TRUE(is_opened(bytes));
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_FALSE(is_opened(bytes.substr(0, cut))) << cut;
  }
}

TEST(PacketRefusal, IsOfEveryPacketWithOneByteTurned) {
  for (const char* name : {"signed_packet_raw", "signed_packet_zstd",
                           "signed_packet_stub", "signed_packet_feed"}) {
    const Bytes bytes = golden_file(name);
    for (std::size_t i = 0; i < bytes.size() * 3; ++i) {
      constexpr int turned[] = {0x01, 0x80, 0xFF};
      Bytes spoilt = bytes;
      spoilt[i / 3] = static_cast<char>(spoilt[i / 3] ^ turned[i % 3]);
      EXPECT_FALSE(open_signed(spoilt, KnownKeys())) << name << " " << i / 3;
    }
  }
}

TEST(PacketRefusal, IsOfEverySealedPacketWithOneByteTurned) {
  const Bytes bytes = golden_file("sealed_packet");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int turned : {0x01, 0x80, 0xFF}) {
      Bytes spoilt = bytes;
      spoilt[i] = static_cast<char>(spoilt[i] ^ turned);
      EXPECT_FALSE(is_opened(spoilt)) << i;
    }
  }
}

TEST(PacketRefusal, IsOfEveryPacketWithAByteInserted) {
  const Bytes bytes = golden_file("signed_packet_zstd");
  for (std::size_t i = 0; i <= bytes.size(); ++i) {
    Bytes spoilt = bytes;
    spoilt.insert(i, 1, '\x00');
    EXPECT_FALSE(open_signed(spoilt, KnownKeys())) << i;
  }
}

TEST(PacketRefusal, NamesAnUnknownMachine) {
  Forge forge(1, 3);
  forge.statement.set_device(Bytes(test::a_stranger().device.view()));
  forge.key = test::a_stranger().sign;
  expect_refusal(forge.bytes(), Errc::denied, "A packet comes from a machine",
                 to_hex(test::a_stranger().device));
}

TEST(PacketRefusal, NamesAWrongSignature) {
  Forge forge(1, 3);
  forge.key = headquarters().sign;
  expect_refusal(forge.bytes(), Errc::denied, "A packet is not signed by",
                 to_hex(the_post().device));
}

// A receiver could seal what he was sent again, for somebody else.
TEST(PacketRefusal, NamesAWrongRecipientInsideAndOutside) {
  const PacketRange range = test::post_journal().range(1, 3);
  const auto bytes = sign_packet(range, the_post().sign, the_post().reader());
  ASSERT_TRUE(bytes);
  expect_refusal(*bytes, Errc::denied, "A packet was written for another",
                 to_hex(the_post().reader()));

  const auto sealed = seal_packet(*bytes, the_post().box.public_key);
  ASSERT_TRUE(sealed);
  const auto opened = open_packet(*sealed, headquarters().box, KnownKeys());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::denied);
  EXPECT_TRUE(opened.error().what.id.starts_with("A packet is sealed for"));
}

TEST(PacketRefusal, NamesABrokenSealAndAnotherFormat) {
  proto::SealedPacket packet;
  ASSERT_TRUE(parse(golden_file("sealed_packet"), packet));
  packet.mutable_sealed()->back() ^= 1;
  auto opened = open_packet(serialise(packet), headquarters().box, KnownKeys());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::wire_format);
  EXPECT_TRUE(opened.error().what.id.starts_with("The seal of a packet"));

  packet.set_format(2);
  opened = open_packet(serialise(packet), headquarters().box, KnownKeys());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::version);
}

TEST(PacketRefusal, NamesTheFieldOfAStatementThatIsWrong) {
  using Spoil = std::function<void(proto::PacketStatement&)>;
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"device", [](auto& s) { s.set_device("short"); }},
      {"journal", [](auto& s) { s.set_journal("short"); }},
      {"head_before", [](auto& s) { s.set_head_before("short"); }},
      {"head_after", [](auto& s) { s.clear_head_after(); }},
      {"lane", [](auto& s) { s.clear_lane(); }},
      {"first", [](auto& s) { s.set_first(0); }},
      {"last", [](auto& s) { s.set_last(0); }},
      {"entry", [](auto& s) { s.set_last(4); }},
      {"entry", [](auto& s) { s.set_last(2); }},
      {"entry", [](auto& s) { s.set_last(UINT64_MAX); }},
      {"header", [](auto& s) { s.set_first(2), s.set_last(4); }},
      {"header", [](auto& s) { s.set_lane(proto::LANE_NORMAL); }},
      {"header", [](auto& s) { s.set_journal(test::counting(9, 16)); }},
      {"header", [](auto& s) { s.set_head_before(test::counting(9, 32)); }},
      {"feed_journal", [](auto& s) { s.set_feed_journal("short"); }}};
  for (const auto& [field, spoil] : cases) {
    Forge forge(1, 3);
    ASSERT_FALSE(refusal_of(forge.bytes()));
    spoil(forge.statement);
    expect_bad_field(forge.bytes(), field);
  }
}

TEST(PacketRefusal, AsksForANewerVersionWhereOneWroteIt) {
  using Spoil = std::function<void(Forge&)>;
  const auto unknown = [](google::protobuf::Message& message) {
    message.GetReflection()->MutableUnknownFields(&message)->AddVarint(99, 1);
  };
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"packet", [&](Forge& f) { unknown(f.packet); }},
      {"statement", [&](Forge& f) { unknown(f.statement); }},
      {"body", [&](Forge& f) { unknown(f.body); }},
      {"body", [&](Forge& f) { unknown(*f.body.mutable_entry(0)); }},
      {"lane", [](Forge& f) { f.statement.set_lane(Lane(9)); }},
      {"dictionary", [](Forge& f) { f.statement.set_dictionary(1); }}};
  for (const auto& [field, spoil] : cases) {
    Forge forge(1, 3);
    spoil(forge);
    expect_refusal(forge.bytes(), Errc::version, "A packet was made by a newer",
                   field);
  }
  Forge codec(1, 3);
  expect_refusal(codec.bytes_with(serialise(codec.body), 2), Errc::version,
                 "A packet was made by a newer", "codec");
}

TEST(PacketRefusal, IsOfABodyThatIsNotTheSignedOne) {
  Forge forge(1, 3);
  forge.bytes();
  forge.packet.set_body(forge.packet.body() + "x");
  expect_bad_field(serialise(forge.packet), "body_hash");
}

TEST(PacketRefusal, IsOfAFrameThatExpandsWithoutEnd) {
  const Bytes bomb = compress(Bytes(64 * 1024 * 1024, '\0'));
  ASSERT_LT(bomb.size(), 16'000);
  Forge forge(1, 3);
  expect_refusal(forge.bytes_with(bomb, 1), Errc::over_limit,
                 "The compressed data is larger");
  expect_refusal(forge.bytes_with("not a frame", 1), Errc::wire_format,
                 "The compressed data is damaged");
}

TEST(PacketRefusal, IsOfManyEmptyEntriesBeforeTheyCostMemory) {
  Bytes empty;
  for (std::size_t i = 0; i < 4'000'000; ++i) empty += Bytes("\x0A\x00", 2);
  Forge forge(1, 3);
  forge.statement.set_last(4'000'000);
  expect_refusal(forge.bytes_with(compress(empty), 1), Errc::over_limit,
                 "A packet holds more than");
}

TEST(PacketRefusal, IsOfABodyThatIsNotFramed) {
  Forge forge(1, 3);
  expect_bad_field(forge.bytes_with(Bytes("\x0A\x7F"
                                          "x"),
                                    0),
                   "body");
  expect_bad_field(forge.bytes_with(Bytes("\x0A\x80\x00", 3), 0), "body");
  expect_bad_field(forge.bytes_with(Bytes("\x0A"), 0), "body");
  expect_bad_field(forge.bytes_with(Bytes("\x0A\x02\x0A\x09", 4), 0), "body");
  expect_bad_field(forge.bytes_with(Bytes(), 0), "entry");
}

TEST(PacketRefusal, IsOfAMetaNestedBeyondTheDepthCap) {
  proto::EntryMeta meta;
  meta.set_position(1);
  proto::Value* value = meta.add_act()->mutable_ratchet();
  for (int i = 0; i < 2000; ++i) {
    value = value->mutable_row()->add_cell()->mutable_value();
  }
  Forge forge(1, 1);
  forge.body.mutable_entry(0)->set_meta(serialise(meta));
  forge.chain_again();
  expect_refusal(forge.bytes(), Errc::wire_format, "An entry of a journal",
                 "meta");
}

TEST(PacketRefusal, IsOfAnEntryLargerThanTheLimit) {
  Forge forge(1, 1);
  forge.body.mutable_entry(0)->set_body(Bytes(limits::entry_bytes_max, 'a'));
  forge.chain_again();
  expect_refusal(forge.bytes(), Errc::over_limit, "Entry {0} of a packet", "1");
}

TEST(PacketRefusal, IsOfAChainThatDoesNotEndWhereItWasSigned) {
  using Spoil = std::function<void(proto::PacketBody&)>;
  const std::vector<Spoil> cases = {
      [](auto& b) { b.mutable_entry(1)->mutable_body()->append("x"); },
      [](auto& b) { b.mutable_entry(2)->clear_body(); },
      [](auto& b) {
        b.mutable_entry(1)->clear_body();
        b.mutable_entry(1)->set_leaf(Bytes(32, 'l'));
      }};
  for (const Spoil& spoil : cases) {
    Forge forge(1, 3);
    spoil(forge.body);
    expect_refusal(forge.bytes(), Errc::wire_format,
                   "The entries of a packet are not",
                   to_hex(test::post_journal().header.journal));
  }
  Forge seed(1, 3);
  (*seed.packet.mutable_seed())[0] ^= 1;
  expect_refusal(seed.bytes(), Errc::wire_format,
                 "The entries of a packet are not");
}

TEST(PacketRefusal, IsOfAnEntryAtAnotherPositionThanTheStatementSays) {
  Forge forge(2, 4);
  forge.body.mutable_entry()->SwapElements(0, 1);
  forge.chain_again();
  expect_bad_field(forge.bytes(), "position");

  Forge shifted(2, 4);
  shifted.statement.set_first(3);
  shifted.statement.set_last(5);
  shifted.chain_again();
  expect_bad_field(shifted.bytes(), "position");
}

TEST(PacketRefusal, NamesSaltsAndStubsThatDoNotFit) {
  using Spoil = std::function<void(Forge&)>;
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"seed", [](Forge& f) { f.packet.set_seed("short"); }},
      {"seed", [](Forge& f) { f.packet.add_salt("both"); }},
      {"salt", [](Forge& f) { f.packet.clear_seed(); }},
      {"salt",
       [](Forge& f) {
         f.packet.clear_seed();
         for (int i = 0; i < 3; ++i) f.packet.add_salt("short");
       }},
      {"leaf",
       [](Forge& f) { f.body.mutable_entry(0)->set_leaf(Bytes(32, 'l')); }},
      {"leaf",
       [](Forge& f) {
         f.body.mutable_entry(0)->clear_body();
         f.body.mutable_entry(0)->set_leaf("short");
       }},
      {"attachment", [](Forge& f) { f.body.add_attachment(); }}};
  for (const auto& [field, spoil] : cases) {
    Forge forge(1, 3);
    spoil(forge);
    expect_bad_field(forge.bytes(), field);
  }
}

TEST(PacketRefusal, IsOfAPostThatSpeaksAsAFeed) {
  Forge forge(1, 1);
  proto::EntryMeta meta;
  meta.set_kind(proto::ENTRY_KIND_REFERENCE);
  meta.set_position(1);
  forge.body.mutable_entry(0)->set_meta(serialise(meta));
  forge.chain_again();
  expect_bad_field(forge.bytes(), "kind");
}

TEST(PacketRefusal, IsOfAFeedThatBringsOtherBytesThanItVouchesFor) {
  PacketRange range = test::feed_journal().range(1, 4);
  range.attachments = {test::feed_attachment()};
  const auto feed = [&range] {
    return Forge(range, headquarters(), headquarters());
  };
  ASSERT_FALSE(refusal_of(feed().bytes()));

  Forge body = feed();
  body.body.mutable_attachment(0)->mutable_body()->append("x");
  expect_refusal(body.bytes(), Errc::wire_format, "What came with a change");
  Forge salt = feed();
  salt.body.mutable_attachment(0)->clear_salt();
  expect_refusal(salt.bytes(), Errc::wire_format, "What came with a change");
  Forge none = feed();
  none.body.clear_attachment();
  expect_bad_field(none.bytes(), "attachment");
  Forge two = feed();
  *two.body.add_attachment() = two.body.attachment(0);
  expect_bad_field(two.bytes(), "attachment");
}

TEST(PacketRefusal, IsOfAReferenceWithoutItsNames) {
  PacketRange range = test::feed_journal().range(1, 1);
  range.attachments.resize(1);
  Forge forge(range, headquarters(), headquarters());
  proto::EntryMeta meta;
  ASSERT_TRUE(parse(forge.body.entry(0).meta(), meta));
  meta.mutable_reference()->mutable_dot()->clear_journal();
  forge.body.mutable_entry(0)->set_meta(serialise(meta));
  forge.chain_again();
  expect_bad_field(forge.bytes(), "reference");
}

TEST(PacketRefusal, IsOfEverythingLargerThanAPacket) {
  const Bytes large(limits::packet_bytes_max + 1, 'x');
  const auto opened = open_packet(large, headquarters().box, KnownKeys());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::over_limit);
  // What comes back after a purge carries its salts one by one.
  const auto back = open_signed(large + large + large, KnownKeys());
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, Errc::over_limit);
}

}  // namespace
}  // namespace relais::sync
