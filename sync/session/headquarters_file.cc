#include <algorithm>
#include <map>
#include <utility>

#include "sync/journal/receipt.h"
#include "sync/limits.h"
#include "sync/replica/feed_read.h"
#include "sync/replica/pin_alarms.h"
#include "sync/session/addressee.h"
#include "sync/session/headquarters_session.h"

namespace relais::sync {
namespace {

constexpr std::string_view cursor_shelf = "file.cursor";
/// Not a road for millions: a stick takes what a day's feed holds.
constexpr std::size_t file_feed_bytes = 512UL * 1024 * 1024;

Result<proto::Hello> last_greeting(const Store& store, const DeviceId& device) {
  auto heard = store.get(cursor_shelf, device.view());
  if (!heard) return fail(heard.error());
  proto::Hello hello;
  if (*heard && !hello.ParseFromString(**heard)) hello.Clear();
  return hello;
}

/// A file as it is read: what its first items said of the sender.
struct Reading {
  FileReport report;
  std::optional<proto::Join> unknown;  ///< a Join that no invitation fits
};

Result<> take_join(Headquarters& headquarters, const OpenedLetter& letter,
                   const Certify& certify, Reading& reading) {
  FileReport& report = reading.report;
  const proto::Join& join = letter.frame.join();
  if (!verify_letter(letter, join.keys().sign()) ||
      device_id(join.keys().sign()) != letter.sender) {
    return fail(Errc::denied, "The file's enrolment is not signed by its keys");
  }
  auto line = headquarters.admit(join);
  if (!line && line.error().code == Errc::denied) reading.unknown = join;
  if (!line) return fail(line.error());
  report.sender = line->device;
  if (!line->certificate.empty()) return {};
  auto certificate = certify(join.request(), line->device);
  if (!certificate) return fail(certificate.error());
  auto granted = headquarters.grant(line->device, *certificate, {}, {});
  if (!granted) return fail(granted.error());
  report.enrolled = true;
  return {};
}

/// The grant that we once gave, after a Join that we no longer know.
Result<> take_grant(Headquarters& headquarters, const OpenedLetter& letter,
                    Reading& reading) {
  if (!reading.unknown) return {};
  const proto::DeviceKeys& keys = reading.unknown->keys();
  if (!verify_letter(letter, keys.sign())) {
    return fail(Errc::denied, "The file's enrolment is not signed by its keys");
  }
  auto known = headquarters.readmit(letter.frame.grant(), keys);
  if (!known) return fail(known.error());
  reading.report.sender = device_id(keys.sign());
  reading.report.refusals.clear();  // the Join's
  reading.unknown.reset();
  return {};
}

Result<> take_letter(Headquarters& headquarters,
                     const proto::SealedPacket& sealed, const Certify& certify,
                     Reading& reading) {
  FileReport& report = reading.report;
  auto letter = unseal_letter(sealed.SerializeAsString(),
                              headquarters.replica().keys().box);
  if (!letter) return fail(letter.error());
  if (letter->frame.has_join()) {
    return take_join(headquarters, *letter, certify, reading);
  }
  if (letter->frame.has_grant()) {
    return take_grant(headquarters, *letter, reading);
  }
  const Bytes key = headquarters.signing_key(letter->sender);
  if (key.empty() || !verify_letter(*letter, key)) {
    return fail(Errc::denied,
                "The file comes from a machine that is not enrolled, or was "
                "altered: nothing of it was taken, the post still has it");
  }
  report.sender = letter->sender;
  if (letter->frame.has_hello()) {
    Store& store = headquarters.replica().store();
    auto put = store.put(cursor_shelf, letter->sender.view(),
                         letter->frame.hello().SerializeAsString());
    if (put) put = headquarters.note_contact(letter->sender);
    if (!put) return put;
    return note_pin_alarms(headquarters, letter->sender, letter->frame.hello());
  }
  if (letter->frame.has_returned()) {
    return headquarters.take_back(letter->frame.returned());
  }
  if (!letter->frame.has_done()) return {};
  auto hello = last_greeting(headquarters.replica().store(), letter->sender);
  if (!hello) return fail(hello.error());
  return headquarters.order_feeds(letter->sender, *hello);
}

Result<> take_item(Headquarters& headquarters, const proto::FileItem& item,
                   const Certify& certify, Reading& reading) {
  FileReport& report = reading.report;
  if (!item.has_packet()) {
    return take_letter(headquarters, item.letter(), certify, reading);
  }
  auto packet = open_packet(item.packet().SerializeAsString(),
                            headquarters.replica().keys().box, headquarters);
  if (!packet) return fail(packet.error());
  if (auto taken = headquarters.ingest(*packet); !taken) return taken;
  ++report.packets;
  if (!report.sender) report.sender = packet->device;
  return {};
}

Error misdirected(const Headquarters& headquarters, const Bytes& addressee) {
  auto roster = headquarters.roster();
  if (!roster) return roster.error();
  for (const RosterLine& line : *roster) {
    if (addressee != key_id(line.box).view()) continue;
    return {Errc::denied,
            Sentence{"This file is for the machine {0}: take it there",
                     {line.post + "-" + line.letter}}};
  }
  return {Errc::denied,
          Sentence{"This file is for another headquarters, or for a machine "
                   "that is not known here",
                   {}}};
}

}  // namespace

Result<FileReport> read_headquarters_file(Headquarters& headquarters,
                                          std::string_view file,
                                          const Certify& certify) {
  auto items = decode_file(file);
  if (!items) return fail(items.error());
  if (const Bytes other =
          other_addressee(*items, headquarters.replica().keys().box.public_key);
      !other.empty()) {
    return fail(misdirected(headquarters, other));
  }
  Reading reading;
  FileReport& report = reading.report;
  report.refusals = items->faults;
  for (const proto::FileItem& item : items->items) {
    auto taken = headquarters.replica().transact(
        [&] { return take_item(headquarters, item, certify, reading); });
    if (!taken && ends_session(taken.error().code)) return fail(taken.error());
    if (!taken) report.refusals.push_back(taken.error().what);
  }
  return report;
}

Result<Bytes> write_headquarters_file(Headquarters& headquarters,
                                      const DeviceId& device,
                                      std::string_view root_der,
                                      const std::vector<std::string>& urls) {
  auto line = headquarters.device(device);
  if (!line) return fail(line.error());
  if (!*line) {
    return fail(Errc::not_found, "There is no machine {0}", {to_hex(device)});
  }
  Store& store = headquarters.replica().store();
  auto greeting = last_greeting(store, device);
  if (!greeting) return fail(greeting.error());
  const proto::Hello& hello = *greeting;
  const std::vector<proto::LaneLine> asked(hello.lane().begin(),
                                           hello.lane().end());
  auto receipt = headquarters.receipt(device, asked, {});
  auto feed = headquarters.feed(device, hello, file_feed_bytes);
  auto feeds = headquarters.feeds(device);
  if (!receipt || !feed) return fail(receipt ? feed.error() : receipt.error());
  if (!feeds) return fail(feeds.error());
  std::vector<proto::Frame> letters(3);
  proto::Welcome* welcome = letters[2].mutable_welcome();
  welcome->set_protocol(limits::protocol_version);
  // Its greeting is an old one: what it read since, it compares by itself.
  welcome->set_feed_agreed(false);
  const auto known = feed_lines(*feeds);
  welcome->mutable_feed_known()->Assign(known.begin(), known.end());
  auto granted = headquarters.grant(device, {}, root_der, urls);
  if (!granted) return fail(granted.error());
  *letters[0].mutable_grant() = std::move(*granted);
  const MachineKeys& keys = headquarters.replica().keys();
  if (!letters[1].mutable_receipt()->ParseFromString(
          sign_receipt(*receipt, keys.sign))) {
    return fail(Errc::corrupt, "A packet cannot be read back: report it");
  }
  std::vector<proto::FileItem> items;
  for (const proto::Frame& frame : letters) {
    auto letter = seal_letter(frame, keys.device, keys.sign, (*line)->box);
    if (!letter) return fail(letter.error());
    items.emplace_back().mutable_letter()->ParseFromString(*letter);
  }
  for (const Bytes& packet : feed->packets) {
    items.emplace_back().mutable_packet()->ParseFromString(packet);
  }
  return encode_file(items);
}

}  // namespace relais::sync
