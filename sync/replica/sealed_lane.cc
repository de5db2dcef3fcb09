#include "sync/replica/sealed_lane.h"

#include <algorithm>
#include <utility>

#include "sync/journal/wire.h"
#include "sync/limits.h"
#include "sync/sealed/envelope.h"

namespace relais::sync {
namespace {

constexpr std::string_view reply_document = "reply";

/// The envelope that a stored entry is, and its day; absent: a stub.
std::optional<std::pair<Bytes, std::int64_t>> envelope_of(
    const StoredEntry& entry) {
  if (!entry.body) return std::nullopt;
  auto body = decode_body(*entry.body);
  if (!body || body->piece().size() != envelope_bytes) return std::nullopt;
  return std::pair(Bytes(body->piece()), body->wall() / day_ms);
}

Result<> add_envelopes(const Store& store, const StoredJournal& journal,
                       std::int64_t day, std::vector<Bytes>& all) {
  for (std::uint64_t at = 1; at <= journal.last;) {
    auto entries = store.entries(journal.header.journal, at,
                                 limits::packet_body_bytes_max);
    if (!entries) return fail(entries.error());
    if (entries->empty()) return {};
    for (const StoredEntry& entry : *entries) {
      auto one = envelope_of(entry);
      if (one && one->second >= day) all.push_back(std::move(one->first));
      at = entry.dot.position + 1;
    }
  }
  return {};
}

}  // namespace

Result<> append_envelope(Replica& replica, Bytes envelope, std::int64_t day) {
  auto journal = replica.open_journal(proto::LANE_SEALED);
  if (!journal) return fail(journal.error());
  const EnvelopeEntry entry = envelope_entry(std::move(envelope), day);
  auto position = replica.append_entry(**journal, entry.meta, entry.body);
  return position ? Result<>() : fail(position.error());
}

Result<Bytes> last_envelope(const Replica& replica) {
  auto journals =
      replica.store().journals(replica.keys().device, proto::LANE_SEALED);
  if (!journals) return fail(journals.error());
  for (auto one = journals->rbegin(); one != journals->rend(); ++one) {
    if (one->last == 0) continue;
    auto entry = replica.store().entry({one->header.journal, one->last});
    if (!entry) return fail(entry.error());
    auto envelope = *entry ? envelope_of(**entry) : std::nullopt;
    return envelope ? std::move(envelope->first) : Bytes{};
  }
  return Bytes{};
}

Result<std::vector<Bytes>> envelopes_since(const Store& store,
                                           std::int64_t day) {
  std::vector<Bytes> all;
  auto devices = store.devices();
  if (!devices) return fail(devices.error());
  for (const DeviceId& device : *devices) {
    auto journals = store.journals(device, proto::LANE_SEALED);
    if (!journals) return fail(journals.error());
    for (const StoredJournal& journal : *journals) {
      auto added = add_envelopes(store, journal, day, all);
      if (!added) return fail(added.error());
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

Result<std::optional<proto::SignedRecipients>> newest_recipients(
    const Store& store) {
  auto documents = store.documents();
  if (!documents) return fail(documents.error());
  std::optional<proto::SignedRecipients> newest;
  for (const StoredDocument& one : *documents) {  // versions rise
    if (one.kind != proto::DOCUMENT_KIND_RECIPIENTS) continue;
    auto whole = store.document(one.kind, one.name, one.version);
    if (!whole) return fail(whole.error());
    proto::SignedRecipients read;
    if (*whole && parse((*whole)->bytes, read)) newest = std::move(read);
  }
  return newest;
}

Result<> may_be_next(const Store& store, std::string_view document) {
  proto::SignedRecipients next;
  if (!parse(document, next)) {
    return fail(Errc::invalid, "This is no document of recipients");
  }
  auto before = newest_recipients(store);
  if (!before) return fail(before.error());
  return may_follow(next, *before ? &**before : nullptr);
}

Result<> publish_recipients(Headquarters& headquarters, std::string_view file) {
  const Store& store = headquarters.replica().store();
  if (auto next = may_be_next(store, file); !next) return next;
  proto::SignedRecipients signed_document;
  parse(file, signed_document);
  auto all = recipients_in(signed_document);
  if (!all) return fail(all.error());
  auto known = newest_recipients(store);
  if (!known) return fail(known.error());
  if (*known && (*known)->recipients() == signed_document.recipients()) {
    return fail(Errc::already, "Version {0} of the recipients is published",
                {std::to_string(all->version())});
  }
  StoredDocument document;
  document.kind = proto::DOCUMENT_KIND_RECIPIENTS;
  document.name = recipients_document;
  document.version = all->version();
  document.bytes = file;
  document.hash = hash({file});
  return headquarters.publish(document);
}

Result<> publish_reply(Headquarters& headquarters, std::string_view envelope) {
  if (envelope.size() != envelope_bytes) {
    return fail(Errc::invalid, "This is no envelope");
  }
  auto documents = headquarters.replica().store().documents();
  if (!documents) return fail(documents.error());
  StoredDocument document;
  document.kind = proto::DOCUMENT_KIND_REPLY;
  document.name = reply_document;
  document.version = 1;
  for (const StoredDocument& one : *documents) {
    if (one.kind == document.kind) document.version = one.version + 1;
  }
  document.bytes = envelope;
  document.hash = hash({envelope});
  return headquarters.publish(document);
}

Result<std::vector<Bytes>> replies(const Store& store) {
  std::vector<Bytes> all;
  auto documents = store.documents();
  if (!documents) return fail(documents.error());
  for (const StoredDocument& one : *documents) {
    if (one.kind != proto::DOCUMENT_KIND_REPLY) continue;
    auto whole = store.document(one.kind, one.name, one.version);
    if (!whole) return fail(whole.error());
    if (*whole) all.push_back(std::move((*whole)->bytes));
  }
  return all;
}

}  // namespace relais::sync
