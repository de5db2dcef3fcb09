#include "tests/support/authority.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "sync/check.h"

namespace relais::test {

namespace x509 = sync::x509;

Authority::Authority(const std::string& name)
    : root_(x509::make_root(name).value()) {}

std::string Authority::root_hash() const {
  return std::to_string(x509::root_hash_bits(root_der(), 50));
}

Credentials Authority::server(const std::vector<std::string>& hosts) {
  const auto made = x509::make_server(root_, hosts).value();
  return {made.certificate_der, made.private_key_pem};
}

Credentials Authority::machine(const std::string& name) {
  const auto request = x509::make_request("asked for").value();
  return {x509::sign_request(root_, request.request_der, name).value(),
          request.private_key_pem};
}

Credentials Authority::dated(const Credentials& old, const std::string& from,
                             const std::string& until) {
  const auto* bytes =
      reinterpret_cast<const unsigned char*>(old.certificate_der.data());
  X509* certificate =
      d2i_X509(nullptr, &bytes, static_cast<long>(old.certificate_der.size()));
  BIO* pem = BIO_new_mem_buf(root_.private_key_pem.data(), -1);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(pem, nullptr, nullptr, nullptr);
  CHECK(certificate != nullptr && key != nullptr);
  CHECK(ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate),
                                  from.c_str()) == 1);
  CHECK(ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate),
                                  until.c_str()) == 1);
  CHECK(X509_sign(certificate, key, nullptr) > 0);
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  CHECK(size > 0);
  const std::string made(reinterpret_cast<const char*>(der),
                         static_cast<std::size_t>(size));
  OPENSSL_free(der);
  EVP_PKEY_free(key);
  BIO_free(pem);
  X509_free(certificate);
  return {made, old.private_key_pem};
}

}  // namespace relais::test
