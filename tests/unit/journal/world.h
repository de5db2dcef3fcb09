#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sync/crypto.h"
#include "sync/journal/entry.h"
#include "sync/journal/packet.h"
#include "sync/random.h"
#include "sync/record/change.h"
#include "sync/record/form.h"

/// The small world of the golden files: one post, headquarters, three journals
/// and what was written in them. Everything has a fixed value.
namespace relais::test {

/// first, first + 1, first + 2, ...: bytes that are easy to see in a document.
sync::Bytes counting(std::uint8_t first, std::size_t count);

class CountingRandom final : public sync::Random {
 public:
  explicit CountingRandom(std::uint8_t first) : next_(first) {}
  sync::Bytes bytes(std::size_t count) override;

 private:
  std::uint8_t next_;
};

struct MachineOf {
  sync::KeyPair sign;
  sync::KeyPair box;
  sync::DeviceId device;
  sync::KeyId reader() const { return sync::key_id(box.public_key); }
};
const MachineOf& the_post();
const MachineOf& headquarters();
/// A machine that nobody knows.
const MachineOf& a_stranger();

/// Knows the post and headquarters.
class KnownKeys final : public sync::SigningKeys {
 public:
  sync::Bytes signing_key(const sync::DeviceId& device) const override;
};

std::shared_ptr<const sync::Form> golden_form();

/// A journal as its writer holds it.
struct WrittenJournal {
  sync::Header header;
  sync::Bytes header_bytes;
  sync::Bytes seed;
  std::vector<sync::Entry> entries;

  void append(sync::Bytes meta, sync::Bytes body);
  sync::Hash head(std::uint64_t position) const;
  /// What a packet of these positions is cut from, seed included.
  sync::PacketRange range(std::uint64_t first, std::uint64_t last) const;
};
/// Positions 1 to 6: root, lowered ratchet, decide, undo, a step back from a
/// hold, an entry of a log.
const WrittenJournal& post_journal();
/// Positions 1 and 2: a purge of the root, and a decision on the state.
const WrittenJournal& desk_journal();
/// Positions 1 to 4: reference, document, notice, withdraw.
const WrittenJournal& feed_journal();
/// Salt and body of the one reference of feed_journal().
proto::Attachment feed_attachment();

/// The changes of post_journal(), as they were before they were written.
std::vector<sync::Change> post_changes();
std::vector<sync::Change> desk_changes();

}  // namespace relais::test
