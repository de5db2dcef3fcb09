#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sync/crypto.h"
#include "sync/record/fold.h"
#include "sync/store/store.h"

namespace relais::sync {

/// What published files of one kind say, by the hash of their bytes: each is
/// parsed once however often it is read. Only what parses is kept.
template <class T>
class ParsedOnce {
 public:
  /// Null: never seen.
  std::shared_ptr<const T> find(const Hash& file) const {
    const auto known = known_.find(file);
    return known == known_.end() ? nullptr : known->second;
  }
  Result<std::shared_ptr<const T>> parse(std::string_view bytes) {
    const Hash file = hash({bytes});
    if (auto known = find(file)) return known;
    auto parsed = T::parse(bytes);
    if (parsed) known_.emplace(file, *parsed);
    return parsed;
  }

 private:
  std::map<Hash, std::shared_ptr<const T>> known_;
};

/// Threads: one; replicas of one thread may share it.
struct ParsedFiles {
  ParsedOnce<Form> forms;
  ParsedOnce<Table> tables;
};

/// Forms and reference tables as the store holds them, parsed once and shared.
/// Ownership: borrows the store, and the files if they are another's; null:
/// its own. Threads: the store's.
class PublicationShelf final : public Publications {
 public:
  explicit PublicationShelf(Store& store, ParsedFiles* files = nullptr)
      : store_(&store), files_(files != nullptr ? files : &own_) {}
  PublicationShelf(const PublicationShelf&) = delete;
  PublicationShelf& operator=(const PublicationShelf&) = delete;

  std::shared_ptr<const Form> form(const std::string& id,
                                   std::uint32_t version) const override;
  std::shared_ptr<const Tables> tables(std::uint32_t version) const override;

  /// The newest version here; null when there is none.
  std::shared_ptr<const Form> newest_form(const std::string& id) const;
  std::shared_ptr<const Tables> newest_tables() const;
  std::vector<std::shared_ptr<const Form>> newest_forms() const;
  /// Never null. corrupt: none is here, or the disk did not give them.
  Result<std::shared_ptr<const Tables>> readable_tables() const;

  /// Adds a document in the open transaction. A form must parse; a table's
  /// version is that of the reference data as a whole. Repeating is harmless.
  Result<> add(const StoredDocument& document);
  /// A transaction ended; what a rolled-back one added is forgotten.
  void on_end(bool committed);
  /// The store's error, if it failed since this was last asked while something
  /// published was read: then what looked unpublished may be published, and
  /// nothing that follows from it may be kept or said.
  Result<> intact() const;

 private:
  const std::vector<StoredDocument>& index() const;
  template <class T>
  std::shared_ptr<const T> read(ParsedOnce<T>& files,
                                const StoredDocument& listed) const;
  void reload();

  Store* store_;
  ParsedFiles own_;
  ParsedFiles* files_;
  mutable std::vector<StoredDocument> index_;  ///< without bytes
  mutable bool loaded_ = false;
  mutable std::optional<Error> failure_;
  bool added_ = false;  ///< in the open transaction
  mutable std::map<std::pair<std::string, std::uint32_t>,
                   std::shared_ptr<const Form>>
      forms_;
  mutable std::map<std::uint32_t, std::shared_ptr<const Tables>> tables_;
};

}  // namespace relais::sync
