#pragma once

#include <cstdint>

#include "sync/crypto.h"
#include "sync/journal/packet.h"
#include "tests/fuzz/hostile.pb.h"

/// Makes of hostile contents what their reader expects: chained, signed and
/// sealed with keys that it knows.
namespace relais::fuzz {

struct Party {
  sync::KeyPair sign;
  sync::KeyPair box;
  sync::DeviceId device;
};

/// The same keys every time.
Party fixed_party(std::uint8_t seed);

/// Who writes to whom. In `lane` where the packet names none.
struct Road {
  Party from;
  Party to;
  sync::Lane lane = proto::LANE_URGENT;
};

/// Knows both ends of a road.
class BothEnds final : public sync::SigningKeys {
 public:
  explicit BothEnds(const Road& road) : road_(&road) {}
  sync::Bytes signing_key(const sync::DeviceId& device) const override;

 private:
  const Road* road_;
};

sync::Bytes signed_packet(const HostilePacket& packet, const Road& road);
/// Any bytes in the place of a SignedPacket.
proto::SealedPacket sealed(std::string_view signed_packet, const Road& road);

/// The frames of one request or one answer. `nonce` and the reader's name
/// stand where the frame names none.
sync::Bytes stream_of(const HostileStream& stream, const Road& road,
                      std::string_view nonce);
/// The same as a .relais file.
sync::Bytes file_of(const HostileStream& stream, const Road& road);

}  // namespace relais::fuzz
