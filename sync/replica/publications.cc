#include "sync/replica/publications.h"

#include <algorithm>
#include <utility>

#include "sync/replica/sealed_lane.h"

namespace relais::sync {
namespace {

bool is_table(const StoredDocument& document) {
  return document.kind == proto::DOCUMENT_KIND_TABLE;
}

}  // namespace

const std::vector<StoredDocument>& PublicationShelf::index() const {
  if (!loaded_) {
    auto documents = store_->documents();
    if (!documents) failure_ = documents.error();
    index_ = documents ? std::move(*documents) : std::vector<StoredDocument>{};
    loaded_ = documents.has_value();
  }
  return index_;
}

void PublicationShelf::reload() {
  loaded_ = false;
  index_.clear();
  forms_.clear();
  tables_.clear();
}

void PublicationShelf::on_end(bool committed) {
  if (added_ && !committed) reload();
  added_ = false;
}

Result<> PublicationShelf::intact() const {
  const auto failure = std::exchange(failure_, std::nullopt);
  return failure ? Result<>(fail(*failure)) : Result<>();
}

/// The bytes are asked for only when nobody read this file before.
template <class T>
std::shared_ptr<const T> PublicationShelf::read(
    ParsedOnce<T>& files, const StoredDocument& listed) const {
  if (auto known = files.find(listed.hash)) return known;
  auto whole = store_->document(listed.kind, listed.name, listed.version);
  if (!whole) failure_ = whole.error();
  if (!whole || !*whole) return nullptr;
  return files.parse((*whole)->bytes).value_or(nullptr);
}

std::shared_ptr<const Form> PublicationShelf::form(
    const std::string& id, std::uint32_t version) const {
  auto& form = forms_[{id, version}];
  if (form) return form;
  for (const StoredDocument& document : index()) {
    if (document.kind != proto::DOCUMENT_KIND_FORM) continue;
    if (document.name != id || document.version != version) continue;
    form = read(files_->forms, document);
  }
  return form;
}

std::shared_ptr<const Form> PublicationShelf::newest_form(
    const std::string& id) const {
  std::uint32_t newest = 0;
  for (const StoredDocument& document : index()) {
    if (document.kind == proto::DOCUMENT_KIND_FORM && document.name == id) {
      newest = std::max(newest, document.version);
    }
  }
  return newest == 0 ? nullptr : form(id, newest);
}

std::vector<std::shared_ptr<const Form>> PublicationShelf::newest_forms()
    const {
  std::map<std::string, std::uint32_t> newest;
  for (const StoredDocument& document : index()) {
    if (document.kind != proto::DOCUMENT_KIND_FORM) continue;
    auto& version = newest[document.name];
    version = std::max(version, document.version);
  }
  std::vector<std::shared_ptr<const Form>> forms;
  for (const auto& [id, version] : newest) {
    if (auto found = form(id, version)) forms.push_back(std::move(found));
  }
  return forms;
}

std::shared_ptr<const Tables> PublicationShelf::tables(
    std::uint32_t version) const {
  auto [place, fresh] = tables_.try_emplace(version);
  if (!fresh && place->second) return place->second;
  auto tables = std::make_shared<Tables>();
  tables->version.number = version;
  std::map<std::string, const StoredDocument*> newest;
  bool known = version == 0;
  for (const StoredDocument& document : index()) {
    if (!is_table(document) || document.version > version) continue;
    if (document.version == version) {
      known = true;
      tables->version.hash = document.version_hash;
    }
    const StoredDocument*& held = newest[document.name];
    if (held == nullptr || held->version < document.version) held = &document;
  }
  if (!known) return nullptr;
  for (const auto& [name, document] : newest) {
    auto table = read(files_->tables, *document);
    if (!table) return nullptr;
    tables->table[name] = std::move(table);
  }
  place->second = std::move(tables);
  return place->second;
}

std::shared_ptr<const Tables> PublicationShelf::newest_tables() const {
  std::uint32_t newest = 0;
  for (const StoredDocument& document : index()) {
    if (is_table(document)) newest = std::max(newest, document.version);
  }
  return tables(newest);
}

Result<std::shared_ptr<const Tables>> PublicationShelf::readable_tables()
    const {
  auto tables = newest_tables();
  if (tables) return tables;
  return sync::fail(Errc::corrupt,
                    "The reference tables cannot be read on this machine: try "
                    "again, then run `verify`");
}

Result<> PublicationShelf::add(const StoredDocument& document) {
  if (document.kind == proto::DOCUMENT_KIND_FORM) {
    if (auto form = files_->forms.parse(document.bytes); !form) {
      return fail(form.error());
    }
  } else if (is_table(document)) {
    if (auto table = files_->tables.parse(document.bytes); !table) {
      return fail(table.error());
    }
  } else if (document.kind == proto::DOCUMENT_KIND_RECIPIENTS) {
    if (auto next = may_be_next(*store_, document.bytes); !next) {
      // Whoever sends it: the older ones stand, and it is said.
      return set_fact(*store_, refused_recipients, next.error().what.id);
    }
    auto calm = set_fact(*store_, refused_recipients, {});
    if (!calm) return calm;
  }
  auto put = store_->put_document(document);
  added_ = true;
  reload();
  return put;
}

}  // namespace relais::sync
