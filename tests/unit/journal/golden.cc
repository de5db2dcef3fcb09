#include "tests/unit/journal/golden.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sync/check.h"
#include "sync/journal/file.h"
#include "sync/journal/receipt.h"
#include "sync/journal/wire.h"
#include "tests/unit/journal/world.h"

namespace relais::test {

using namespace relais::sync;

namespace {

using Goldens = std::vector<Golden>;

std::string folder() {
  return RELAIS_SOURCE_DIR "/tests/golden/";
}

template <class T>
Bytes checked(Result<T> result) {
  CHECK(result.has_value());
  return *std::move(result);
}

Bytes signed_by_post(PacketRange range) {
  return checked(sign_packet(range, the_post().sign, headquarters().reader()));
}

/// One entry so small that nothing packs it smaller.
Bytes raw_packet() {
  proto::EntryMeta meta;
  meta.set_kind(proto::ENTRY_KIND_NOTICE);
  meta.set_position(1);
  WrittenJournal journal = feed_journal();
  journal.entries.clear();
  journal.append(encode(meta), {});
  return checked(sign_packet(journal.range(1, 1), headquarters().sign,
                             the_post().reader()));
}

/// The same as it is kept after a purge of its entry.
Bytes purged_packet() {
  const auto all = [](const Dot&, const proto::EntryMeta&) { return true; };
  return without_bodies(raw_packet(), KnownKeys(), all).value().value();
}

/// Two entries, the first with its body gone.
Bytes stub_packet() {
  PacketRange range = post_journal().range(1, 2);
  range.entries[0].stub = true;
  range.entries[0].body.clear();
  range.entries[0].salt.clear();
  range.feed_journal = feed_journal().header.journal;
  range.feed_position = 4;
  return signed_by_post(range);
}

Bytes feed_packet() {
  PacketRange range = feed_journal().range(1, 4);
  range.attachments = {feed_attachment()};
  return checked(sign_packet(range, headquarters().sign, the_post().reader()));
}

Bytes letter() {
  proto::Letter letter;
  letter.set_device(Bytes(the_post().device.view()));
  letter.set_frame(serialise(golden_hello()));
  letter.set_signature(sign(the_post().sign, letter_context, letter.frame()));
  return serialise(letter);
}

proto::SealedPacket sealed(std::string_view name) {
  proto::SealedPacket packet;
  CHECK(packet.ParseFromString(golden_file(name)));
  return packet;
}

Bytes frames_up() {
  proto::Frame packet;
  *packet.mutable_packet() = sealed("sealed_packet");
  proto::Frame done;
  done.mutable_done()->set_packets(1);
  return encode_frame(golden_hello()) + encode_frame(packet) +
         encode_frame(done);
}

Bytes frames_down() {
  const Bytes receipt = sign_receipt(golden_receipt(), headquarters().sign);
  proto::Frame welcome;
  welcome.mutable_welcome()->set_protocol(1);
  welcome.mutable_welcome()->set_receipt(receipt);
  welcome.mutable_welcome()->add_codec(0);
  welcome.mutable_welcome()->add_codec(1);
  welcome.mutable_welcome()->set_fold_version(1);
  proto::Frame refusal;
  refusal.mutable_refusal()->set_code("A packet is damaged.");
  refusal.mutable_refusal()->set_journal(counting(0xA0, 16));
  refusal.mutable_refusal()->set_first(7);
  refusal.mutable_refusal()->set_last(9);
  proto::Frame held;
  CHECK(held.mutable_receipt()->ParseFromString(receipt));
  proto::Frame done;
  done.mutable_done()->set_more(true);
  return encode_frame(welcome) + encode_frame(held) + encode_frame(refusal) +
         encode_frame(done);
}

Bytes file() {
  proto::FileItem first;
  *first.mutable_letter() = sealed("sealed_letter");
  proto::FileItem second;
  *second.mutable_packet() = sealed("sealed_packet");
  return encode_file({first, second});
}

void add_journal(Goldens& out, const WrittenJournal& journal,
                 const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Entry& entry = journal.entries.at(i);
    out.push_back({names[i] + "_meta", entry.meta});
    if (!entry.body.empty()) out.push_back({names[i] + "_body", entry.body});
  }
}

void add_ids(Goldens& out) {
  const JournalId journal = *JournalId::from_bytes(counting(0xA0, 16));
  const JournalId other = *JournalId::from_bytes(counting(0x90, 16));
  const RecordId keyed =
      keyed_record_id("evaluation", {"2026", "924-31.C", "1"});
  const ConflictId conflict = conflict_id("report", {"persons", "p1", "name"},
                                          {{journal, 1}, {other, 17}});
  out.push_back({"device_id", Bytes(the_post().device.view())});
  out.push_back({"record_free", Bytes(free_record_id({journal, 1}).view())});
  out.push_back({"record_keyed", Bytes(keyed.view())});
  out.push_back({"conflict", Bytes(conflict.view())});
}

void add_chain(Goldens& out) {
  const WrittenJournal& journal = post_journal();
  const Entry& first = journal.entries.front();
  const Hash body = body_hash(first.salt, first.body);
  out.push_back({"header", journal.header_bytes});
  out.push_back({"header_successor", desk_journal().header_bytes});
  out.push_back({"header_feed", feed_journal().header_bytes});
  out.push_back({"head_0", Bytes(journal.head(0).view())});
  out.push_back({"salt_1", first.salt});
  out.push_back({"body_hash_1", Bytes(body.view())});
  out.push_back({"leaf_1", Bytes(first.leaf.view())});
  for (std::uint64_t n = 1; n <= 3; ++n) {
    out.push_back({"head_" + std::to_string(n), Bytes(journal.head(n).view())});
  }
}

}  // namespace

