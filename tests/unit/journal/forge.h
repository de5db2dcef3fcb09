#pragma once

#include "sync/journal/packet.h"
#include "tests/unit/journal/world.h"

namespace relais::test {

/// A packet of the post, taken apart; what a test changes is packed and signed
/// again as a machine with that key could have done it.
struct Forge {
  proto::PacketStatement statement;
  proto::SignedPacket packet;
  proto::PacketBody body;
  sync::KeyPair key = the_post().sign;

  /// A packet of post_journal(), sent raw.
  Forge(std::uint64_t first, std::uint64_t last);
  /// Of a range that sign_packet() takes, by its sender.
  Forge(const sync::PacketRange& range, const MachineOf& sender,
        const MachineOf& reader);

  /// With the body as it stands now, raw.
  sync::Bytes bytes();
  /// With these bytes as the body, whatever they are.
  sync::Bytes bytes_with(sync::Bytes packed, std::uint32_t codec);
  /// Chains the entries anew, so that only what was changed is wrong.
  void chain_again();

 private:
  void take_apart(const sync::Bytes& signed_packet);
};

/// Reads as headquarters would: "accepted", or the code and first argument.
struct Refusal {
  sync::Errc code;
  std::string what;
  std::vector<std::string> arguments;
};
std::optional<Refusal> refusal_of(const sync::Bytes& signed_packet);

}  // namespace relais::test
