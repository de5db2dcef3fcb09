#include "sync/session/post_session.h"

#include <algorithm>
#include <utility>

#include "sync/journal/receipt.h"
#include "sync/limits.h"
#include "sync/replica/feed_read.h"
#include "sync/replica/people.h"
#include "sync/session/refusal.h"

namespace relais::sync {
namespace {

constexpr Lane lanes[] = {proto::LANE_URGENT, proto::LANE_SEALED,
                          proto::LANE_NORMAL, proto::LANE_BULK};
/// Raw bytes that usually shrink to one packet's target.
constexpr std::size_t shrink = 4;

Result<proto::Frame> hello_frame(const Post& post, const Bytes& nonce,
                                 bool in_full) {
  proto::Frame frame;
  proto::Hello* hello = frame.mutable_hello();
  hello->set_protocol(limits::protocol_version);
  hello->set_device(Bytes(post.replica().keys().device.view()));
  hello->set_nonce(nonce);
  auto epoch = fact(post.replica().store(), "epoch");
  if (!epoch) return fail(epoch.error());
  hello->set_epoch(*epoch);
  auto cursor = post.feed_cursor();
  if (!cursor) return fail(cursor.error());
  if (!cursor->journal().empty()) {
    auto read = post.feeds_read();
    if (!read) return fail(read.error());
    *hello->mutable_feed() = *cursor;
    hello->set_feed_digest(feed_digest(*read));
    if (in_full) hello->mutable_feed_read()->Assign(read->begin(), read->end());
  }
  auto lines = post.lane_lines();
  if (!lines) return fail(lines.error());
  for (const proto::LaneLine& line : *lines) *hello->add_lane() = line;
  hello->add_codec(0);
  hello->add_codec(1);
  hello->set_fold_version(limits::fold_version);
  auto alarms = pin_alarms(post.replica().store());
  if (!alarms) return fail(alarms.error());
  hello->mutable_pin_alarm()->Assign(alarms->begin(), alarms->end());
  return frame;
}

/// The next range as a signed packet no larger than it may be.
Result<Bytes> signed_range(const Post& post,
                           const std::vector<StoredJournal>& unheld,
                           Post::Passed& passed, std::size_t target,
                           const Bytes& box, PacketRange& range) {
  for (std::size_t bytes = target * shrink;; bytes /= 2) {
    auto found = post.next_range(unheld, passed, bytes);
    if (!found) return fail(found.error());
    if (!*found) return Bytes{};
    auto packet = sign_packet(**found, post.replica().keys().sign, key_id(box));
    const bool large = packet ? packet->size() > 2 * target
                              : packet.error().code == Errc::over_limit;
    if (large && (*found)->entries.size() > 1 && bytes > 1) continue;
    if (!packet) return fail(packet.error());
    range = std::move(**found);
    passed[range.journal] = range.entries.back().position;
    return packet;
  }
}

}  // namespace

PostSession::PostSession(Post& post, const SessionBudget& budget,
                         bool ask_first)
    : post_(&post), budget_(budget), ask_(ask_first) {}

Result<Bytes> PostSession::hello() {
  nonce_ = post_->replica().random().bytes(16);
  auto frame = hello_frame(*post_, nonce_, in_full_);
  if (!frame) return fail(frame.error());
  const auto& alarms = frame->hello().pin_alarm();
  told_.assign(alarms.begin(), alarms.end());
  return encode_frame(*frame);
}

Result<std::optional<Bytes>> PostSession::next() {
  if (over_) return std::optional<Bytes>{};
  auto body = hello();
  if (!body) return fail(body.error());
  pending_.clear();
  ends_.clear();
  more_here_ = more_there_ = false;
  // Headquarters' own first: it must know what it decided before it judges
  // what we send again.
  for (const Bytes& packet : to_return_) {
    proto::Frame frame;
    frame.set_returned(packet);
    *body += encode_frame(frame);
    ends_.push_back(body->size());
  }
  to_return_.clear();
  if (!ask_) {
    if (auto added = add_packets(*body); !added) return fail(added.error());
  }
  proto::Frame done;
  done.mutable_done()->set_packets(static_cast<std::uint32_t>(ends_.size()));
  done.mutable_done()->set_more(more_here_);
  *body += encode_frame(done);
  over_ = true;  // until the answer says otherwise
  return std::optional<Bytes>(std::move(*body));
}

Result<> PostSession::add_packets(Bytes& body) {
  auto enrolment = post_->enrolment();
  if (!enrolment) return fail(enrolment.error());
  for (Lane lane : lanes) {
    if (budget_.lane && *budget_.lane != lane) continue;
    auto unheld = post_->unheld(lane);
    if (!unheld) return fail(unheld.error());
    for (;;) {
      if (body.size() >= budget_.bytes && !ends_.empty()) {
        more_here_ = true;
        return {};
      }
      PacketRange range;
      auto packet = signed_range(*post_, *unheld, passed_, budget_.packet,
                                 enrolment->headquarters_box, range);
      if (!packet) return fail(packet.error());
      if (packet->empty()) break;
      auto sealed = seal_packet(*packet, enrolment->headquarters_box);
      if (!sealed) return fail(sealed.error());
      proto::Frame frame;
      if (!frame.mutable_packet()->ParseFromString(*sealed)) {
        return fail(Errc::corrupt, "A packet cannot be read back: report it");
      }
      body += encode_frame(frame);
      pending_.push_back(
          {body.size(), {range.journal, range.entries.back().position}});
      ends_.push_back(body.size());
    }
  }
  return {};
}

std::vector<Reach> PostSession::carried() const {
  std::vector<Reach> all;
  for (const Pending& packet : pending_) all.push_back(packet.reach);
  return all;
}

Result<> PostSession::on_uploaded(std::uint64_t bytes) {
  report_.bytes_up += bytes;
  report_.packets_sent += static_cast<std::uint64_t>(
      std::count_if(ends_.begin(), ends_.end(),
                    [bytes](std::size_t end) { return end <= bytes; }));
  return post_->replica().transact([&]() -> Result<> {
    for (const Pending& packet : pending_) {
      if (packet.end > bytes) break;
      auto marked = post_->mark_sent(packet.reach.journal, packet.reach.last);
      if (!marked) return marked;
    }
    return {};
  });
}

Result<> PostSession::on_answer(std::string_view body) {
  report_.bytes_down += body.size();
  FrameReader reader;
  reader.feed(body);
  bool done = false;
  for (;;) {
    auto bytes = reader.next();
    if (!bytes) return fail(bytes.error());
    if (!*bytes) break;
    auto frame = decode_frame(**bytes);
    if (!frame) return fail(frame.error());
    done = done || frame->has_done();
    if (auto taken = on_frame(*frame); !taken) return taken;
  }
  if (!done) {
    return fail(Errc::offline,
                "The answer was cut: it is taken up again at the next sync");
  }
  const bool asked = std::exchange(ask_, false);
  const bool heal = in_full_ && !std::exchange(healing_, in_full_);
  if (asked || more_here_ || more_there_ || heal) over_ = false;
  if (!over_) return {};
  return post_->replica().transact([&] { return post_->prune(); });
}

Result<> PostSession::on_frame(const proto::Frame& frame) {
  if (frame.has_welcome()) return on_welcome(frame.welcome());
  if (frame.has_packet()) {
    ++report_.packets_taken;
    auto taken = post_->replica().transact(
        [&] { return post_->take_feed(frame.packet().SerializeAsString()); });
    // One bad packet stops no other; the store's own failures do.
    if (!taken && (taken.error().code == Errc::disk_full ||
                   taken.error().code == Errc::corrupt)) {
      return taken;
    }
    if (!taken) report_.alarms.push_back(taken.error().what);
    return {};
  }
  if (frame.has_refusal()) {
    const proto::Refusal& refusal = frame.refusal();
    report_.alarms.push_back(from_refusal(refusal));
    return post_->replica().transact(
        [&] { return post_->keep_refusal(refusal); });
  }
  if (frame.has_done()) more_there_ = frame.done().more();
  return {};
}

Result<> PostSession::on_welcome(const proto::Welcome& welcome) {
  bool less = false;
  auto taken = post_->replica().transact([&]() -> Result<> {
    auto receipt = post_->take_receipt(welcome.receipt(), nonce_);
    if (!receipt) return fail(receipt.error());
    less = *receipt;
    auto heard = forget_pin_alarms(post_->replica().store(), told_);
    return heard ? post_->hear_feed_known(welcome) : heard;
  });
  if (!taken) return taken;
  // Headquarters holds less than it did: say again what is missing there.
  if (less) {
    more_here_ = true;
    passed_.clear();
  }
  if (welcome.feed_agreed() || in_full_) return {};
  // It knows less of the feeds than we read: say what, and give it back.
  in_full_ = true;
  auto packets = post_->packets_to_return();
  if (!packets) return fail(packets.error());
  to_return_ = std::move(*packets);
  return {};
}

}  // namespace relais::sync
