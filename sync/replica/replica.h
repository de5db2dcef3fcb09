#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sync/record/fold.h"
#include "sync/replica/machine.h"
#include "sync/replica/publications.h"
#include "sync/replica/vault.h"

namespace relais::sync {

/// The change that a stored entry holds.
Result<Change> change_of(const StoredEntry& entry);

/// A part of a record that something touched.
using PartKey = std::pair<RecordId, std::string>;

/// One machine's records: ties journals, store and fold together. What both
/// ends share; a post adds Post, headquarters adds Headquarters.
///
/// Every function that writes runs inside a transaction that the caller opened
/// with transact(): a save is durable, whole, when transact() returns.
///
/// Ownership   Borrows the machine's store, clock and random.
/// Threads     One only: the store's.
class Replica {
 public:
  explicit Replica(Machine machine);

  /// Runs `work` between begin and commit; rolls back when it fails and gives
  /// its error. Caches that a rollback makes untrue are dropped.
  Result<> transact(const std::function<Result<>()>& work);
  /// Called at the end of every transaction, before its commit, with the parts
  /// it folded anew; may append. Headquarters judges, publishes and feeds here.
  /// It empties the set as it goes; what it appends is added to it again.
  using Settle = std::function<Result<>(std::set<PartKey>& touched)>;
  void settle_with(Settle settle) { settle_ = std::move(settle); }
  /// Called after a rollback, for what the caller remembers of it.
  void forget_with(std::function<void()> forget) {
    forget_ = std::move(forget);
  }

  // -- writing, inside a transaction
  /// Gives the change its dot, device, stamp and clocks, writes it to this
  /// run's journal of the lane (opened at the first write) and folds its part
  /// anew. The caller has set record unless the change is the root of a free
  /// record (record zero): then it is named after its dot.
  Result<Dot> append(Change& change, Lane lane);
  /// The lane's journal of this run, for append_entry().
  Result<StoredJournal*> open_journal(Lane lane);
  /// Appends an entry that is no change (feeds) to a journal of our own.
  Result<std::uint64_t> append_entry(StoredJournal& journal,
                                     const proto::EntryMeta& meta,
                                     const proto::EntryBody& body);
  /// Puts the next entry of a journal and moves the journal's end.
  Result<> extend(StoredJournal& journal, const StoredEntry& entry);
  Result<> update_journal(const StoredJournal& journal);  ///< held, sent
  /// Takes in a change that came from elsewhere; the fold runs in refold().
  /// What a purge erased of it is left out.
  Result<> take(StoredEntry entry);
  /// This machine may hold the part no more: shown nowhere, gone from the disk.
  /// What was written here stays in its journals, for the day it comes back.
  Result<> give_up(const RecordId& record, const std::string& part);
  Result<bool> gave_up(const PartKey& part) const;
  /// A legal purge: what it names loses body and salt here, now or when it
  /// arrives, and their journals, if ours, their seed; they go on in others.
  Result<> obey(const Change& purge);
  /// A change of ours that is archived does so too; the caller folds it anew.
  Result<> let_go(const Dot& dot, const std::string& verdict);
  /// What this transaction erases leaves the disk after its commit.
  Result<> scrub_after();
  /// Outside a transaction: scrubs the disk, if that is still to be done.
  Result<> finish_forgetting();
  /// Folds a part anew from its changes and updates cache and record index.
  Result<PartState> refold(const RecordId& record, const std::string& part,
                           const std::string& form);
  /// The best guess at the present, never before the last signed time heard.
  std::int64_t now_ms() const;
  /// A signed headquarters time was heard: stamps never fall behind it.
  Result<> hear_time(std::int64_t headquarters_ms);
  // -- reading
  /// The cached fold, or an empty optional when this machine holds nothing of
  /// the part. A cache of another fold version is folded anew.
  Result<std::optional<PartState>> part(const RecordId& record,
                                        const std::string& part) const;
  Result<std::vector<PartState>> parts(const RecordId& record) const;
  /// By id, reference or draft alias. not_found names what was asked;
  /// invalid, with their ids: two records bear the reference.
  Result<StoredRecord> find(std::string_view name) const;
  /// The change behind a dot; not_found when it is not here.
  Result<Change> change(const Dot& dot) const;
  /// h(position) of a journal held here in an unbroken prefix.
  Result<Hash> head_at(const StoredJournal& journal,
                       std::uint64_t position) const;
  Result<std::vector<Change>> changes(const RecordId& record,
                                      const std::string& part) const;

  /// Rebuilds every part from its journalled changes and compares it with the
  /// cache and the index; asks for every journalled change whether its part is
  /// here. One sentence per fault; empty: good. (The chain and the rows are
  /// the store's audit.) `stop` as audit() has it, asked after each part.
  Result<std::vector<Sentence>> verify(
      const std::function<bool()>& stop = {}) const;

  const MachineKeys& keys() const { return machine_.keys; }
  Store& store() const { return *machine_.store; }
  Clock& clock() const { return *machine_.clock; }
  Random& random() const { return *machine_.random; }
  PublicationShelf& publications() const { return publications_; }
  Vaults& vaults() const { return vaults_; }

 private:
  Result<PartState> grow(const Change& change);
  Result<> keep(const PartState& state);
  Result<> index_record(const PartState& state);
  Result<> name_record(const PartState& state, StoredRecord& line);
  Result<std::uint32_t> conflicts_elsewhere(const PartState& state) const;
  Result<PartHistory> history(const RecordId& record,
                              const std::string& part) const;
  bool names_our_files(const Change& change) const;
  Result<> erase(const Dot& dot, const struct Tombstone& stone);
  Result<> forget_names(const StoredEntry& entry);
  Result<> close_journal(const JournalId& id);
  Result<> verify_part(const StoredPart& part,
                       std::vector<Sentence>& faults) const;
  std::int64_t next_stamp(const Change& change) const;

  Machine machine_;
  mutable PublicationShelf publications_;
  mutable Vaults vaults_;
  std::map<Lane, StoredJournal> journal_;  ///< of this run
  std::int64_t run_started_ = 0;           ///< monotonic
  std::int64_t base_stamp_ = 0;  ///< later of heard time and own last stamp
  std::int64_t last_stamp_ = 0;
  Settle settle_;
  std::function<void()> forget_;
  std::set<PartKey> touched_;  ///< in the open transaction
  bool forgetting_ = false;    ///< it obeyed a purge
};

}  // namespace relais::sync
