#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sync/record/fold.h"
#include "sync/store/store.h"

namespace relais::sync {

/// Forms and reference tables as the store holds them, parsed once and shared.
/// Ownership: borrows the store. Threads: the store's.
class PublicationShelf final : public Publications {
 public:
  explicit PublicationShelf(Store& store) : store_(&store) {}

  std::shared_ptr<const Form> form(const std::string& id,
                                   std::uint32_t version) const override;
  std::shared_ptr<const Tables> tables(std::uint32_t version) const override;

  /// The newest version here; null when there is none.
  std::shared_ptr<const Form> newest_form(const std::string& id) const;
  std::shared_ptr<const Tables> newest_tables() const;
  std::vector<std::shared_ptr<const Form>> newest_forms() const;

  /// Adds a document in the open transaction. A form must parse; a table's
  /// version is that of the reference data as a whole. Repeating is harmless.
  Result<> add(const StoredDocument& document);
  /// Forget what a rolled-back transaction may have added.
  void reload();

 private:
  const std::vector<StoredDocument>& index() const;

  Store* store_;
  mutable std::vector<StoredDocument> index_;  ///< without bytes
  mutable bool loaded_ = false;
  mutable std::map<std::pair<std::string, std::uint32_t>,
                   std::shared_ptr<const Form>>
      forms_;
  mutable std::map<std::uint32_t, std::shared_ptr<const Tables>> tables_;
  mutable std::map<std::pair<std::string, std::uint32_t>,
                   std::shared_ptr<const Table>>
      table_;
};

}  // namespace relais::sync
