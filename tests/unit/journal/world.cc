#include "tests/unit/journal/world.h"

#include <fstream>
#include <iterator>

#include "sync/check.h"

namespace relais::test {

using namespace relais::sync;

namespace {

const RecordId& the_record() {
  static const RecordId record =
      free_record_id(Dot{*JournalId::from_bytes(counting(0xA0, 16)), 1});
  return record;
}

MachineOf machine(std::uint8_t first) {
  CountingRandom random(first);
  MachineOf machine{make_signing_key(random), make_box_key(random), {}};
  machine.device = device_id(machine.sign.public_key);
  return machine;
}

template <class T>
Act write(const std::string& field, T value) {
  Act act;
  act.kind = proto::ACT_KIND_WRITE;
  act.address.field = field;
  act.value = Value(std::move(value));
  return act;
}

Act of_kind(ActKind kind, const std::string& field) {
  Act act;
  act.kind = kind;
  act.address.field = field;
  return act;
}

Change change(const JournalId& journal, std::uint64_t position) {
  Change change;
  change.dot = {journal, position};
  change.record = the_record();
  change.form = "incident";
  change.part = "report";
  change.form_version = golden_form()->version();
  change.reference_version = {7, hash({"the reference tables, version 7"})};
  change.stamp = 1'768'500'000'000 + static_cast<std::int64_t>(position);
  change.wall = change.stamp + 3'600'000;
  change.boot = 12;
  change.uptime = 60'000 * position;
  return change;
}

Change by_officer(std::uint64_t position) {
  Change out = change(*JournalId::from_bytes(counting(0xA0, 16)), position);
  out.device = the_post().device;
  out.author = "924-31.C";
  out.role = "field_officer";
  return out;
}

Change by_head(std::uint64_t position) {
  Change out = change(*JournalId::from_bytes(counting(0xB0, 16)), position);
  out.device = headquarters().device;
  out.author = "m.keita";
  out.role = "ia_head";
  return out;
}

Change root() {
  Change out = by_officer(1);
  out.entered_by = "817-22.F";
  out.reference = "INC-DIB-A-26-0042";
  Blob photo{hash({"a photo"}), 48'213, "pièce.jpg"};
  Act person = of_kind(proto::ACT_KIND_ADD_ROW, "persons");
  person.address.row = "p1";
  Act name = write("persons", std::string("Moussa Coulibaly"));
  name.address.row = "p1";
  name.address.column = "name";
  Act mark = write("marks", Row{{"minutes", Value(std::int64_t{90})},
                                {"status", Value(std::string("present"))}});
  mark.address.row = "924-31.C";
  out.acts = {write("summary", std::string("Saisie non déclarée")),
              write("facts", std::string("Première ligne.\nSeconde ligne.")),
              write("danger", Code{"possible"}),
              write("happened_on", Date{20'463}),
              write("received_at", Instant{1'768'496'400'000}),
              write("witnesses", std::int64_t{-3}),
              write("ounces", Decimal{1250, 2}),
              write("armed", false),
              write("linked", *RecordId::from_bytes(counting(0x10, 16))),
              write("photo", photo),
              person,
              name,
              mark};
  return out;
}

Change lowered() {
  Change out = by_officer(2);
  out.parents = {{out.dot.journal, 1}};
  out.acts = {write("danger", Code{"none"})};
  out.acts[0].cites = out.parents;
  return out;
}

Change decided() {
  Change out = by_officer(3);
  const JournalId other = *JournalId::from_bytes(counting(0x90, 16));
  out.parents = {{other, 17}, {out.dot.journal, 2}};
  Act act = of_kind(proto::ACT_KIND_DECIDE, "summary");
  act.value = Value(std::string("Saisie déclarée trop tard"));
  act.reason = "Confirmé par le registre papier.";
  out.acts = {act};
  return out;
}

Change undone() {
  Change out = by_officer(4);
  out.parents = {{out.dot.journal, 3}};
  Act act;
  act.kind = proto::ACT_KIND_UNDO;
  act.dots = out.parents;
  act.reason = "Registre relu.";
  out.acts = {act};
  return out;
}

Change resumed() {
  Change out = by_officer(5);
  out.parents = {{out.dot.journal, 4}};
  Act act = of_kind(proto::ACT_KIND_TRANSITION, state_field);
  act.step = "resume";
  act.proposes = true;
  act.state = "submitted";
  act.reason = "Pièces reçues.";
  out.acts = {act};
  return out;
}

Change logged() {
  Change out = by_officer(6);
  out.parents = {{out.dot.journal, 5}};
  Act act = of_kind(proto::ACT_KIND_APPEND, "statements");
  act.value = Value(Row{{"by", Value(std::string("witness"))},
                        {"text", Value(std::string("J'ai vu."))}});
  out.acts = {act};
  return out;
}

Change purged() {
  Change out = by_head(1);
  const JournalId post = *JournalId::from_bytes(counting(0xA0, 16));
  out.parents = {{post, 6}};
  Act act;
  act.kind = proto::ACT_KIND_PURGE;
  act.dots = {{post, 1}};
  act.basis = "Décision 12/2026";
  act.second = "a.traore";
  act.reason = "Personne citée à tort.";
  act.verdicts = {{{post, 1}, ""}, {{post, 2}, "role"}};
  out.acts = {act};
  return out;
}

Change decided_state() {
  Change out = by_head(2);
  out.parents = {{out.dot.journal, 1}};
  Act act = of_kind(proto::ACT_KIND_DECIDE, state_field);
  act.state = "closed";
  act.reason = "Clos en premier.";
  out.acts = {act};
  return out;
}

proto::EntryMeta feed_meta(proto::EntryKind kind, std::uint64_t position) {
  proto::EntryMeta meta;
  meta.set_kind(kind);
  meta.set_position(position);
  return meta;
}

proto::EntryMeta reference_meta() {
  const Entry& root = post_journal().entries.front();
  proto::EntryMeta meta = feed_meta(proto::ENTRY_KIND_REFERENCE, 1);
  proto::FeedReference& reference = *meta.mutable_reference();
  reference.mutable_dot()->set_journal(
      Bytes(post_journal().header.journal.view()));
  reference.mutable_dot()->set_position(1);
  reference.set_device(Bytes(the_post().device.view()));
  reference.set_meta(root.meta);
  reference.set_body_hash(Bytes(body_hash(root.salt, root.body).view()));
  return meta;
}

constexpr std::string_view document_piece = "code,label_fr\r\nDIB,Diboli\r\n";

proto::EntryMeta document_meta() {
  proto::EntryMeta meta = feed_meta(proto::ENTRY_KIND_DOCUMENT, 2);
  proto::FeedDocument& document = *meta.mutable_document();
  document.set_kind(proto::DOCUMENT_KIND_TABLE);
  document.set_name("post");
  document.set_version(7);
  document.set_hash(Bytes(hash({document_piece}).view()));
  document.set_version_hash(
      Bytes(hash({"the reference tables, version 7"}).view()));
  document.set_count(1);
  document.set_size(document_piece.size());
  return meta;
}

WrittenJournal journal(Header header, std::uint8_t seed) {
  WrittenJournal journal;
  journal.header = std::move(header);
  journal.header_bytes = encode_header(journal.header);
  journal.seed = counting(seed, 32);
  return journal;
}

WrittenJournal written(Header header, std::uint8_t seed,
                       const std::vector<Change>& changes) {
  WrittenJournal out = journal(std::move(header), seed);
  for (const Change& one : changes) {
    EncodedChange bytes = encode_change(one, golden_form().get());
    out.append(std::move(bytes.meta), std::move(bytes.body));
  }
  return out;
}

}  // namespace

Bytes counting(std::uint8_t first, std::size_t count) {
  return CountingRandom(first).bytes(count);
}

Bytes CountingRandom::bytes(std::size_t count) {
  Bytes out;
  while (out.size() < count) out += static_cast<char>(next_++);
  return out;
}

const MachineOf& the_post() {
  static const MachineOf post = machine(0x00);
  return post;
}

const MachineOf& headquarters() {
  static const MachineOf machine_of_headquarters = machine(0x40);
  return machine_of_headquarters;
}

const MachineOf& a_stranger() {
  static const MachineOf stranger = machine(0x80);
  return stranger;
}

Bytes KnownKeys::signing_key(const DeviceId& device) const {
  if (device == the_post().device) return the_post().sign.public_key;
  if (device == headquarters().device) return headquarters().sign.public_key;
  return {};
}

std::shared_ptr<const Form> golden_form() {
  static const auto form = [] {
    std::ifstream in(RELAIS_SOURCE_DIR "/tests/golden/form.textproto");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto parsed = Form::parse(text);
    CHECK(parsed.has_value());
    return *parsed;
  }();
  return form;
}

void WrittenJournal::append(Bytes meta, Bytes body) {
  Entry entry;
  entry.position = entries.size() + 1;
  entry.meta = std::move(meta);
  entry.body = std::move(body);
  entry.salt = salt_of(seed, entry.position);
  entry.leaf = leaf_of(entry.meta, body_hash(entry.salt, entry.body));
  entries.push_back(std::move(entry));
}

Hash WrittenJournal::head(std::uint64_t position) const {
  Hash head = first_head(header_bytes);
  for (std::uint64_t i = 0; i < position; ++i) {
    head = next_head(head, entries.at(i).leaf);
  }
  return head;
}

PacketRange WrittenJournal::range(std::uint64_t first,
                                  std::uint64_t last) const {
  PacketRange range;
  range.device = header.device;
  range.journal = header.journal;
  range.lane = header.lane;
  range.head_before = head(first - 1);
  if (first == 1) range.header = header_bytes;
  range.seed = seed;
  for (std::uint64_t i = first; i <= last; ++i) {
    range.entries.push_back(entries.at(i - 1));
  }
  return range;
}

const WrittenJournal& post_journal() {
  static const WrittenJournal out =
      written({*JournalId::from_bytes(counting(0xA0, 16)), the_post().device,
               proto::LANE_URGENT, std::nullopt, 0, Hash{}, std::nullopt},
              0x20, post_changes());
  return out;
}

const WrittenJournal& desk_journal() {
  static const WrittenJournal out = written(
      {*JournalId::from_bytes(counting(0xB0, 16)), headquarters().device,
       proto::LANE_NORMAL, JournalId::from_bytes(counting(0xC0, 16)), 300,
       hash({"the head of the run before"}), std::nullopt},
      0x40, desk_changes());
  return out;
}

const WrittenJournal& feed_journal() {
  static const WrittenJournal out = [] {
    WrittenJournal feed = journal(
        {*JournalId::from_bytes(counting(0xD0, 16)), headquarters().device,
         proto::LANE_FEED, std::nullopt, 0, Hash{}, the_post().device},
        0x60);
    proto::EntryBody piece;
    piece.set_piece(Bytes(document_piece));
    proto::EntryBody notice;
    notice.set_notice("La session du 3 mars est annulée.");
    proto::EntryMeta withdraw = feed_meta(proto::ENTRY_KIND_WITHDRAW, 4);
    withdraw.mutable_withdraw()->set_record(Bytes(the_record().view()));
    withdraw.mutable_withdraw()->set_part("report");
    feed.append(encode(reference_meta()), {});
    feed.append(encode(document_meta()), encode(piece));
    feed.append(encode(feed_meta(proto::ENTRY_KIND_NOTICE, 3)), encode(notice));
    feed.append(encode(withdraw), {});
    return feed;
  }();
  return out;
}

proto::Attachment feed_attachment() {
  const Entry& root = post_journal().entries.front();
  proto::Attachment out;
  out.set_salt(root.salt);
  out.set_body(root.body);
  return out;
}

std::vector<Change> post_changes() {
  return {root(), lowered(), decided(), undone(), resumed(), logged()};
}

std::vector<Change> desk_changes() {
  return {purged(), decided_state()};
}

}  // namespace relais::test