std::vector<Golden> deterministic_goldens() {
  Goldens out;
  add_ids(out);
  add_chain(out);
  add_journal(out, post_journal(),
              {"root", "ratchet", "decide", "undo", "resume", "append"});
  add_journal(out, desk_journal(), {"purge", "decide_state"});
  add_journal(out, feed_journal(),
              {"reference", "document", "notice", "withdraw"});
  out.push_back({"signed_packet_raw", raw_packet()});
  out.push_back({"signed_packet_purged", purged_packet()});
  out.push_back(
      {"receipt", sign_receipt(golden_receipt(), headquarters().sign)});
  out.push_back({"receipt_archived",
                 sign_receipt(golden_archived_receipt(), headquarters().sign)});
  out.push_back({"letter", letter()});
  out.push_back({"join", serialise(golden_join())});
  out.push_back({"grant", serialise(golden_grant())});
  out.push_back({"invitation", encode_invitation(golden_invitation())});
  out.push_back({"frames_up", frames_up()});
  out.push_back({"frames_down", frames_down()});
  out.push_back({"file", file()});
  add_sealed(out);
  return out;
}

std::vector<Golden> readable_goldens() {
  const Bytes packet = signed_by_post(post_journal().range(1, 3));
  const Bytes& reader = headquarters().box.public_key;
  return {
      {"signed_packet_zstd", packet},
      {"signed_packet_stub", stub_packet()},
      {"signed_packet_feed", feed_packet()},
      {"sealed_packet", checked(seal_packet(packet, reader))},
      {"sealed_letter", checked(seal_letter(golden_hello(), the_post().device,
                                            the_post().sign, reader))},
      golden_envelope()};
}

Bytes golden_file(std::string_view name) {
  std::ifstream in(folder() + std::string(name) + ".hex");
  std::string text;
  for (std::string line; std::getline(in, line);) text += line;
  const auto bytes = from_hex(text);
  CHECK(bytes.has_value());
  return *bytes;
}

void write_golden_file(const Golden& golden) {
  std::ofstream out(folder() + golden.name + ".hex", std::ios::trunc);
  out << hex_lines(golden.bytes);
}

bool is_writing_goldens() {
  const char* set = std::getenv("RELAIS_WRITE_GOLDEN");
  return set != nullptr && std::string_view(set) == "1";
}

std::string hex_lines(std::string_view bytes) {
  std::string out;
  for (; !bytes.empty();
       bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 32))) {
    out += to_hex(bytes.substr(0, 32)) + '\n';
  }
  return out;
}

std::vector<std::string> golden_names() {
  std::vector<std::string> names;
  for (const auto& item : std::filesystem::directory_iterator(folder())) {
    if (item.path().extension() == ".hex") {
      names.push_back(item.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace relais::test
