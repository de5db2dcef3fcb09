#pragma once

#include <string_view>

#include "proto/session.pb.h"
#include "sync/crypto.h"
#include "sync/result.h"

namespace relais::sync {

/// Contexts of every signature besides the packet's (sync-model 6, 7).
inline constexpr std::string_view receipt_context = "relais/receipt/1";
inline constexpr std::string_view letter_context = "relais/letter/1";
inline constexpr std::string_view grant_context = "relais/grant/1";
inline constexpr std::string_view invitation_context = "relais/invitation/1";

/// SignedReceipt, serialised.
Bytes sign_receipt(const proto::Receipt& receipt, const KeyPair& key);
/// denied: not headquarters' signature; wire_format: not a receipt.
Result<proto::Receipt> open_receipt(std::string_view signed_receipt,
                                    std::string_view headquarters_key);

/// A frame for a file: signed by the sender, sealed to the recipient.
Result<Bytes> seal_letter(const proto::Frame& frame, const DeviceId& sender,
                          const KeyPair& key, std::string_view box_public_key);
struct OpenedLetter {
  DeviceId sender;
  proto::Frame frame;
  Bytes frame_bytes;
  Bytes signature;
};
/// Unseals only: the caller looks the sender up (roster, or the Join of the
/// same file) and then asks verify_letter().
Result<OpenedLetter> unseal_letter(std::string_view sealed,
                                   const KeyPair& box_key);
bool verify_letter(const OpenedLetter& letter, std::string_view public_key);

/// Proof of the code's secret in a Join (session.proto).
Bytes join_proof(std::string_view secret, const proto::DeviceKeys& keys,
                 std::string_view request);

/// Grant and Invitation: signed over their other fields.
void sign_grant(proto::Grant& grant, const KeyPair& key);
bool verify_grant(const proto::Grant& grant, std::string_view public_key);
void sign_invitation(proto::Invitation& invitation, const KeyPair& key);
bool verify_invitation(const proto::Invitation& invitation);

}  // namespace relais::sync
