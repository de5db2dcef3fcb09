#include <algorithm>
#include <utility>

#include "sync/limits.h"
#include "sync/replica/headquarters.h"
#include "sync/replica/shelf_key.h"

namespace relais::sync {
namespace {

constexpr std::string_view feeds_shelf = "feeds";
constexpr std::string_view subscription_shelf = "subscription";
/// A record named by a record named by a record ...: sessions and attendance
/// need one step.
constexpr int scope_depth_max = 4;

Bytes subscription_key(const DeviceId& device, const RecordId& record,
                       const std::string& part) {
  return Bytes(device.view()) + Bytes(record.view()) + part;
}

std::string post_of(const Tables& tables, const std::string& person) {
  const Table* officers = tables.find("officer");
  if (officers == nullptr) return {};
  const int row = officers->find(person);
  return row < 0 ? std::string{}
                 : officers->cell(static_cast<std::size_t>(row), "post");
}

}  // namespace

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

Result<> Headquarters::feed_change(const DeviceId& device, const Dot& dot) {
  auto entry = replica_->store().entry(dot);
  if (!entry) return fail(entry.error());
  if (!*entry || (*entry)->device == device) return {};
  auto journal = open_feed(device);
  if (!journal) return fail(journal.error());
  proto::EntryMeta meta;
  meta.set_kind(proto::ENTRY_KIND_REFERENCE);
  auto* reference = meta.mutable_reference();
  reference->mutable_dot()->set_journal(Bytes(dot.journal.view()));
  reference->mutable_dot()->set_position(dot.position);
  reference->set_device(Bytes((*entry)->device.view()));
  reference->set_meta((*entry)->meta);
  const Hash bound =
      (*entry)->body ? body_hash((*entry)->salt, *(*entry)->body) : Hash{};
  reference->set_body_hash(Bytes(bound.view()));
  reference->set_reason((*entry)->verdict.value_or(""));
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

Result<std::set<DeviceId>> Headquarters::scope(const Form& form,
                                               const proto::Part& part,
                                               const RecordId& record,
                                               int depth) const {
  std::set<DeviceId> devices;
  auto line = replica_->store().record(record);
  auto root = replica_->part(record, form.definition().root_part());
  auto lines = roster();
  if (!line || !root || !lines) {
    return fail(!line ? line.error() : !root ? root.error() : lines.error());
  }
  auto tables = replica_->publications().newest_tables();
  if (!*line || !*root || !tables) return devices;
  const PartFacts facts(**root);
  std::set<std::string> posts;
  for (const proto::Scope& one : part.scope()) {
    if (one.kind() == proto::SCOPE_KIND_AUTHOR_DEVICE) {
      devices.insert((*line)->device);
    } else if (one.kind() == proto::SCOPE_KIND_ENTRY_POST) {
      for (const RosterLine& machine : *lines) {
        if (machine.device == (*line)->device) posts.insert(machine.post);
      }
    } else if (one.kind() == proto::SCOPE_KIND_POST_OF_ROLE) {
      for (const std::string& person :
           related(form, *tables, one.role(), (*line)->author, facts)) {
        posts.insert(post_of(*tables, person));
      }
    } else if (one.kind() == proto::SCOPE_KIND_POST_OF_FIELD) {
      const Value value = facts.value(one.field());
      if (!value.empty()) posts.insert(plain_text(value));
    } else if (one.kind() == proto::SCOPE_KIND_OF_RECORD) {
      auto other = scope_of_record(facts.value(one.field()), depth);
      if (!other) return fail(other.error());
      devices.insert(other->begin(), other->end());
    }
  }
  posts.erase(std::string{});
  for (const RosterLine& machine : *lines) {
    if (posts.contains(machine.post)) devices.insert(machine.device);
  }
  return devices;
}

Result<std::set<DeviceId>> Headquarters::scope_of_record(const Value& named,
                                                         int depth) const {
  const auto* id = named.get<RecordId>();
  if (id == nullptr || depth >= scope_depth_max) return std::set<DeviceId>{};
  auto line = replica_->store().record(*id);
  if (!line) return fail(line.error());
  if (!*line) return std::set<DeviceId>{};
  auto form = replica_->publications().newest_form((*line)->form);
  if (!form) return std::set<DeviceId>{};
  const auto* part = form->part(form->definition().root_part());
  return scope(*form, *part, *id, depth + 1);
}

Result<> Headquarters::feed_record(
    const RecordId& record, const std::map<PartKey, std::set<Dot>>& fresh) {
  auto line = replica_->store().record(record);
  if (!line) return fail(line.error());
  if (!*line) return {};
  auto form = replica_->publications().newest_form((*line)->form);
  if (!form) return {};
  for (const proto::Part& part : form->definition().part()) {
    auto targets = scope(*form, part, record, 0);
    if (!targets) return fail(targets.error());
    static const std::set<Dot> none;
    const auto found = fresh.find({record, part.id()});
    const std::set<Dot>& dots = found == fresh.end() ? none : found->second;
    for (const DeviceId& target : *targets) {
      auto fed = feed_part(target, record, part.id(), dots);
      if (!fed) return fed;
    }
  }
  return {};
}

/// What is new of a part to a machine that holds it; all of it to one that
/// comes into scope.
Result<> Headquarters::feed_part(const DeviceId& target, const RecordId& record,
                                 const std::string& part,
                                 const std::set<Dot>& fresh) {
  auto line = device(target);
  if (!line) return fail(line.error());
  if (!*line || (*line)->retired || (*line)->forked) return {};
  Store& store = replica_->store();
  const Bytes key = subscription_key(target, record, part);
  auto subscribed = store.get(subscription_shelf, key);
  if (!subscribed) return fail(subscribed.error());
  if (*subscribed) {
    for (const Dot& dot : fresh) {
      if (auto fed = feed_change(target, dot); !fed) return fed;
    }
    return {};
  }
  auto entries = store.entries_of(record, part);
  if (!entries) return fail(entries.error());
  if (entries->empty()) return {};
  if (auto put = store.put(subscription_shelf, key, "1"); !put) return put;
  for (const StoredEntry& entry : *entries) {
    if (!entry.verdict) continue;  // not judged yet: it waits
    if (auto fed = feed_change(target, entry.dot); !fed) return fed;
  }
  return {};
}

Result<> Headquarters::feed_newcomer(const RosterLine& line,
                                     const proto::Invitation& invitation) {
  auto documents = newest_documents();
  if (!documents) return fail(documents.error());
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
