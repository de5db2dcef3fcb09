#include "sync/journal/file.h"
#include "sync/journal/packet.h"
#include "sync/journal/packet_format.h"
#include "sync/journal/receipt.h"
#include "sync/journal/wire.h"

namespace relais::sync {
namespace {

constexpr std::string_view join_context = "relais/join/1";

/// What a signature inside a message covers: everything but itself.
template <class M>
Bytes without_signature(M message) {
  message.clear_signature();
  return serialise(message);
}

tl::unexpected<Error> bad_letter() {
  return fail(Errc::wire_format,
              "A letter in a file cannot be read: it is not as any version of "
              "the program writes it. Copy the file again.");
}

}  // namespace

Result<Bytes> seal_letter(const proto::Frame& frame, const DeviceId& sender,
                          const KeyPair& key, std::string_view box_public_key) {
  proto::Letter letter;
  letter.set_device(Bytes(sender.view()));
  letter.set_frame(serialise(frame));
  letter.set_signature(sign(key, letter_context, letter.frame()));
  return seal_packet(serialise(letter), box_public_key);
}

Result<OpenedLetter> unseal_letter(std::string_view sealed,
                                   const KeyPair& box_key) {
  const auto bytes = packet_format::unseal_for(box_key, sealed);
  if (!bytes) return fail(bytes.error());
  proto::Letter letter;
  if (!parse(*bytes, letter) || has_unknown(letter)) return bad_letter();
  const auto sender = DeviceId::from_bytes(letter.device());
  if (!sender || letter.signature().empty()) return bad_letter();
  auto frame = decode_frame(letter.frame());
  if (!frame) return fail(frame.error());
  OpenedLetter opened;
  opened.sender = *sender;
  opened.frame = *std::move(frame);
  opened.frame_bytes = letter.frame();
  opened.signature = letter.signature();
  return opened;
}

bool verify_letter(const OpenedLetter& letter, std::string_view public_key) {
  return device_id(public_key) == letter.sender &&
         verify(public_key, letter_context, letter.frame_bytes,
                letter.signature);
}

Bytes join_proof(std::string_view secret, const proto::DeviceKeys& keys,
                 std::string_view request) {
  Bytes message;
  put_text(message, join_context);
  message += keys.sign();
  message += keys.box();
  message += request;
  // The secret of a code is shorter than a key may be; its hash is not.
  const Hash key = hash({secret});
  return Bytes(keyed_hash(key.view(), message).view());
}

void sign_grant(proto::Grant& grant, const KeyPair& key) {
  grant.set_signature(sign(key, grant_context, without_signature(grant)));
}

bool verify_grant(const proto::Grant& grant, std::string_view public_key) {
  return verify(public_key, grant_context, without_signature(grant),
                grant.signature());
}

void sign_invitation(proto::Invitation& invitation, const KeyPair& key) {
  invitation.set_signature(
      sign(key, invitation_context, without_signature(invitation)));
}

bool verify_invitation(const proto::Invitation& invitation) {
  return verify(invitation.headquarters().sign(), invitation_context,
                without_signature(invitation), invitation.signature());
}

}  // namespace relais::sync
