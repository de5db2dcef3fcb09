#include <algorithm>

#include "sync/limits.h"
#include "sync/replica/headquarters.h"
#include "sync/replica/slip.h"
#include "sync/replica/waiting.h"

namespace relais::sync {

Result<std::vector<StoredDocument>> Headquarters::newest_documents() const {
  auto all = replica_->store().documents();
  if (!all) return fail(all.error());
  std::vector<StoredDocument> newest;
  for (StoredDocument& document : *all) {  // by kind, name, version
    if (!newest.empty() && newest.back().kind == document.kind &&
        newest.back().name == document.name) {
      newest.back() = std::move(document);
    } else {
      newest.push_back(std::move(document));
    }
  }
  // Tables in the order of their versions: each names the state after it.
  std::stable_sort(newest.begin(), newest.end(),
                   [](const StoredDocument& a, const StoredDocument& b) {
                     if (a.kind != b.kind) return a.kind < b.kind;
                     return a.kind == proto::DOCUMENT_KIND_TABLE &&
                            a.version < b.version;
                   });
  return newest;
}

Result<> Headquarters::publish(const StoredDocument& document,
                               const DeviceId* giver) {
  auto added = replica_->publications().add(document);
  if (added) added = refold_waiting(*replica_);
  if (!added) return added;
  auto lines = roster();
  if (!lines) return fail(lines.error());
  for (const RosterLine& line : *lines) {
    if (line.retired || line.forked) continue;
    if (giver != nullptr && line.device == *giver) continue;
    const auto tables = replica_->publications().newest_tables();
    if (!is_for_post(document, tables.get(), line.post)) continue;
    if (auto fed = feed_document(line.device, document); !fed) return fed;
  }
  return {};
}

/// A machine gave it back after a restore: the others may not have it yet.
Result<> Headquarters::publish_again(const StoredDocument& document,
                                     const DeviceId& giver) {
  if (auto added = publish(document, &giver); !added) return added;
  return document.kind == proto::DOCUMENT_KIND_TABLE ? place_anew(document.name)
                                                     : Result<>();
}

Result<> Headquarters::publish_form(std::string_view file) {
  if (file.size() > limits::document_bytes_max) {
    return fail(Errc::over_limit, "The file {0} is too large to be published",
                {"form"});
  }
  auto form = Form::parse(file);
  if (!form) return fail(form.error());
  auto faults = check_form(**form);
  auto before = replica_->publications().newest_form((*form)->id());
  if (before) {
    if (before->version() == (*form)->version()) {
      return fail(Errc::already, "Version {0} of the form {1} is published",
                  {std::to_string(before->version().number), before->id()});
    }
    if (before->version().number >= (*form)->version().number) {
      return fail(Errc::invalid,
                  "The form {0} is at version {1}: publish a higher one",
                  {before->id(), std::to_string(before->version().number)});
    }
    for (Sentence& fault : check_next_version(*before, **form)) {
      faults.push_back(std::move(fault));
    }
  }
  if (!faults.empty()) return fail(Error{Errc::invalid, faults.front()});
  StoredDocument document;
  document.kind = proto::DOCUMENT_KIND_FORM;
  document.name = (*form)->id();
  document.version = (*form)->version().number;
  document.bytes = file;
  document.hash = hash({file});
  return publish(document);
}

Result<> Headquarters::publish_table(const std::string& name,
                                     std::string_view csv) {
  if (csv.size() > limits::document_bytes_max) {
    return fail(Errc::over_limit, "The file {0} is too large to be published",
                {name});
  }
  auto table = Table::parse(csv);
  if (!table) return fail(table.error());
  StoredDocument document;
  document.kind = proto::DOCUMENT_KIND_TABLE;
  document.name = name;
  document.bytes = csv;
  document.hash = hash({csv});
  auto all = replica_->store().documents();
  if (!all) return fail(all.error());
  Version before;
  const StoredDocument* same = nullptr;
  for (const StoredDocument& one : *all) {
    if (one.kind != proto::DOCUMENT_KIND_TABLE) continue;
    if (one.version >= before.number) {
      before = {one.version, one.version_hash};
    }
    if (one.name == name) same = &one;  // versions rise
  }
  if (same != nullptr && same->hash == document.hash) {
    return fail(Errc::already, "The table {0} is so already", {name});
  }
  const Version next = next_version(before, name, document.hash);
  document.version = next.number;
  document.version_hash = next.hash;
  if (auto published = publish(document); !published) return published;
  return place_anew(name);
}

}  // namespace relais::sync
