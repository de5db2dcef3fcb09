#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/store/database.h"
#include "sync/store/store.h"

namespace relais::sync {

/// The store in one SQLite file. Every row carries a sum that every read
/// checks: a damaged row is corrupt, naming it, and never read as something
/// else.
///
/// Threads     One at a time.
/// Durability  commit() returns after the WAL is on the disk. A write outside
///             begin() and commit() is a transaction of its own.
/// Limits      cache_bytes of pages in memory. After disk_full the store goes
///             on; after the disk itself failed only a new one may write.
class SqliteStore final : public Store {
 public:
  /// Makes the file and its tables, or migrates them, unless read_only. Fails
  /// with busy, version (a newer program wrote it), not_found or corrupt.
  static Result<std::unique_ptr<SqliteStore>> open(
      const std::filesystem::path& path, OpenMode mode);
  static Result<std::unique_ptr<SqliteStore>> open(
      const std::filesystem::path& path, const OpenOptions& options);

  /// For backup() and audit().
  Database& database() { return *database_; }
  Result<> scrub() override { return database_->scrub(); }
  Result<> checkpoint() { return database_->checkpoint(); }

  Result<> begin() override { return database_->begin(); }
  Result<> commit() override { return database_->commit(); }
  void rollback() override { database_->rollback(); }

  Result<> put_journal(const StoredJournal& journal) override;
  Result<std::optional<StoredJournal>> journal(
      const JournalId& id) const override;
  Result<std::vector<StoredJournal>> journals(const DeviceId& device,
                                              Lane lane) const override;
  Result<std::vector<StoredJournal>> successors(
      const JournalId& predecessor) const override;
  Result<std::vector<DeviceId>> devices() const override;

  Result<> put_entry(const StoredEntry& entry) override;
  Result<std::optional<StoredEntry>> entry(const Dot& dot) const override;
  Result<std::vector<StoredEntry>> entries(
      const JournalId& journal, std::uint64_t first,
      std::size_t bytes_max) const override;
  Result<std::vector<StoredEntry>> entries_of(
      const RecordId& record, std::string_view part) const override;
  Result<> erase_body(const Dot& dot) override;
  Result<> set_verdict(const Dot& dot, const std::string& reason) override;

  Result<> put_part(const StoredPart& part) override;
  Result<std::optional<StoredPart>> part(const RecordId& record,
                                         std::string_view part) const override;
  Result<std::vector<StoredPart>> parts(const RecordId& record) const override;
  Result<> each_part(
      const std::function<Result<>(const StoredPart&)>& visit) const override;
  Result<> remove_part(const RecordId& record, std::string_view part) override;

  Result<> put_record(const StoredRecord& record) override;
  Result<std::optional<StoredRecord>> record(const RecordId& id) const override;
  Result<> put_alias(std::string_view name, const RecordId& id) override;
  Result<> remove_alias(std::string_view name) override;
  Result<std::optional<RecordId>> find_alias(
      std::string_view name) const override;
  Result<> each_record(
      std::string_view form,
      const std::function<bool(const StoredRecord&)>& visit) const override;

  Result<> put_document(const StoredDocument& document) override;
  Result<std::optional<StoredDocument>> document(
      proto::DocumentKind kind, std::string_view name,
      std::uint32_t version) const override;
  Result<std::vector<StoredDocument>> documents() const override;

  Result<> put(std::string_view shelf, std::string_view key,
               std::string_view value) override;
  Result<std::optional<Bytes>> get(std::string_view shelf,
                                   std::string_view key) const override;
  Result<> remove(std::string_view shelf, std::string_view key) override;
  Result<> scan(
      std::string_view shelf, std::string_view from,
      const std::function<bool(std::string_view key, std::string_view value)>&
          visit) const override;

 private:
  explicit SqliteStore(std::unique_ptr<Database> database);
  Result<> fill_in(const StoredEntry& entry);
  Result<> replace(const StoredEntry& entry);

  std::unique_ptr<Database> database_;
};

}  // namespace relais::sync
