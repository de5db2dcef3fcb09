#include "sync/crypto.h"

#include <sodium.h>

#include <cstring>
#include <utility>

#include "sync/check.h"
#include "sync/secret.h"

namespace relais::sync {

namespace {

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(Bytes& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

/// BLAKE2b over arguments, each preceded by its length.
template <std::size_t Size>
std::array<std::uint8_t, Size> digest_of(
    std::initializer_list<std::string_view> arguments) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, Size);
  for (std::string_view argument : arguments) {
    Bytes length;
    put_u32(length, static_cast<std::uint32_t>(argument.size()));
    crypto_generichash_update(&state, raw(length), length.size());
    crypto_generichash_update(&state, raw(argument), argument.size());
  }
  std::array<std::uint8_t, Size> digest{};
  crypto_generichash_final(&state, digest.data(), digest.size());
  return digest;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> keyed_digest_of(std::string_view key,
                                               std::string_view bytes) {
  CHECK(key.size() >= crypto_generichash_KEYBYTES_MIN);
  CHECK(key.size() <= crypto_generichash_KEYBYTES_MAX);
  std::array<std::uint8_t, Size> digest{};
  crypto_generichash(digest.data(), digest.size(), raw(bytes), bytes.size(),
                     raw(key), key.size());
  return digest;
}

Bytes in_context(std::string_view context, std::string_view message) {
  Bytes bytes;
  put_text(bytes, context);
  bytes += message;
  return bytes;
}

tl::unexpected<Error> not_for_us() {
  return fail(Errc::wire_format,
              "not sealed for this machine, or altered on its way");
}

tl::unexpected<Error> not_ours() {
  return fail(Errc::wire_format, "encrypted with another key, or damaged");
}

}  // namespace

void start_crypto() {
  CHECK(sodium_init() >= 0);
}

Bytes SystemRandom::bytes(std::size_t count) {
  start_crypto();
  Bytes out(count, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

Hash hash(std::initializer_list<std::string_view> arguments) {
  return Hash{digest_of<32>(arguments)};
}

std::array<std::uint8_t, 16> hash128(
    std::initializer_list<std::string_view> arguments) {
  return digest_of<16>(arguments);
}

std::array<std::uint8_t, 16> hash128_raw(std::string_view bytes) {
  std::array<std::uint8_t, 16> digest{};
  crypto_generichash(digest.data(), digest.size(), raw(bytes), bytes.size(),
                     nullptr, 0);
  return digest;
}

Hash keyed_hash(std::string_view key, std::string_view bytes) {
  return Hash{keyed_digest_of<32>(key, bytes)};
}

std::array<std::uint8_t, 16> keyed_hash128(std::string_view key,
                                           std::string_view bytes) {
  return keyed_digest_of<16>(key, bytes);
}

void put_text(Bytes& out, std::string_view text) {
  put_u32(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

std::optional<std::string_view> take_text(std::string_view& rest) {
  constexpr std::size_t length_bytes = 4;
  if (rest.size() < length_bytes) return std::nullopt;
  std::size_t size = 0;
  for (const char byte : rest.substr(0, length_bytes)) {
    size = size << 8 | static_cast<unsigned char>(byte);
  }
  if (rest.size() - length_bytes < size) return std::nullopt;
  const std::string_view text = rest.substr(length_bytes, size);
  rest.remove_prefix(length_bytes + size);
  return text;
}

void put_u32(Bytes& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<std::uint8_t>(number >> shift));
  }
}

void put_u64(Bytes& out, std::uint64_t number) {
  put_u32(out, static_cast<std::uint32_t>(number >> 32));
  put_u32(out, static_cast<std::uint32_t>(number));
}

KeyPair make_signing_key(Random& random) {
  const Bytes seed = random.bytes(crypto_sign_SEEDBYTES);
  KeyPair key{Bytes(crypto_sign_PUBLICKEYBYTES, '\0'),
              Bytes(crypto_sign_SECRETKEYBYTES, '\0')};
  CHECK(crypto_sign_seed_keypair(raw(key.public_key), raw(key.secret_key),
                                 raw(seed)) == 0);
  return key;
}

KeyPair make_box_key(Random& random) {
  return box_key_of(random.bytes(crypto_box_SEEDBYTES));
}

KeyPair box_key_of(std::string_view seed) {
  CHECK(seed.size() == crypto_box_SEEDBYTES);
  KeyPair key{Bytes(crypto_box_PUBLICKEYBYTES, '\0'),
              Bytes(crypto_box_SECRETKEYBYTES, '\0')};
  CHECK(crypto_box_seed_keypair(raw(key.public_key), raw(key.secret_key),
                                raw(seed)) == 0);
  return key;
}

Bytes sign(const KeyPair& key, std::string_view context,
           std::string_view message) {
  CHECK(key.secret_key.size() == crypto_sign_SECRETKEYBYTES);
  const Bytes bytes = in_context(context, message);
  Bytes signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(raw(signature), nullptr, raw(bytes), bytes.size(),
                       raw(key.secret_key));
  return signature;
}

bool verify(std::string_view public_key, std::string_view context,
            std::string_view message, std::string_view signature) {
  if (public_key.size() != crypto_sign_PUBLICKEYBYTES) return false;
  if (signature.size() != crypto_sign_BYTES) return false;
  const Bytes bytes = in_context(context, message);
  return crypto_sign_verify_detached(raw(signature), raw(bytes), bytes.size(),
                                     raw(public_key)) == 0;
}

Result<Bytes> seal(std::string_view public_box_key, std::string_view message) {
  Bytes sealed(crypto_box_SEALBYTES + message.size(), '\0');
  if (public_box_key.size() != crypto_box_PUBLICKEYBYTES ||
      crypto_box_seal(raw(sealed), raw(message), message.size(),
                      raw(public_box_key)) != 0) {
    return fail(Errc::wire_format, "the recipient's key is not a key");
  }
  return sealed;
}

Result<Bytes> unseal(const KeyPair& box_key, std::string_view sealed) {
  if (sealed.size() < crypto_box_SEALBYTES) return not_for_us();
  CHECK(box_key.secret_key.size() == crypto_box_SECRETKEYBYTES);
  Bytes message(sealed.size() - crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal_open(raw(message), raw(sealed), sealed.size(),
                           raw(box_key.public_key),
                           raw(box_key.secret_key)) != 0) {
    return not_for_us();
  }
  return message;
}

Bytes encrypt(std::string_view key, std::string_view message, Random& random) {
  CHECK(key.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  constexpr std::size_t nonce_bytes =
      crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  const Bytes nonce = random.bytes(nonce_bytes);
  Bytes sealed = nonce;
  sealed.resize(nonce_bytes + message.size() +
                crypto_aead_xchacha20poly1305_ietf_ABYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      raw(sealed) + nonce_bytes, nullptr, raw(message), message.size(), nullptr,
      0, nullptr, raw(nonce), raw(key));
  return sealed;
}

Result<Bytes> decrypt(std::string_view key, std::string_view sealed) {
  CHECK(key.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  constexpr std::size_t nonce_bytes =
      crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (sealed.size() < nonce_bytes + tag_bytes) {
    return not_ours();
  }
  Bytes message(sealed.size() - nonce_bytes - tag_bytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          raw(message), nullptr, nullptr, raw(sealed) + nonce_bytes,
          sealed.size() - nonce_bytes, nullptr, 0, raw(sealed),
          raw(key)) != 0) {
    return not_ours();
  }
  return message;
}

DeviceId device_id(std::string_view signing_public_key) {
  return DeviceId{hash128({signing_public_key})};
}

KeyId key_id(std::string_view box_public_key) {
  return KeyId{hash128({box_public_key})};
}

bool equal_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Secret::Secret(std::string_view bytes) : size_(bytes.size()) {
  if (bytes.empty()) return;
  bytes_ = static_cast<char*>(sodium_malloc(bytes.size()));
  CHECK(bytes_ != nullptr);
  std::memcpy(bytes_, bytes.data(), bytes.size());
}

Secret::~Secret() {
  sodium_free(bytes_);  // wipes it; null is nothing
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  return *this;
}

Result<Secret> stretch(std::string_view remembered, std::string_view salt,
                       std::size_t bytes) {
  constexpr unsigned long long passes = 3;
  constexpr std::size_t memory_bytes = 64UL * 1024 * 1024;
  CHECK(salt.size() == crypto_pwhash_SALTBYTES);
  start_crypto();
  Bytes made(bytes, '\0');
  const int failed = crypto_pwhash(raw(made), made.size(), remembered.data(),
                                   remembered.size(), raw(salt), passes,
                                   memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  Secret stretched(made);
  wipe(made);
  if (failed != 0) {
    return fail(Errc::over_limit,
                "This machine has no memory left for it. Close other programs "
                "and try again.");
  }
  return stretched;
}

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
}

}  // namespace relais::sync
