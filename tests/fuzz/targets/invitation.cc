#include "sync/journal/file.h"
#include "sync/journal/receipt.h"
#include "sync/journal/wire.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

/// A machine that nobody has enrolled yet.
test::Node& newcomer() {
  static test::TemporaryFolder folder;
  static test::Node node(folder / "new.db");
  return node;
}

}  // namespace

// As it lies on the stick, and signed by whoever it names as headquarters.
FUZZ_TARGET(invitation, proto::Invitation) {
  const auto raw = sync::decode_invitation(
      sync::Bytes(sync::invitation_file_magic) + sync::Bytes(input));
  proto::Invitation invitation;
  if (!sync::parse(input, invitation)) {
    CHECK(!raw);
    return;
  }
  static const fuzz::Party headquarters = fuzz::fixed_party(2);
  if (invitation.headquarters().sign().empty()) {
    invitation.mutable_headquarters()->set_sign(headquarters.sign.public_key);
  }
  sync::sign_invitation(invitation, headquarters.sign);

  const auto read =
      sync::decode_invitation(sync::encode_invitation(invitation));

  if (!read) return;
  CHECK(sync::serialise(*read) == sync::serialise(invitation));
  fuzz::Place::undo(newcomer(), [&] {
    const auto taken = newcomer().post().take_invitation(*read);
    CHECK(!taken || sync::verify_invitation(*read));
    if (taken) CHECK(newcomer().post().enrolment()->post == read->post());
  });
}
