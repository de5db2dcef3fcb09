#include "sync/journal/entry.h"

#include <gtest/gtest.h>

#include <functional>

#include "sync/journal/wire.h"
#include "sync/limits.h"
#include "tests/unit/journal/world.h"

namespace relais::sync {
namespace {

using test::counting;

Header full_header() {
  return {*JournalId::from_bytes(counting(1, 16)),
          *DeviceId::from_bytes(counting(2, 16)),
          proto::LANE_FEED,
          JournalId::from_bytes(counting(3, 16)),
          42,
          *Hash::from_bytes(counting(4, 32)),
          DeviceId::from_bytes(counting(5, 16))};
}

/// Rows nested so deep that the message is `depth` levels of values.
Bytes nested_body(int depth) {
  proto::EntryBody body;
  proto::Value* value = body.add_act()->mutable_value();
  for (int i = 0; i < depth; ++i) {
    value = value->mutable_row()->add_cell()->mutable_value();
  }
  value->set_integer(1);
  return serialise(body);
}

TEST(Header, IsReadAsItWasWritten) {
  const Header header = full_header();
  const auto again = decode_header(encode_header(header));

  ASSERT_TRUE(again);
  EXPECT_EQ(again->journal, header.journal);
  EXPECT_EQ(again->device, header.device);
  EXPECT_EQ(again->lane, header.lane);
  EXPECT_EQ(again->predecessor, header.predecessor);
  EXPECT_EQ(again->predecessor_position, header.predecessor_position);
  EXPECT_EQ(again->predecessor_head, header.predecessor_head);
  EXPECT_EQ(again->reader, header.reader);
}

TEST(Header, RefusesWhatEncodeHeaderWouldNotHaveWritten) {
  using Spoil = std::function<void(proto::JournalHeader&)>;
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"device", [](auto& h) { h.set_device("short"); }},
      {"journal", [](auto& h) { h.clear_journal(); }},
      {"lane", [](auto& h) { h.clear_lane(); }},
      {"lane", [](auto& h) { h.set_lane(Lane(9)); }},
      {"predecessor", [](auto& h) { h.set_predecessor("short"); }},
      {"predecessor", [](auto& h) { h.set_predecessor(h.journal()); }},
      {"predecessor_head", [](auto& h) { h.clear_predecessor_head(); }},
      {"header", [](auto& h) { h.clear_predecessor(); }},
      {"reader", [](auto& h) { h.clear_reader(); }},
      {"reader", [](auto& h) { h.set_lane(proto::LANE_URGENT); }},
      {"reader", [](auto& h) { h.set_reader("short"); }}};
  for (const auto& [field, spoil] : cases) {
    proto::JournalHeader message;
    ASSERT_TRUE(parse(encode_header(full_header()), message));
    spoil(message);
    const auto header = decode_header(serialise(message));
    ASSERT_FALSE(header) << field;
    EXPECT_EQ(header.error().code, Errc::wire_format);
    EXPECT_EQ(header.error().what.arguments.at(0), field);
  }
}

TEST(Header, HasOneFormOnly) {
  const Bytes bytes = encode_header(full_header());
  EXPECT_FALSE(decode_header(bytes + bytes));
  EXPECT_FALSE(decode_header(bytes + Bytes("\xF8\x3E\x01", 3)));
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_FALSE(decode_header(bytes.substr(0, cut))) << cut;
  }
}

TEST(Entry, BindsMetaBodySaltAndOrderIntoTheHead) {
  const Entry& entry = test::post_journal().entries.front();
  const Hash leaf = leaf_of(entry.meta, body_hash(entry.salt, entry.body));
  const Hash before = first_head(test::post_journal().header_bytes);

  EXPECT_EQ(leaf, entry.leaf);
  EXPECT_NE(leaf, leaf_of(entry.meta + "x", body_hash(entry.salt, entry.body)));
  EXPECT_NE(leaf, leaf_of(entry.meta, body_hash(entry.salt, entry.body + "x")));
  EXPECT_NE(leaf, leaf_of(entry.meta, body_hash("x", entry.body)));
  EXPECT_NE(next_head(before, leaf), next_head(leaf, before));
  EXPECT_NE(salt_of(counting(0, 32), 1), salt_of(counting(0, 32), 2));
  EXPECT_NE(salt_of(counting(0, 32), 1), salt_of(counting(1, 32), 1));
  EXPECT_EQ(salt_of(counting(0, 32), 1).size(), 16);
}

TEST(Entry, RefusesNestingBeyondTheDepthCap) {
  EXPECT_TRUE(decode_body(nested_body(5)));
  const auto deep = decode_body(nested_body(10'000 / 4));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, Errc::wire_format);
  EXPECT_FALSE(decode_body(nested_body(limits::proto_depth_max)));
}

TEST(Entry, RefusesMoreBytesThanAnEntryMayHave) {
  proto::EntryBody body;
  body.set_author(std::string(limits::entry_bytes_max + 1024, 'a'));
  const auto large = decode_body(encode(body));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Errc::over_limit);
}

TEST(Entry, KeepsWhatANewerVersionAdded) {
  proto::EntryMeta meta;
  meta.set_kind(proto::EntryKind(99));
  meta.set_position(3);
  const Bytes bytes = encode(meta) + Bytes("\xF8\x3E\x01", 3);
  const auto read = decode_meta(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(encode(*read), bytes);
}

}  // namespace
}  // namespace relais::sync
