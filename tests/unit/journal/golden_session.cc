#include "sync/journal/receipt.h"
#include "tests/unit/journal/golden.h"
#include "tests/unit/journal/world.h"

namespace relais::test {

using namespace relais::sync;

namespace {

void set_line(const WrittenJournal& journal, std::uint64_t position,
              proto::LaneLine& line) {
  line.set_lane(journal.header.lane);
  line.set_journal(Bytes(journal.header.journal.view()));
  line.set_position(position);
  line.set_head(Bytes(journal.head(position).view()));
}

void set_keys(const MachineOf& machine, proto::DeviceKeys& keys) {
  keys.set_sign(machine.sign.public_key);
  keys.set_box(machine.box.public_key);
}

}  // namespace

proto::Receipt golden_receipt() {
  proto::Receipt receipt;
  receipt.set_epoch(counting(0xE0, 16));
  receipt.set_time(1'768'600'000'000);
  receipt.set_nonce(counting(0xF0, 16));
  receipt.set_device(Bytes(the_post().device.view()));
  set_line(post_journal(), 6, *receipt.add_held());
  proto::HeldRange& range = *receipt.add_exception();
  range.set_journal(counting(0x30, 16));
  range.set_first(4);
  range.set_last(9);
  return receipt;
}

proto::Receipt golden_archived_receipt() {
  proto::Receipt receipt = golden_receipt();
  set_line(post_journal(), 3, *receipt.add_archived());
  set_line(feed_journal(), 2, *receipt.add_archived());
  return receipt;
}

proto::Frame golden_hello() {
  proto::Frame frame;
  proto::Hello& hello = *frame.mutable_hello();
  hello.set_protocol(1);
  hello.set_device(Bytes(the_post().device.view()));
  hello.set_nonce(counting(0xF0, 16));
  hello.set_epoch(counting(0xE0, 16));
  set_line(feed_journal(), 4, *hello.mutable_feed());
  set_line(post_journal(), 6, *hello.add_lane());
  hello.add_codec(0);
  hello.add_codec(1);
  hello.set_fold_version(1);
  hello.set_software("relais 0.1.0");
  return frame;
}

Bytes golden_secret() {
  return counting(0x70, 10);
}

proto::Join golden_join() {
  proto::Join join;
  set_keys(the_post(), *join.mutable_keys());
  join.set_request("a certificate request");
  join.set_proof(join_proof(golden_secret(), join.keys(), join.request()));
  join.set_post("DIB");
  join.set_software("relais 0.1.0");
  join.set_invitation(counting(0x50, 16));
  return join;
}

proto::Grant golden_grant() {
  proto::Grant grant;
  grant.set_device(Bytes(the_post().device.view()));
  grant.set_post("DIB");
  grant.set_letter("A");
  grant.set_certificate("a certificate");
  grant.set_root("the root");
  set_keys(headquarters(), *grant.mutable_headquarters());
  grant.set_epoch(counting(0xE0, 16));
  grant.add_url("https://relais.example:8443");
  sign_grant(grant, headquarters().sign);
  return grant;
}

proto::Invitation golden_invitation() {
  proto::Invitation invitation;
  invitation.set_id(counting(0x50, 16));
  invitation.set_post("DIB");
  invitation.set_letter("A");
  invitation.set_secret(golden_secret());
  invitation.set_root("the root");
  set_keys(headquarters(), *invitation.mutable_headquarters());
  invitation.set_epoch(counting(0xE0, 16));
  invitation.add_url("https://relais.example:8443");
  proto::Invitation::Document& document = *invitation.add_document();
  document.mutable_about()->set_kind(proto::DOCUMENT_KIND_TABLE);
  document.mutable_about()->set_name("post");
  document.mutable_about()->set_version(7);
  document.set_content("code,label_fr\r\nDIB,Diboli\r\n");
  invitation.set_time(1'768'600'000'000);
  sign_invitation(invitation, headquarters().sign);
  return invitation;
}

}  // namespace relais::test
