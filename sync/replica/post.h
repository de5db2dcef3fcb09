#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/session.pb.h"
#include "sync/journal/packet.h"
#include "sync/replica/enrolment.h"
#include "sync/replica/replica.h"

namespace relais::sync {

/// Counts of one lane, for `status`.
struct LaneCounts {
  Lane lane = proto::LANE_UNSPECIFIED;
  std::uint64_t saved = 0;  ///< here only
  std::uint64_t sent = 0;   ///< left this machine, not yet held
  std::uint64_t held = 0;   ///< a verified receipt says so
};

/// A post's machine besides its records: who it is, what it still has to send,
/// what headquarters said. All writing functions run inside a transaction.
class Post final : public SigningKeys {
 public:
  explicit Post(Replica& replica) : replica_(&replica) {}

  // -- enrolment
  Result<Enrolment> enrolment() const;
  /// already: headquarters has confirmed this machine's place. Until then a
  /// new code or another invitation replaces the one before; keys and records
  /// stay.
  Result<> may_enrol(std::string_view invitation = {}) const;
  /// From a file with no network: place, keys and documents at once; the
  /// certificate comes later. denied: the signature is wrong; already.
  Result<> take_invitation(const proto::Invitation& invitation);
  /// The Join that goes with every file until the certificate is back, or to
  /// /v1/enrol. `request_der`: PKCS#10. `code`: the secret of a code that was
  /// typed now; empty: the one remembered.
  Result<proto::Join> join(std::string_view request_der,
                           std::string_view code = {}) const;
  /// What admits this machine again to a headquarters that was restored to
  /// before it did: a Join and the grant. Empty before the first grant.
  Result<std::vector<proto::Frame>> introduction() const;
  /// The secret that proves a Join; given by an invitation, or by a code once
  /// headquarters took it.
  Result<> remember_secret(std::string_view secret, std::string_view id);
  /// Checks the grant against headquarters' key, then keeps it. `code`: the
  /// secret that was typed for it, when it was: the caller saw the root that
  /// the code names, so what an unconfirmed invitation said gives way.
  Result<> take_grant(const proto::Grant& grant, std::string_view code = {});
  /// The grant as it came: proof that headquarters once admitted this machine,
  /// should it have been restored to before. Empty before the first one.
  Result<std::optional<proto::Grant>> grant() const;

  // -- outgoing
  /// One line per lane that this machine ever wrote in: its newest journal.
  Result<std::vector<proto::LaneLine>> lane_lines() const;
  /// How far each journal went up in this session.
  using Passed = std::map<JournalId, std::uint64_t>;
  /// What of a lane no receipt says is held: read once, not for each packet.
  Result<std::vector<StoredJournal>> unheld(Lane lane) const;
  /// The next range of these journals that is not held and has not passed yet;
  /// empty: nothing is left.
  Result<std::optional<PacketRange>> next_range(
      const std::vector<StoredJournal>& unheld, const Passed& passed,
      std::size_t bytes) const;
  Result<> mark_sent(const JournalId& journal, std::uint64_t last);
  Result<std::vector<LaneCounts>> counts() const;

  // -- incoming
  /// Verifies and applies; an older one is ignored. Gives true when
  /// headquarters holds less than it did (restored): more must be sent again.
  Result<bool> take_receipt(std::string_view signed_receipt,
                            std::string_view nonce);
  /// A feed packet. Repeating is harmless; one that comes too early is kept
  /// until those before it are here.
  Result<> take_feed(std::string_view sealed_packet);
  /// How far the feed was read; empty journal: not at all.
  Result<proto::LaneLine> feed_cursor() const;
  /// What headquarters said it knows of our feed (Welcome.feed_known).
  Result<> hear_feed_known(const proto::Welcome& welcome);
  /// All that was read of the feeds, in the order of reading.
  Result<std::vector<proto::LaneLine>> feeds_read() const;
  /// Feed packets of headquarters' own that it no longer knows, as signed,
  /// oldest first, by what it last said; none when it knows all that was read
  /// here, or said nothing yet.
  Result<std::vector<Bytes>> packets_to_return() const;

  /// One bite of what may go now that it is archived: packets kept to heal
  /// headquarters, texts of ours that nobody here may read. After a session.
  Result<> prune();

  // -- refusals, kept until solved
  Result<> keep_refusal(const proto::Refusal& refusal);
  Result<std::vector<proto::Refusal>> refusals() const;
  /// After a session without any: those whose packet is held by now, and those
  /// that were about a whole request.
  Result<> forget_solved_refusals();

  Bytes signing_key(const DeviceId& device) const override;
  Replica& replica() const { return *replica_; }

 private:
  Result<> apply_feed(const OpenedPacket& packet);
  Result<> keep_to_return(const OpenedPacket& packet);
  Result<bool> goes_on(const Header& header) const;
  Result<std::optional<proto::Welcome>> feed_known() const;
  Result<std::vector<StoredJournal>> feed_journals() const;
  Result<> kept_packets(const StoredJournal& journal, std::uint64_t held,
                        std::vector<Bytes>& packets) const;
  Result<> apply_entry(const Entry& entry, const Dot& dot,
                       const proto::EntryMeta& meta,
                       const proto::Attachment* attachment);
  Result<> apply_reference(const proto::FeedReference& reference,
                           const proto::Attachment* attachment);
  Result<> forget_packets();
  Result<> note_archived(const proto::Receipt& receipt, bool& less);
  Result<bool> prune_line(const proto::LaneLine& line);
  Result<> prune_packets(const JournalId& journal, std::uint64_t to);
  Result<> prune_texts(const StoredJournal& journal, std::uint64_t from,
                       std::uint64_t to);
  Result<> went_through(const JournalId& journal, std::uint64_t position);
  bool is_given_up(const proto::EntryMeta& change) const;
  Result<> apply_document(const proto::FeedDocument& piece,
                          std::string_view bytes);
  Result<> refold_waiting();
  Result<> note_held(Lane lane, const proto::Receipt& receipt, bool& less);

  Replica* replica_;
  bool forgot_ = false;  ///< the feed packet in hand took something away
};

}  // namespace relais::sync
