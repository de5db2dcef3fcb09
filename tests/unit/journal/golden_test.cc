#include "tests/unit/journal/golden.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "sync/journal/file.h"
#include "sync/journal/receipt.h"
#include "sync/journal/wire.h"
#include "sync/sealed/envelope.h"
#include "sync/sealed/report.h"
#include "tests/unit/journal/world.h"

namespace relais::sync {
namespace {

using test::golden_file;
using test::headquarters;
using test::the_post;

bool opens(const test::Golden& golden) {
  if (golden.name == "sealed_letter") {
    return unseal_letter(golden.bytes, headquarters().box).has_value();
  }
  if (golden.name == "sealed_packet") {
    return open_packet(golden.bytes, headquarters().box, test::KnownKeys())
        .has_value();
  }
  if (golden.name == "envelope_body") {
    const auto body = decode_body(golden.bytes);
    return body && open_envelope(headquarters().box, body->piece()) ==
                       golden_file("envelope_piece");
  }
  return open_signed(golden.bytes, test::KnownKeys()).has_value();
}

/// The blocks of a document that begin with ```hex NAME.
std::map<std::string, std::string> hex_blocks(const std::string& path) {
  std::ifstream in(path);
  std::map<std::string, std::string> blocks;
  std::string* block = nullptr;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```hex ")) {
      block = &blocks[line.substr(7)];
    } else if (line.starts_with("```")) {
      block = nullptr;
    } else if (block != nullptr) {
      *block += line + '\n';
    }
  }
  return blocks;
}

TEST(GoldenBytes, OfAnEnvelopeGiveBackTheReport) {
  const auto body = decode_body(golden_file("envelope_body"));
  ASSERT_TRUE(body);
  std::size_t waiting = 0;
  const auto reports =
      open_reports(headquarters().box, {body->piece()}, waiting);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(serialise(reports.front().report), golden_file("sealed_report"));
}

TEST(GoldenBytes, AreReadByThisVersionWhereLibrariesMayWriteThemOtherwise) {
  for (const test::Golden& golden : test::readable_goldens()) {
    SCOPED_TRACE(golden.name);
    EXPECT_TRUE(opens(golden));
    const Bytes kept = golden_file(golden.name);
    if (test::is_writing_goldens() && !opens({golden.name, kept})) {
      write_golden_file(golden);
    }
    EXPECT_TRUE(opens({golden.name, golden_file(golden.name)}));
  }
}

TEST(GoldenBytes, AreWhatThisVersionWrites) {
  for (const test::Golden& golden : test::deterministic_goldens()) {
    SCOPED_TRACE(golden.name);
    if (test::is_writing_goldens()) write_golden_file(golden);
    EXPECT_EQ(to_hex(golden_file(golden.name)), to_hex(golden.bytes));
  }
}

TEST(GoldenBytes, HaveNoFileThatNoTestWrites) {
  std::set<std::string> known;
  for (const auto& golden : test::deterministic_goldens()) {
    known.insert(golden.name);
  }
  for (const auto& golden : test::readable_goldens()) known.insert(golden.name);

  for (const std::string& name : test::golden_names()) {
    EXPECT_TRUE(known.contains(name)) << name;
  }
}

TEST(GoldenBytes, StandInTheProtocolDocument) {
  constexpr std::size_t shown_bytes_max = 512;
  const auto blocks = hex_blocks(RELAIS_SOURCE_DIR "/docs/protocol.md");

  for (const auto& [name, text] : blocks) {
    EXPECT_EQ(text, test::hex_lines(golden_file(name))) << name;
  }
  for (const std::string& name : test::golden_names()) {
    if (golden_file(name).size() > shown_bytes_max) continue;
    EXPECT_TRUE(blocks.contains(name)) << name << " is not in the document";
  }
}

TEST(GoldenBytes, OfChangesSayWhatTheChangesSaid) {
  const char* names[] = {"root", "ratchet", "decide",
                         "undo", "resume",  "append"};
  for (const Change& expected : test::post_changes()) {
    const std::string name = names[expected.dot.position - 1];
    SCOPED_TRACE(name);
    const auto change =
        decode_change(expected.dot, expected.device,
                      golden_file(name + "_meta"), golden_file(name + "_body"));
    ASSERT_TRUE(change) << change.error().what.id;
    EXPECT_EQ(*change, expected);
  }
}

TEST(GoldenBytes, OfHeadquartersChangesSayWhatTheChangesSaid) {
  const char* names[] = {"purge", "decide_state"};
  for (const Change& expected : test::desk_changes()) {
    const std::string name = names[expected.dot.position - 1];
    SCOPED_TRACE(name);
    const auto change =
        decode_change(expected.dot, expected.device,
                      golden_file(name + "_meta"), golden_file(name + "_body"));
    ASSERT_TRUE(change) << change.error().what.id;
    EXPECT_EQ(*change, expected);
  }
}

TEST(GoldenBytes, OfAPacketGiveBackTheEntries) {
  const auto packet = open_packet(golden_file("sealed_packet"),
                                  headquarters().box, test::KnownKeys());
  ASSERT_TRUE(packet);
  ASSERT_EQ(packet->entries.size(), 3);
  EXPECT_EQ(packet->entries[0].meta, golden_file("root_meta"));
  EXPECT_EQ(packet->entries[2].body, golden_file("decide_body"));
  EXPECT_EQ(packet->head_after.view(), golden_file("head_3"));
  EXPECT_EQ(packet->header, golden_file("header"));
}

TEST(GoldenBytes, OfAPurgedPacketStandInTheChainThatWasSigned) {
  const auto whole =
      open_signed(golden_file("signed_packet_raw"), test::KnownKeys());
  const auto purged =
      open_signed(golden_file("signed_packet_purged"), test::KnownKeys());
  ASSERT_TRUE(whole);
  ASSERT_TRUE(purged);
  EXPECT_EQ(purged->head_after, whole->head_after);
  EXPECT_FALSE(whole->entries.front().stub);
  EXPECT_TRUE(purged->entries.front().stub);
}

TEST(GoldenBytes, OfAFileGiveBackALetterAndAPacket) {
  const auto file = decode_file(golden_file("file"));
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->faults.empty());
  ASSERT_EQ(file->items.size(), 2);
  const auto letter =
      unseal_letter(serialise(file->items[0].letter()), headquarters().box);
  ASSERT_TRUE(letter);
  EXPECT_TRUE(verify_letter(*letter, the_post().sign.public_key));
  EXPECT_EQ(letter->frame.hello().software(), "relais 0.1.0");
  EXPECT_TRUE(open_packet(serialise(file->items[1].packet()),
                          headquarters().box, test::KnownKeys()));
}

}  // namespace
}  // namespace relais::sync
