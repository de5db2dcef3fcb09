#include "client/net/pin.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <charconv>
#include <memory>
#include <string_view>

#include "client/net/limits.h"
#include "sync/x509/certificate.h"

namespace relais::client {
namespace {

std::string der_of(const X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<const char*>(bytes),
                  static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate read_certificate(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return {d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), &X509_free};
}

/// The self-signed certificate with this hash in what the server sent.
Certificate find_root(const STACK_OF(X509) * shown, std::uint64_t hash_bits) {
  for (int i = 0; i < sk_X509_num(shown); ++i) {
    X509* candidate = sk_X509_value(shown, i);
    if (X509_self_signed(candidate, 1) != 1) continue;
    if (sync::x509::root_hash_bits(der_of(candidate), limits::root_hash_bits) !=
        hash_bits) {
      continue;
    }
    X509_up_ref(candidate);
    return {candidate, &X509_free};
  }
  return {nullptr, &X509_free};
}

/// Standard verification with `root` as the only anchor, dates aside.
bool chain_ends_in(X509_STORE_CTX* context, X509* root) {
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> anchors(
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  if (anchors == nullptr || sk_X509_push(anchors.get(), root) == 0) {
    return false;
  }
  X509_STORE_CTX_set0_trusted_stack(context, anchors.get());
  X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME);
  return X509_verify_cert(context) == 1;
}

}  // namespace

struct Pin::Check {
  static int verify(X509_STORE_CTX* context, void* argument) {
    Pin& pin = *static_cast<Pin*>(argument);
    const Certificate root =
        pin.root_hash_bits_ ? find_root(X509_STORE_CTX_get0_untrusted(context),
                                        *pin.root_hash_bits_)
                            : read_certificate(pin.root_der_);
    if (root == nullptr) {
      X509_STORE_CTX_set_error(context, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN);
      return 0;
    }
    if (!chain_ends_in(context, root.get())) return 0;
    pin.proved_root_der_ = der_of(root.get());
    return 1;
  }
};

Result<std::unique_ptr<Pin>> Pin::make(
    std::string root_der,
    const std::optional<std::string>& root_hash_prefix_bits) {
  std::unique_ptr<Pin> pin(new Pin(std::move(root_der)));
  if (!root_hash_prefix_bits) return pin;
  const char* begin = root_hash_prefix_bits->data();
  const char* end = begin + root_hash_prefix_bits->size();
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(begin, end, number);
  if (error != std::errc{} || rest != end) {
    return sync::fail(sync::Errc::invalid,
                      "The enrolment code is not complete. Type it again.");
  }
  pin->root_hash_bits_ = number;
  return pin;
}

void Pin::install(void* ssl_context) {
  SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(ssl_context),
                                   &Check::verify, this);
}

}  // namespace relais::client
