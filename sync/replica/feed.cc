#include <algorithm>
#include <utility>

#include "sync/limits.h"
#include "sync/replica/feed_read.h"
#include "sync/replica/headquarters.h"
#include "sync/replica/shelf_key.h"
#include "sync/replica/slip.h"

namespace relais::sync {

Result<std::vector<StoredJournal>> Headquarters::feeds(
    const DeviceId& device) const {
  std::vector<StoredJournal> journals;
  std::vector<JournalId> ids;
  auto read =
      replica_->store().scan(feeds_shelf, device.view(),
                             [&](std::string_view key, std::string_view value) {
                               if (!key.starts_with(device.view()))
                                 return false;
                               if (auto id = JournalId::from_bytes(value))
                                 ids.push_back(*id);
                               return true;
                             });
  if (!read) return fail(read.error());
  for (const JournalId& id : ids) {
    auto journal = replica_->store().journal(id);
    if (!journal) return fail(journal.error());
    if (*journal) journals.push_back(std::move(**journal));
  }
  return journals;
}

Result<> Headquarters::order_feeds(const DeviceId& device,
                                   const proto::Hello& hello) {
  const auto& read = hello.feed_read();
  auto journals = feeds(device);
  if (!journals) return fail(journals.error());
  const auto place = [&read](const StoredJournal& journal) {
    return std::find_if(read.begin(), read.end(),
                        [&](const auto& line) {
                          return line.journal() ==
                                 journal.header.journal.view();
                        }) -
           read.begin();
  };
  std::stable_sort(journals->begin(), journals->end(),
                   [&](const StoredJournal& one, const StoredJournal& other) {
                     return place(one) < place(other);
                   });
  for (std::size_t i = 0; i < journals->size(); ++i) {
    auto put = replica_->store().put(feeds_shelf, shelf_key(device, i),
                                     (*journals)[i].header.journal.view());
    if (!put) return put;
  }
  return {};
}

Result<StoredJournal*> Headquarters::open_feed(const DeviceId& device) {
  if (auto found = feed_.find(device); found != feed_.end()) {
    return &found->second;
  }
  auto earlier = feeds(device);
  if (!earlier) return fail(earlier.error());
  StoredJournal journal;
  journal.header.journal = random_id<JournalKind>(replica_->random());
  journal.header.device = replica_->keys().device;
  journal.header.lane = proto::LANE_FEED;
  journal.header.reader = device;
  if (!earlier->empty()) {
    journal.header.predecessor = earlier->back().header.journal;
    journal.header.predecessor_position = earlier->back().last;
    journal.header.predecessor_head = earlier->back().head;
  }
  journal.header_bytes = encode_header(journal.header);
  journal.seed = replica_->random().bytes(32);
  journal.head = first_head(journal.header_bytes);
  auto put =
      replica_->store().put(feeds_shelf, shelf_key(device, earlier->size()),
                            journal.header.journal.view());
  if (!put) return fail(put.error());
  return &feed_.emplace(device, std::move(journal)).first->second;
}

Result<> Headquarters::feed_change(const DeviceId& device, const Dot& dot,
                                   bool also_own) {
  auto entry = replica_->store().entry(dot);
  if (!entry) return fail(entry.error());
  if (!*entry || ((*entry)->device == device && !also_own)) return {};
  const auto bound = (*entry)->body
                         ? body_hash((*entry)->salt, *(*entry)->body)
                         : Hash::from_bytes((*entry)->salt).value_or(Hash{});
  // A stub that came without it cannot be vouched for; nobody has more.
  if (bound.is_zero()) return {};
  auto journal = open_feed(device);
  if (!journal) return fail(journal.error());
  proto::EntryMeta meta;
  meta.set_kind(proto::ENTRY_KIND_REFERENCE);
  auto* reference = meta.mutable_reference();
  reference->mutable_dot()->set_journal(Bytes(dot.journal.view()));
  reference->mutable_dot()->set_position(dot.position);
  reference->set_device(Bytes((*entry)->device.view()));
  reference->set_meta((*entry)->meta);
  reference->set_body_hash(Bytes(bound.view()));
  reference->set_reason((*entry)->verdict.value_or(""));
  auto position = replica_->append_entry(**journal, meta, proto::EntryBody());
  if (!position) return fail(position.error());
  return {};
}

Result<> Headquarters::feed_withdrawal(const DeviceId& device,
                                       const RecordId& record,
                                       const std::string& part) {
  auto journal = open_feed(device);
  if (!journal) return fail(journal.error());
  proto::EntryMeta meta;
  meta.set_kind(proto::ENTRY_KIND_WITHDRAW);
  meta.mutable_withdraw()->set_record(Bytes(record.view()));
  meta.mutable_withdraw()->set_part(part);
  auto position = replica_->append_entry(**journal, meta, proto::EntryBody());
  if (!position) return fail(position.error());
  return {};
}

Result<> Headquarters::feed_document(const DeviceId& device,
                                     const StoredDocument& document) {
  auto whole = replica_->store().document(document.kind, document.name,
                                          document.version);
  if (!whole) return fail(whole.error());
  if (!*whole) return {};
  auto journal = open_feed(device);
  if (!journal) return fail(journal.error());
  const Bytes& bytes = (*whole)->bytes;
  const std::size_t piece = limits::document_piece_bytes;
  const std::size_t count =
      std::max<std::size_t>(1, (bytes.size() + piece - 1) / piece);
  for (std::size_t i = 0; i < count; ++i) {
    proto::EntryMeta meta;
    meta.set_kind(proto::ENTRY_KIND_DOCUMENT);
    auto* about = meta.mutable_document();
    about->set_kind(document.kind);
    about->set_name(document.name);
    about->set_version(document.version);
    about->set_hash(Bytes(hash({bytes}).view()));
    about->set_version_hash(Bytes(document.version_hash.view()));
    about->set_index(static_cast<std::uint32_t>(i));
    about->set_count(static_cast<std::uint32_t>(count));
    about->set_size(bytes.size());
    proto::EntryBody body;
    body.set_piece(bytes.substr(i * piece, piece));
    auto position = replica_->append_entry(**journal, meta, body);
    if (!position) return fail(position.error());
  }
  return {};
}

Result<> Headquarters::feed_newcomer(const RosterLine& line,
                                     const proto::Invitation& invitation) {
  auto documents = newest_documents();
  auto all = replica_->store().documents();
  if (!documents || !all) return fail(all ? documents.error() : all.error());
  // Records were written under the older forms too; they wait without them.
  std::erase_if(*all, [&](const StoredDocument& document) {
    const auto newest = replica_->publications().newest_form(document.name);
    return document.kind != proto::DOCUMENT_KIND_FORM || !newest ||
           newest->version().number == document.version;
  });
  documents->insert(documents->begin(), all->begin(), all->end());
  const auto tables = replica_->publications().newest_tables();
  std::erase_if(*documents, [&](const StoredDocument& document) {
    return !is_for_post(document, tables.get(), line.post);
  });
  for (const StoredDocument& document : *documents) {
    const bool given =
        std::any_of(invitation.document().begin(), invitation.document().end(),
                    [&](const auto& one) {
                      return one.about().kind() == document.kind &&
                             one.about().name() == document.name &&
                             one.about().version() == document.version;
                    });
    if (given) continue;
    if (auto fed = feed_document(line.device, document); !fed) return fed;
  }
  std::vector<RecordId> records;
  auto read = replica_->store().each_record({}, [&](const StoredRecord& one) {
    records.push_back(one.record);
    return true;
  });
  if (!read) return read;
  for (const RecordId& record : records) {
    if (auto fed = feed_record(record, {}); !fed) return fed;
  }
  return {};
}

}  // namespace relais::sync
