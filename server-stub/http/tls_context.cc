#include "server-stub/http/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <string_view>

#include "server-stub/http/limits.h"
#include "sync/check.h"

namespace relais::server {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

constexpr unsigned char session_context[] = "relais";

Certificate read_certificate(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return {d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), &X509_free};
}

Key read_key(const std::string& pem) {
  BIO* memory = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  Key key(PEM_read_bio_PrivateKey(memory, nullptr, nullptr, nullptr),
          &EVP_PKEY_free);
  BIO_free(memory);
  return key;
}

void set_session_rules(SSL_CTX* context) {
  CHECK(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
  // Sessions stay here: a stolen ticket key would open the past.
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  CHECK(SSL_CTX_set_num_tickets(context, 1) == 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
  SSL_CTX_sess_set_cache_size(context, limits::tls_sessions_max);
  SSL_CTX_set_timeout(context, limits::tls_session_s);
  CHECK(SSL_CTX_set_session_id_context(context, session_context,
                                       sizeof session_context - 1) == 1);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

void set_client_rules(SSL_CTX* context, X509* root) {
  CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root) == 1);
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
                              X509_V_FLAG_NO_CHECK_TIME);
  // Names the root to browsers, which then offer nobody else's certificate.
  CHECK(SSL_CTX_add_client_CA(context, root) == 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

}  // namespace

Result<ssl_ctx_st*> make_tls_context(const TlsIdentity& identity) {
  const Certificate certificate = read_certificate(identity.certificate_der);
  const Certificate root = read_certificate(identity.root_der);
  const Key key = read_key(identity.private_key_pem);
  Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  CHECK(context != nullptr);
  if (certificate == nullptr || root == nullptr || key == nullptr ||
      SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    ERR_clear_error();
    return sync::fail(sync::Errc::corrupt,
                      "The certificates of this headquarters cannot be read. "
                      "Restore its home from the backup.");
  }
  CHECK(SSL_CTX_add1_chain_cert(context.get(), root.get()) == 1);
  set_session_rules(context.get());
  set_client_rules(context.get(), root.get());
  return context.release();
}

std::string peer_certificate_der(const ssl_st* connection) {
  const Certificate certificate(SSL_get1_peer_certificate(connection),
                                &X509_free);
  if (certificate == nullptr) return {};
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate.get(), &bytes);
  CHECK(size > 0);
  std::string der(reinterpret_cast<const char*>(bytes),
                  static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

}  // namespace relais::server
