#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proto/session.pb.h"
#include "sync/journal/packet.h"
#include "sync/replica/enrolment.h"
#include "sync/replica/replica.h"
#include "sync/replica/roster_line.h"

namespace relais::sync {

/// Headquarters besides its records: roster, ingest, feeds, healing. Installs
/// itself as the replica's settle step: verdicts, automatic steps and feed
/// positions are given in the transaction that takes a change in.
///
/// All writing functions run inside a transaction.
class Headquarters final : public SigningKeys {
 public:
  explicit Headquarters(Replica& replica);

  // -- roster (roster.cc)
  Result<proto::Invitation> invite(const std::string& post,
                                   std::string_view root_der,
                                   const std::vector<std::string>& urls,
                                   bool with_documents);
  /// Checks the proof against the open invitations (seven days) and admits the
  /// machine; the certificate is made by the caller. denied: no such secret,
  /// used, or too old. Repeating with the same keys gives the same line.
  Result<RosterLine> admit(const proto::Join& join);
  Result<proto::Grant> grant(const DeviceId& device,
                             std::string_view certificate,
                             std::string_view root,
                             const std::vector<std::string>& urls);
  /// A machine that we admitted and no longer know, restored as we were: our
  /// signature on its grant says so, the caller that it is the machine which
  /// speaks. denied: not ours, or not its keys.
  Result<RosterLine> readmit(const proto::Grant& grant,
                             const proto::DeviceKeys& keys);
  Result<std::optional<RosterLine>> device(const DeviceId& device) const;
  Result<std::vector<RosterLine>> roster() const;
  Result<> retire(const DeviceId& device, const std::string& reason);
  Result<> note_contact(const DeviceId& device);
  Bytes signing_key(const DeviceId& device) const override;

  // -- publications (publish.cc)
  Result<> publish_form(std::string_view file);
  Result<> publish_table(const std::string& name, std::string_view csv);
  Result<> publish(const StoredDocument& document,
                   const DeviceId* giver = nullptr);
  /// The newest version of each, without bytes; tables by version.
  Result<std::vector<StoredDocument>> newest_documents() const;

  // -- ingest (ingest.cc)
  /// Takes a packet in, whole or not at all. An error is the refusal; nothing
  /// was written then. Repeating is harmless; one that comes too early is kept
  /// and counts as held.
  Result<> ingest(const OpenedPacket& packet);
  Result<proto::Receipt> receipt(const DeviceId& device,
                                 const std::vector<proto::LaneLine>& asked,
                                 std::string_view nonce) const;

  // -- feeds (feed.cc)
  /// Sealed packets for a machine of what it has not read, up to `bytes`;
  /// `more`: something is left. None before it is agreed what it has read: a
  /// restored headquarters may know less of that.
  struct FeedAnswer {
    std::vector<Bytes> packets;
    bool more = false;
    bool agreed = true;
    std::vector<proto::LaneLine> known;  ///< as Welcome.feed_known
  };
  Result<FeedAnswer> feed(const DeviceId& device, const proto::Hello& hello,
                          std::size_t bytes) const;
  /// All of a machine's, as its greetings order them.
  Result<std::vector<StoredJournal>> feeds(const DeviceId& device) const;
  /// Feeds stand in the order in which the machine says it read them, before
  /// those that it has not.
  Result<> order_feeds(const DeviceId& device, const proto::Hello& hello);

  // -- healing (heal.cc)
  /// A feed packet of our own that came back; only what is unknown is taken.
  Result<> take_back(std::string_view signed_packet);
  Result<Epoch> epoch() const;
  Result<> new_epoch();

  Replica& replica() const { return *replica_; }

 private:
  Result<> settle(std::set<PartKey>& touched);
  Result<> settle_part(const PartKey& key,
                       std::map<PartKey, std::set<Dot>>& fresh);
  Result<> examine(const PartState& state, const Dot& dot);
  Result<> feed_purges(std::map<PartKey, std::set<Dot>>& fresh);
  Result<> feed_record(const RecordId& record,
                       const std::map<PartKey, std::set<Dot>>& fresh);
  Result<std::set<DeviceId>> scope(const Form& form, const proto::Part& part,
                                   const RecordId& record, int depth) const;
  Result<std::set<DeviceId>> scope_of_record(const Value& named,
                                             int depth) const;
  Result<> feed_part(const DeviceId& target, const RecordId& record,
                     const std::string& part, const std::set<Dot>& fresh);
  Result<> withdraw_record(const RecordId& record);
  Result<> place_anew(const std::string& table);
  Result<> remember_some(const DeviceId& device, const RecordId& record,
                         const std::string& part);
  Result<> remember_withdrawn(const DeviceId& device, const RecordId& record,
                              const std::string& part);
  Result<> send_feeds(const RosterLine& reader,
                      const std::vector<StoredJournal>& feeds,
                      const std::map<JournalId, std::uint64_t>& read,
                      std::size_t bytes, FeedAnswer& answer) const;
  Result<PacketRange> feed_range(const StoredJournal& journal,
                                 std::uint64_t before, std::size_t bytes) const;
  Result<Bytes> sealed_feed(const StoredJournal& journal, std::uint64_t& before,
                            const RosterLine& reader) const;
  Result<> take_back_entry(const OpenedPacket& packet, const Entry& entry,
                           const proto::EntryMeta& meta,
                           const proto::Attachment* given,
                           StoredJournal& journal);
  Result<> remember_feed(const Header& header);
  Result<> feed_change(const DeviceId& device, const Dot& dot, bool also_own);
  Result<> feed_withdrawal(const DeviceId& device, const RecordId& record,
                           const std::string& part);
  Result<> feed_document(const DeviceId& device,
                         const StoredDocument& document);
  Result<StoredJournal*> open_feed(const DeviceId& device);
  Result<> ingest_tail(const OpenedPacket& packet, StoredJournal& journal,
                       RosterLine& sender);
  Result<> mark_forked(RosterLine& sender);
  Result<> ingest_pending(const JournalId& journal);
  Result<StoredJournal> open_foreign(const OpenedPacket& packet,
                                     RosterLine& sender);
  Result<> put_line(const RosterLine& line);
  Result<> publish_again(const StoredDocument& document, const DeviceId& giver);
  Result<proto::Invitation> invitation_of(const proto::Join& join) const;
  Result<> feed_newcomer(const RosterLine& line,
                         const proto::Invitation& invitation);

  Replica* replica_;
  std::map<DeviceId, StoredJournal> feed_;     ///< of this run
  std::map<PartKey, std::set<Dot>> returned_;  ///< taken back, to be fed on
};

}  // namespace relais::sync
