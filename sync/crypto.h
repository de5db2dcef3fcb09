#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "sync/ids.h"
#include "sync/random.h"
#include "sync/result.h"
#include "sync/secret.h"

namespace relais::sync {

/// Prepares libsodium; call once before anything else here. Harmless again.
void start_crypto();

/// H(a, b, ...): BLAKE2b-256 over each argument preceded by its length (u32,
/// big-endian).
Hash hash(std::initializer_list<std::string_view> arguments);
/// H128 of the same: BLAKE2b with a 16-byte digest, not a cut of H.
std::array<std::uint8_t, 16> hash128(
    std::initializer_list<std::string_view> arguments);
/// BLAKE2b with a 16-byte digest over the bytes as they are.
std::array<std::uint8_t, 16> hash128_raw(std::string_view bytes);
/// BLAKE2b-256 keyed with `key` (16 to 64 bytes) over the bytes as they are.
Hash keyed_hash(std::string_view key, std::string_view bytes);
/// The same with a 16-byte digest, not a cut of it.
std::array<std::uint8_t, 16> keyed_hash128(std::string_view key,
                                           std::string_view bytes);

/// T(s): the length in 4 bytes, big-endian, then s.
void put_text(Bytes& out, std::string_view text);
/// Takes one off the front; empty optional, nothing taken: that is none.
std::optional<std::string_view> take_text(std::string_view& rest);
void put_u32(Bytes& out, std::uint32_t number);
void put_u64(Bytes& out, std::uint64_t number);

/// Ed25519 and X25519 keys of one machine. The secret halves never leave it.
struct KeyPair {
  Bytes public_key;  ///< 32 bytes
  Bytes secret_key;  ///< Ed25519: 64 bytes; X25519: 32 bytes
};
KeyPair make_signing_key(Random& random);
KeyPair make_box_key(Random& random);
/// `seed`: 32 bytes, kept as secret as the key.
KeyPair box_key_of(std::string_view seed);

/// 64 bytes, Ed25519, over T(context) then the message.
Bytes sign(const KeyPair& key, std::string_view context,
           std::string_view message);
bool verify(std::string_view public_key, std::string_view context,
            std::string_view message, std::string_view signature);

/// libsodium's sealed box: only the holder of the secret half opens it.
/// 48 bytes longer than the message.
Result<Bytes> seal(std::string_view public_box_key, std::string_view message);
/// wire_format when it is not for this key or was altered.
Result<Bytes> unseal(const KeyPair& box_key, std::string_view sealed);

/// Secret-key encryption of what lies on this machine (drafts): XChaCha20-
/// Poly1305, 24-byte random nonce in front. `key` has 32 bytes.
Bytes encrypt(std::string_view key, std::string_view message, Random& random);
Result<Bytes> decrypt(std::string_view key, std::string_view sealed);

DeviceId device_id(std::string_view signing_public_key);
KeyId key_id(std::string_view box_public_key);

/// Same time whatever differs.
bool equal_secret(std::string_view a, std::string_view b);

}  // namespace relais::sync
