#pragma once

#include <cstdint>
#include <string>

#include "sync/store/store.h"

/// What a post writes, made up, with journals whose chains verify.
namespace relais::test {

/// The id whose bytes spell `number`, big-endian, at the end.
template <class Id>
Id numbered(std::uint64_t number) {
  Id id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[id.bytes.size() - 1 - i] =
        static_cast<std::uint8_t>(number >> (8 * i));
  }
  return id;
}

/// A journal being written: append() gives the entry and moves `stored` on.
struct SampleJournal {
  SampleJournal(std::uint64_t number, sync::Lane lane,
                std::uint64_t device = 1);
  /// Opened after `before`, whose head its header names.
  SampleJournal(std::uint64_t number, const SampleJournal& before);
  sync::StoredEntry append(const sync::RecordId& record,
                           const std::string& part, const std::string& body);

  sync::StoredJournal stored;
};

/// The same entry as a machine holds it whose body was erased.
sync::StoredEntry stub_of(sync::StoredEntry entry);

sync::StoredPart sample_part(std::uint64_t record, const std::string& part,
                             const std::string& state);
sync::StoredRecord sample_record(std::uint64_t record, std::int64_t stamp,
                                 const std::string& form = "incident");
sync::StoredDocument sample_document(proto::DocumentKind kind,
                                     const std::string& name,
                                     std::uint32_t version,
                                     const std::string& bytes);

/// Everything that the store's interface can list, in order, as one text: two
/// stores are equal when their dumps are. Not verdicts of entries that no part
/// and no journal here reaches, nor aliases but those of sample records.
/// Begins with "error" when something cannot be read.
std::string dump(const sync::Store& store);

/// A little of everything, in one transaction.
sync::Result<> fill_with_samples(sync::Store& store);

/// One save as the replica makes it, in one transaction: number `n` of the
/// journal. Record n % 3 gets it.
sync::Result<> save(sync::Store& store, SampleJournal& journal);

}  // namespace relais::test
