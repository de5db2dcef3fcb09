#include <utility>

#include "sync/journal/receipt.h"
#include "sync/limits.h"
#include "sync/session/addressee.h"
#include "sync/session/post_session.h"
#include "sync/session/refusal.h"

namespace relais::sync {
namespace {

Result<> add_letter(std::vector<proto::FileItem>& items,
                    const proto::Frame& frame, const Post& post,
                    const Bytes& box) {
  auto letter = seal_letter(frame, post.replica().keys().device,
                            post.replica().keys().sign, box);
  if (!letter) return fail(letter.error());
  proto::FileItem item;
  if (!item.mutable_letter()->ParseFromString(*letter)) {
    return fail(Errc::corrupt, "A packet cannot be read back: report it");
  }
  items.push_back(std::move(item));
  return {};
}

/// Should headquarters have been restored: who we are, by its own signature,
/// and what of its own it says it no longer knows.
Result<> add_healing(std::vector<proto::FileItem>& items, const Post& post,
                     const Bytes& box) {
  auto frames = post.introduction();
  if (!frames) return fail(frames.error());
  for (const proto::Frame& frame : *frames) {
    auto added = add_letter(items, frame, post, box);
    if (!added) return added;
  }
  auto packets = post.packets_to_return();
  if (!packets) return fail(packets.error());
  for (Bytes& packet : *packets) {
    proto::Frame frame;
    frame.set_returned(std::move(packet));
    auto added = add_letter(items, frame, post, box);
    if (!added) return added;
  }
  return {};
}

/// One request of a session, taken apart again into the items of a file: the
/// same frames, each sealed to headquarters.
Result<> add_frames(std::vector<proto::FileItem>& items, const Bytes& body,
                    const Post& post, const Bytes& box) {
  FrameReader reader;
  reader.feed(body);
  for (;;) {
    auto bytes = reader.next();
    if (!bytes) return fail(bytes.error());
    if (!*bytes) return {};
    auto frame = decode_frame(**bytes);
    if (!frame) return fail(frame.error());
    if (frame->has_packet()) {
      *items.emplace_back().mutable_packet() = frame->packet();
    } else if (auto added = add_letter(items, *frame, post, box); !added) {
      return added;
    }
  }
}

Result<> take_letter(Post& post, const proto::SealedPacket& sealed,
                     SessionReport& report) {
  auto letter =
      unseal_letter(sealed.SerializeAsString(), post.replica().keys().box);
  if (!letter) return fail(letter.error());
  const Bytes key = post.signing_key(letter->sender);
  if (key.empty() || !verify_letter(*letter, key)) {
    return fail(Errc::denied,
                "A part of the file is not signed by our headquarters");
  }
  const proto::Frame& frame = letter->frame;
  if (frame.has_grant()) return post.take_grant(frame.grant());
  if (frame.has_welcome()) {
    return post.hear_feed_known(frame.welcome());
  }
  if (frame.has_receipt()) {
    auto taken = post.take_receipt(frame.receipt().SerializeAsString(), {});
    return taken ? Result<>{} : Result<>(fail(taken.error()));
  }
  if (frame.has_refusal()) {
    report.alarms.push_back(from_refusal(frame.refusal()));
    return post.keep_refusal(frame.refusal());
  }
  return {};
}

Error misdirected(const Post& post, const Bytes& addressee) {
  auto enrolment = post.enrolment();
  const bool for_headquarters =
      enrolment && !enrolment->headquarters_box.empty() &&
      addressee == key_id(enrolment->headquarters_box).view();
  return {Errc::denied,
          for_headquarters
              ? Sentence{"This file is for headquarters: take it there", {}}
              : Sentence{"This file is for another machine: take it to the one "
                         "it was made for",
                         {}}};
}

}  // namespace

Result<PostFile> cut_post_file(Post& post,
                               const std::optional<proto::Join>& join,
                               std::size_t bytes_max) {
  auto enrolment = post.enrolment();
  if (!enrolment) return fail(enrolment.error());
  if (enrolment->headquarters_box.empty()) {
    return fail(Errc::invalid,
                "This machine is not enrolled: run `relais enrol` first");
  }
  std::vector<proto::FileItem> items;
  if (join) {
    proto::Frame frame;
    *frame.mutable_join() = *join;
    auto added = add_letter(items, frame, post, enrolment->headquarters_box);
    if (!added) return fail(added.error());
  }
  auto healing = add_healing(items, post, enrolment->headquarters_box);
  if (!healing) return fail(healing.error());
  SessionBudget budget;
  budget.bytes = bytes_max;
  PostSession session(post, budget, false);
  session.say_feeds();
  auto body = session.next();
  if (!body) return fail(body.error());
  auto added = add_frames(items, **body, post, enrolment->headquarters_box);
  if (!added) return fail(added.error());
  return PostFile{encode_file(items), session.carried(), session.more()};
}

Result<Bytes> write_post_file(Post& post,
                              const std::optional<proto::Join>& join,
                              std::size_t bytes_max) {
  auto file = cut_post_file(post, join, bytes_max);
  if (!file) return fail(file.error());
  return std::move(file->bytes);
}

Result<SessionReport> read_post_file(Post& post, std::string_view file) {
  auto items = decode_file(file);
  if (!items) return fail(items.error());
  if (const Bytes other =
          other_addressee(*items, post.replica().keys().box.public_key);
      !other.empty()) {
    return fail(misdirected(post, other));
  }
  SessionReport report;
  report.bytes_down = file.size();
  report.alarms = items->faults;
  for (const proto::FileItem& item : items->items) {
    auto taken = post.replica().transact([&]() -> Result<> {
      if (item.has_packet()) {
        ++report.packets_taken;
        return post.take_feed(item.packet().SerializeAsString());
      }
      return take_letter(post, item.letter(), report);
    });
    if (!taken && (taken.error().code == Errc::disk_full ||
                   taken.error().code == Errc::corrupt)) {
      return fail(taken.error());
    }
    if (!taken) report.alarms.push_back(taken.error().what);
  }
  auto pruned = post.replica().transact([&] { return post.prune(); });
  if (!pruned) return fail(pruned.error());
  return report;
}

}  // namespace relais::sync
