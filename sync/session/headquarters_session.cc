#include "sync/session/headquarters_session.h"

#include <algorithm>
#include <utility>

#include "sync/journal/receipt.h"
#include "sync/limits.h"
#include "sync/replica/pin_alarms.h"
#include "sync/session/refusal.h"

namespace relais::sync {

bool ends_session(Errc code) {
  return code == Errc::disk_full || code == Errc::corrupt || code == Errc::busy;
}

void HeadquartersSession::refuse(const Error& error,
                                 const OpenedPacket* packet) {
  proto::Refusal refusal = to_refusal(error.what);
  if (packet != nullptr) {
    refusal.set_journal(Bytes(packet->journal.view()));
    refusal.set_first(packet->first);
    refusal.set_last(packet->last);
  }
  refusals_.push_back(std::move(refusal));
}

Result<> HeadquartersSession::on_frame(std::string_view frame_bytes) {
  auto frame = decode_frame(frame_bytes);
  if (!frame) return fail(frame.error());
  if (frame->has_hello()) {
    if (frame->hello().device() != device_.view()) {
      return fail(Errc::denied,
                  "The certificate and the greeting name two machines");
    }
    hello_ = frame->hello();
    auto noted = headquarters_->note_contact(device_);
    return noted ? note_pin_alarms(*headquarters_, device_, *hello_) : noted;
  }
  if (!hello_) {
    return fail(Errc::wire_format, "A session begins with a greeting");
  }
  if (frame->has_packet()) return on_packet(frame->packet());
  if (frame->has_returned()) {
    auto taken = headquarters_->take_back(frame->returned());
    if (!taken && ends_session(taken.error().code)) return taken;
    if (!taken) refuse(taken.error(), nullptr);
  }
  if (frame->has_done() && hello_->feed_read_size() > 0) {
    return headquarters_->order_feeds(device_, *hello_);
  }
  return {};
}

Result<> HeadquartersSession::on_packet(const proto::SealedPacket& sealed) {
  auto packet =
      open_packet(sealed.SerializeAsString(),
                  headquarters_->replica().keys().box, *headquarters_);
  if (!packet) {
    refuse(packet.error(), nullptr);
    return {};
  }
  auto taken = headquarters_->ingest(*packet);
  if (!taken && ends_session(taken.error().code)) return taken;
  if (!taken) refuse(taken.error(), &*packet);
  return {};
}

Result<Bytes> HeadquartersSession::answer(std::size_t feed_bytes) {
  if (!hello_) {
    return fail(Errc::wire_format, "A session begins with a greeting");
  }
  const std::vector<proto::LaneLine> asked(hello_->lane().begin(),
                                           hello_->lane().end());
  auto receipt = headquarters_->receipt(device_, asked, hello_->nonce());
  if (!receipt) return fail(receipt.error());
  auto sender = headquarters_->device(device_);
  if (!sender) return fail(sender.error());
  if (*sender && (*sender)->forked) {
    refuse({Errc::denied,
            Sentence{"This home was copied: headquarters keeps what it sends, "
                     "and sends it no news. Enrol a new home with a new code.",
                     {}}},
           nullptr);
  }
  auto feed = headquarters_->feed(device_, *hello_, feed_bytes);
  if (!feed) return fail(feed.error());
  proto::Frame frame;
  proto::Welcome* welcome = frame.mutable_welcome();
  welcome->set_protocol(limits::protocol_version);
  welcome->set_receipt(
      sign_receipt(*receipt, headquarters_->replica().keys().sign));
  welcome->add_codec(0);
  welcome->add_codec(1);
  welcome->set_fold_version(limits::fold_version);
  welcome->set_feed_agreed(feed->agreed);
  welcome->mutable_feed_known()->Assign(feed->known.begin(), feed->known.end());
  Bytes body = encode_frame(frame);
  for (const proto::Refusal& refusal : refusals_) {
    proto::Frame one;
    *one.mutable_refusal() = refusal;
    body += encode_frame(one);
  }
  for (const Bytes& packet : feed->packets) {
    proto::Frame one;
    if (one.mutable_packet()->ParseFromString(packet)) {
      body += encode_frame(one);
    }
  }
  proto::Frame done;
  done.mutable_done()->set_packets(
      static_cast<std::uint32_t>(feed->packets.size()));
  done.mutable_done()->set_more(feed->more);
  body += encode_frame(done);
  return body;
}

}  // namespace relais::sync
