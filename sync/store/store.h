#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/store/stored.h"

namespace relais::sync {

/// The narrow interface that a second backend implements. One thread at a
/// time. Everything between begin() and commit() is durable when commit()
/// returns, or absent.
///
/// A *shelf* is an ordered map of byte strings for what is small and looked up
/// by key: the roster, invitations, drafts, refusals, kept feed packets.
///
/// A visitor may read from the store but not write to it: which of what it
/// wrote it would then be shown is not defined.
///
/// Fails with disk_full, corrupt, or busy (another process holds the home).
/// After a failed write commit() fails too, and nothing is kept.
class Store {
 public:
  virtual ~Store() = default;

  virtual Result<> begin() = 0;
  virtual Result<> commit() = 0;
  /// Never fails: what was not committed is gone.
  virtual void rollback() = 0;

  virtual Result<> put_journal(const StoredJournal& journal) = 0;
  virtual Result<std::optional<StoredJournal>> journal(
      const JournalId& id) const = 0;
  /// All journals of a device in a lane (every lane: LANE_UNSPECIFIED), in the
  /// order they were first put.
  virtual Result<std::vector<StoredJournal>> journals(const DeviceId& device,
                                                      Lane lane) const = 0;
  /// Journals whose header names this predecessor.
  virtual Result<std::vector<StoredJournal>> successors(
      const JournalId& predecessor) const = 0;
  /// Every device that wrote a journal held here.
  virtual Result<std::vector<DeviceId>> devices() const = 0;

  /// Same dot, same leaf: nothing happens but that what was missing is filled
  /// in (body, verdict, chained, record). Same dot, other leaf: corrupt, and
  /// the transaction goes on without it.
  virtual Result<> put_entry(const StoredEntry& entry) = 0;
  virtual Result<std::optional<StoredEntry>> entry(const Dot& dot) const = 0;
  /// Chained entries from `first` on, whole ones, stopping before their bytes
  /// pass `bytes_max` but always at least one if any is there.
  virtual Result<std::vector<StoredEntry>> entries(
      const JournalId& journal, std::uint64_t first,
      std::size_t bytes_max) const = 0;
  /// All changes of a part, chained or vouched, in dot order.
  virtual Result<std::vector<StoredEntry>> entries_of(
      const RecordId& record, std::string_view part) const = 0;
  /// Body and salt go; the rest stays: a stub. Harmless when it is one, or not
  /// here.
  virtual Result<> erase_body(const Dot& dot) = 0;
  /// not_found when the entry is not here.
  virtual Result<> set_verdict(const Dot& dot, const std::string& reason) = 0;

  virtual Result<> put_part(const StoredPart& part) = 0;
  virtual Result<std::optional<StoredPart>> part(
      const RecordId& record, std::string_view part) const = 0;
  virtual Result<std::vector<StoredPart>> parts(
      const RecordId& record) const = 0;
  /// Calls `visit` for every part in (record, part) order; stops at its first
  /// error and gives that.
  virtual Result<> each_part(
      const std::function<Result<>(const StoredPart&)>& visit) const = 0;
  /// Its fold and the changes that were vouched for; the record's line goes
  /// with its last part. What stands in a journal stays.
  virtual Result<> remove_part(const RecordId& record,
                               std::string_view part) = 0;

  virtual Result<> put_record(const StoredRecord& record) = 0;
  virtual Result<std::optional<StoredRecord>> record(
      const RecordId& id) const = 0;
  /// Another name of a record: a reference, or a draft's id, for ever. The
  /// first record that was given a name keeps it; a second is not an error.
  virtual Result<> put_alias(std::string_view name, const RecordId& id) = 0;
  virtual Result<> remove_alias(std::string_view name) = 0;
  virtual Result<std::optional<RecordId>> find_alias(
      std::string_view name) const = 0;
  /// Newest stamp first; `form` empty: every form. Visits until false.
  virtual Result<> each_record(
      std::string_view form,
      const std::function<bool(const StoredRecord&)>& visit) const = 0;

  /// corrupt when the hash is not that of the bytes.
  virtual Result<> put_document(const StoredDocument& document) = 0;
  virtual Result<std::optional<StoredDocument>> document(
      proto::DocumentKind kind, std::string_view name,
      std::uint32_t version) const = 0;
  /// All documents, by kind, name, version; without their bytes.
  virtual Result<std::vector<StoredDocument>> documents() const = 0;

  virtual Result<> put(std::string_view shelf, std::string_view key,
                       std::string_view value) = 0;
  virtual Result<std::optional<Bytes>> get(std::string_view shelf,
                                           std::string_view key) const = 0;
  virtual Result<> remove(std::string_view shelf, std::string_view key) = 0;
  /// Outside a transaction: what was erased leaves the disk, free pages and
  /// logs too. Writes everything anew: for purges, not for every day. busy: a
  /// reader still looks at what was; repeat it then.
  virtual Result<> scrub() = 0;

  /// In key order from `from` on (included). Visits until false.
  virtual Result<> scan(
      std::string_view shelf, std::string_view from,
      const std::function<bool(std::string_view key, std::string_view value)>&
          visit) const = 0;
};

}  // namespace relais::sync
