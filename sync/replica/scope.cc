#include <algorithm>

#include "sync/record/graph.h"
#include "sync/replica/headquarters.h"
#include "sync/replica/purge_reach.h"
#include "sync/replica/tombstone.h"

namespace relais::sync {
namespace {

constexpr std::string_view subscription_shelf = "subscription";
/// What stands there: the machine holds the part, or had to give it up, or has
/// something of it from a time that headquarters forgot; the last after it had
/// given it up, so that what it was fed before is no longer there.
constexpr std::string_view subscribed = "1";
constexpr std::string_view withdrawn = "0";
constexpr std::string_view partly = "2";
constexpr std::string_view partly_again = "3";
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

/// Erased, or come back without its text before the purge does: then it no
/// longer says where the record belongs.
bool lacks_values(const PartState& root) {
  return !root.erased.empty() ||
         std::any_of(root.field.begin(), root.field.end(), [](const auto& one) {
           return one.second.cell.value.erased();
         });
}

/// Whether a line of this table may say where a record of the form goes.
bool places_records(const Form& form, const std::string& table) {
  const auto& parts = form.definition().part();
  const bool by_role =
      std::any_of(parts.begin(), parts.end(), [](const proto::Part& part) {
        return std::any_of(
            part.scope().begin(), part.scope().end(), [](const auto& one) {
              return one.kind() == proto::SCOPE_KIND_POST_OF_ROLE;
            });
      });
  if (!by_role || table == "officer") return by_role;
  for (const proto::Relation& relation : form.definition().relation()) {
    for (const proto::Relation::Source& source : relation.source()) {
      if (source.table() == table) return true;
    }
  }
  return false;
}

}  // namespace

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
  // What a purge erased moves nobody: who held the part keeps what is left.
  const bool purged = part.scope_size() > 0 && lacks_values(**root);
  for (const RosterLine& machine : *lines) {
    if (posts.contains(machine.post)) devices.insert(machine.device);
    if (!purged) continue;
    auto held = replica_->store().get(
        subscription_shelf,
        subscription_key(machine.device, record, part.id()));
    if (!held) return fail(held.error());
    if (*held && *held != withdrawn) devices.insert(machine.device);
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
  // Who may hold a record follows from its root part alone, and from tables.
  const bool moved = fresh.contains({record, form->definition().root_part()});
  return moved ? withdraw_record(record) : Result<>();
}

/// Before anything else of their records, and whoever is in scope.
Result<> Headquarters::feed_purges(std::map<PartKey, std::set<Dot>>& fresh) {
  for (auto& [part, dots] : fresh) {
    for (auto at = dots.begin(); at != dots.end();) {
      auto entry = replica_->store().entry(*at);
      if (!entry) return fail(entry.error());
      const bool ours = *entry && (*entry)->device == replica_->keys().device;
      auto change = ours ? change_of(**entry) : Result<Change>(Change{});
      if (!change) return fail(change.error());
      if (!is_purge(*change) || !(*entry)->verdict.value_or("?").empty()) {
        ++at;
        continue;
      }
      auto machines =
          holders(*this, part.first, part.second, named_dots(change->acts));
      if (!machines) return fail(machines.error());
      for (const RosterLine& machine : *machines) {
        if (machine.retired || machine.forked) continue;
        auto fed = feed_change(machine.device, *at, true);
        if (!fed) return fed;
      }
      at = dots.erase(at);
    }
  }
  return {};
}

/// What is new of a part to a machine that holds it; all of it to one that
/// comes into scope. Its own changes it has, unless it gave the part up.
Result<> Headquarters::feed_part(const DeviceId& target, const RecordId& record,
                                 const std::string& part,
                                 const std::set<Dot>& fresh) {
  auto line = device(target);
  if (!line) return fail(line.error());
  if (!*line || (*line)->retired || (*line)->forked) return {};
  Store& store = replica_->store();
  const Bytes key = subscription_key(target, record, part);
  auto before = store.get(subscription_shelf, key);
  if (!before) return fail(before.error());
  if (*before == subscribed) {
    for (const Dot& dot : fresh) {
      if (auto fed = feed_change(target, dot, false); !fed) return fed;
    }
    return {};
  }
  auto entries = store.entries_of(record, part);
  if (!entries) return fail(entries.error());
  if (entries->empty()) return {};
  if (auto put = store.put(subscription_shelf, key, subscribed); !put) {
    return put;
  }
  const bool again = *before == withdrawn || *before == partly_again;
  for (const StoredEntry& entry : *entries) {
    if (!entry.verdict) continue;  // not judged yet: it waits
    auto fed = feed_change(target, entry.dot, again);
    if (!fed) return fed;
  }
  return {};
}

/// From machines whose scope a part has left: they show it no more.
Result<> Headquarters::withdraw_record(const RecordId& record) {
  auto line = replica_->store().record(record);
  auto lines = roster();
  if (!line || !lines) return fail(line ? lines.error() : line.error());
  if (!*line) return {};
  auto form = replica_->publications().newest_form((*line)->form);
  if (!form) return {};
  Store& store = replica_->store();
  for (const proto::Part& part : form->definition().part()) {
    auto targets = scope(*form, part, record, 0);
    if (!targets) return fail(targets.error());
    for (const RosterLine& machine : *lines) {
      if (targets->contains(machine.device)) continue;
      if (machine.retired || machine.forked) continue;
      const Bytes key = subscription_key(machine.device, record, part.id());
      auto held = store.get(subscription_shelf, key);
      if (!held) return fail(held.error());
      if (!*held || *held == withdrawn) continue;
      auto put = store.put(subscription_shelf, key, withdrawn);
      if (put) put = feed_withdrawal(machine.device, record, part.id());
      if (!put) return put;
    }
  }
  return {};
}

/// After a table says otherwise who is where, and whose superior.
Result<> Headquarters::place_anew(const std::string& table) {
  auto documents = newest_documents();
  if (!documents) return fail(documents.error());
  for (const StoredDocument& document : *documents) {
    if (document.kind != proto::DOCUMENT_KIND_FORM) continue;
    auto form = replica_->publications().newest_form(document.name);
    if (!form || !places_records(*form, table)) continue;
    std::vector<RecordId> records;
    auto read = replica_->store().each_record(form->id(), [&](const auto& one) {
      records.push_back(one.record);
      return true;
    });
    if (!read) return read;
    for (const RecordId& record : records) {
      auto placed = feed_record(record, {});
      if (placed) placed = withdraw_record(record);
      if (!placed) return placed;
    }
  }
  return {};
}

/// After a restore: the machine gave back a change of the part.
Result<> Headquarters::remember_some(const DeviceId& device,
                                     const RecordId& record,
                                     const std::string& part) {
  Store& store = replica_->store();
  const Bytes key = subscription_key(device, record, part);
  auto before = store.get(subscription_shelf, key);
  if (!before) return fail(before.error());
  if (*before == subscribed) return {};
  if (*before == withdrawn || *before == partly_again) {
    return store.put(subscription_shelf, key, partly_again);
  }
  return store.put(subscription_shelf, key, partly);
}

Result<> Headquarters::remember_withdrawn(const DeviceId& device,
                                          const RecordId& record,
                                          const std::string& part) {
  return replica_->store().put(
      subscription_shelf, subscription_key(device, record, part), withdrawn);
}

Result<std::vector<RosterLine>> holders(const Headquarters& headquarters,
                                        const RecordId& record,
                                        const std::string& part,
                                        const std::vector<Dot>& dots) {
  const Store& store = headquarters.replica().store();
  auto lines = headquarters.roster();
  if (!lines) return lines;
  std::set<DeviceId> found;
  for (const Dot& dot : dots) {
    auto entry = store.entry(dot);
    if (!entry) return fail(entry.error());
    if (*entry) found.insert((*entry)->device);
  }
  for (const RosterLine& machine : *lines) {
    auto held = store.get(subscription_shelf,
                          subscription_key(machine.device, record, part));
    if (!held) return fail(held.error());
    if (*held) found.insert(machine.device);
  }
  std::erase_if(*lines, [&](const RosterLine& machine) {
    return !found.contains(machine.device);
  });
  return lines;
}

}  // namespace relais::sync
