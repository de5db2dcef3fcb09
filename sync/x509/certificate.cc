#include "sync/x509/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <utility>

#include "sync/check.h"
#include "sync/crypto.h"

namespace relais::sync::x509 {
namespace {

template <auto free_one>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    free_one(pointer);
  }
};
template <class T, auto free_one>
using Owned = std::unique_ptr<T, Freer<free_one>>;

using Certificate = Owned<X509, X509_free>;
using CertificateRequest = Owned<X509_REQ, X509_REQ_free>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Name = Owned<X509_NAME, X509_NAME_free>;
using Memory = Owned<BIO, BIO_free_all>;
using AltNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;

/// OpenSSL leaves its errors on the thread, where the next TLS call would take
/// them for its own.
struct ErrorsEndHere {
  ErrorsEndHere() = default;
  ~ErrorsEndHere() { ERR_clear_error(); }
  ErrorsEndHere(const ErrorsEndHere&) = delete;
  ErrorsEndHere& operator=(const ErrorsEndHere&) = delete;
};

// Fixed, since sync/ asks no clock and both ends ignore dates below a pinned
// root: early enough for a machine whose battery is dead, and the last day that
// every reader of certificates understands in two digits.
constexpr char valid_from[] = "20200101000000Z";
constexpr char valid_until[] = "20491231235959Z";
constexpr int serial_bytes = 16;
constexpr std::size_t host_bytes_max = 253;
constexpr int name_bytes_max = 64;  // ub-common-name of X.509

/// DER of any OpenSSL object, through its own i2d function.
template <class T>
std::string to_der(T* object, int (*encode)(const T*, unsigned char**)) {
  unsigned char* bytes = nullptr;
  const int size = encode(object, &bytes);
  CHECK(size > 0);
  std::string der(reinterpret_cast<const char*>(bytes),
                  static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

/// Empty when `der` is anything but exactly one object.
template <class Holder, class Decode>
Holder from_der(std::string_view der, Decode decode) {
  const auto* start = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = start;
  Holder object(decode(nullptr, &end, static_cast<long>(der.size())));
  if (object != nullptr && end != start + der.size()) object.reset();
  return object;
}

Certificate read_certificate(std::string_view der) {
  return from_der<Certificate>(der, d2i_X509);
}

Key make_key() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  CHECK(key != nullptr);
  return key;
}

std::string to_pem(EVP_PKEY* key) {
  const Memory memory(BIO_new(BIO_s_secmem()));
  CHECK(PEM_write_bio_PKCS8PrivateKey(memory.get(), key, nullptr, nullptr, 0,
                                      nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Result<Key> read_key(const std::string& pem) {
  const Memory memory(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
  if (key == nullptr) {
    return fail(Errc::corrupt,
                "A private key cannot be read. Restore it from the backup.");
  }
  return key;
}

Result<Name> make_name(const std::string& common_name) {
  Name name(X509_NAME_new());
  const auto* bytes =
      reinterpret_cast<const unsigned char*>(common_name.data());
  const int size = static_cast<int>(common_name.size());
  const bool short_enough =
      !common_name.empty() && common_name.size() <= name_bytes_max * 4;
  if (!short_enough ||
      X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8,
                                 bytes, size, -1, 0) != 1) {
    return fail(Errc::invalid,
                "The name of a certificate needs 1 to 64 characters: choose "
                "another one.");
  }
  return name;
}

void set_serial(X509* certificate) {
  std::array<unsigned char, serial_bytes> bytes{};
  CHECK(RAND_bytes(bytes.data(), serial_bytes) == 1);
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);
  BIGNUM* number = BN_bin2bn(bytes.data(), serial_bytes, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

void add_extension(X509* certificate, X509* issuer, int nid,
                   const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

/// Everything but the extensions of use and the signature.
Certificate blank_certificate(X509_NAME* subject, EVP_PKEY* key) {
  Certificate certificate(X509_new());
  X509* raw = certificate.get();
  CHECK(X509_set_version(raw, X509_VERSION_3) == 1);
  set_serial(raw);
  CHECK(ASN1_TIME_set_string_X509(X509_getm_notBefore(raw), valid_from) == 1);
  CHECK(ASN1_TIME_set_string_X509(X509_getm_notAfter(raw), valid_until) == 1);
  CHECK(X509_set_subject_name(raw, subject) == 1);
  CHECK(X509_set_pubkey(raw, key) == 1);
  return certificate;
}

void sign_with(X509* certificate, EVP_PKEY* key) {
  // Ed25519 hashes by itself: the digest is null.
  CHECK(X509_sign(certificate, key, nullptr) > 0);
}

struct Issuer {
  Certificate certificate;
  Key key;
};

Result<Issuer> open_root(const Root& root) {
  Issuer issuer;
  issuer.certificate = read_certificate(root.certificate_der);
  if (issuer.certificate == nullptr) {
    return fail(Errc::corrupt,
                "The root certificate cannot be read. Restore it from the "
                "backup.");
  }
  auto key = read_key(root.private_key_pem);
  if (!key) return fail(key.error());
  issuer.key = std::move(*key);
  if (X509_check_private_key(issuer.certificate.get(), issuer.key.get()) != 1) {
    return fail(Errc::corrupt,
                "The root certificate and its private key do not belong "
                "together. Restore both from one backup.");
  }
  return issuer;
}

void finish_leaf(X509* certificate, const Issuer& issuer, const char* usage) {
  X509* root = issuer.certificate.get();
  CHECK(X509_set_issuer_name(certificate, X509_get_subject_name(root)) == 1);
  add_extension(certificate, root, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, root, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate, root, NID_ext_key_usage, usage);
  add_extension(certificate, root, NID_subject_key_identifier, "hash");
  add_extension(certificate, root, NID_authority_key_identifier, "keyid");
  sign_with(certificate, issuer.key.get());
}

bool is_host_name(const std::string& host) {
  if (host.empty() || host.size() > host_bytes_max) return false;
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
  return host.find_first_not_of(allowed) == std::string::npos &&
         host.front() != '.' && host.front() != '-';
}

/// Null when `host` is neither an address nor a host name.
GENERAL_NAME* alt_name(const std::string& host) {
  if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str())) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, GEN_IPADD, address);
    return name;
  }
  if (!is_host_name(host)) return nullptr;
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  CHECK(ASN1_STRING_set(text, host.data(), static_cast<int>(host.size())) == 1);
  GENERAL_NAME* name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, GEN_DNS, text);
  return name;
}

Result<AltNames> alt_names(const std::vector<std::string>& hosts) {
  AltNames names(sk_GENERAL_NAME_new_null());
  for (const std::string& host : hosts) {
    GENERAL_NAME* name = alt_name(host);
    if (name == nullptr) {
      return fail(Errc::invalid,
                  "{0} is neither a host name nor an address. Write it as the "
                  "posts will call it, without https://.",
                  {host});
    }
    CHECK(sk_GENERAL_NAME_push(names.get(), name) > 0);
  }
  if (hosts.empty()) {
    return fail(Errc::invalid,
                "A server certificate needs at least one host name or "
                "address.");
  }
  return names;
}

}  // namespace

Result<Root> make_root(const std::string& name) {
  const ErrorsEndHere guard;
  auto subject = make_name(name);
  if (!subject) return fail(subject.error());
  const Key key = make_key();
  const Certificate certificate = blank_certificate(subject->get(), key.get());
  X509* raw = certificate.get();
  CHECK(X509_set_issuer_name(raw, subject->get()) == 1);
  add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(raw, raw, NID_subject_key_identifier, "hash");
  sign_with(raw, key.get());
  return Root{to_der<X509>(raw, i2d_X509), to_pem(key.get())};
}

Result<ServerIdentity> make_server(const Root& root,
                                   const std::vector<std::string>& hosts) {
  const ErrorsEndHere guard;
  auto issuer = open_root(root);
  if (!issuer) return fail(issuer.error());
  auto names = alt_names(hosts);
  if (!names) return fail(names.error());
  // The host names stand where TLS looks for them; this one is for people.
  auto subject = make_name("Relais headquarters");
  if (!subject) return fail(subject.error());

  const Key key = make_key();
  const Certificate certificate = blank_certificate(subject->get(), key.get());
  CHECK(X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names->get(),
                          0, X509V3_ADD_DEFAULT) == 1);
  finish_leaf(certificate.get(), *issuer, "serverAuth");
  return ServerIdentity{to_der<X509>(certificate.get(), i2d_X509),
                        to_pem(key.get())};
}

Result<Request> make_request(const std::string& common_name) {
  const ErrorsEndHere guard;
  auto subject = make_name(common_name);
  if (!subject) return fail(subject.error());
  const Key key = make_key();
  const CertificateRequest request(X509_REQ_new());
  CHECK(X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1);
  CHECK(X509_REQ_set_subject_name(request.get(), subject->get()) == 1);
  CHECK(X509_REQ_set_pubkey(request.get(), key.get()) == 1);
  CHECK(X509_REQ_sign(request.get(), key.get(), nullptr) > 0);
  return Request{to_der<X509_REQ>(request.get(), i2d_X509_REQ),
                 to_pem(key.get())};
}

Result<std::string> sign_request(const Root& root, std::string_view request_der,
                                 const std::string& common_name) {
  const ErrorsEndHere guard;
  auto issuer = open_root(root);
  if (!issuer) return fail(issuer.error());
  auto subject = make_name(common_name);
  if (!subject) return fail(subject.error());
  const auto request = from_der<CertificateRequest>(request_der, d2i_X509_REQ);
  EVP_PKEY* key =
      request == nullptr ? nullptr : X509_REQ_get0_pubkey(request.get());
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519 ||
      X509_REQ_verify(request.get(), key) != 1) {
    return fail(Errc::wire_format,
                "The certificate request is damaged or was not signed by its "
                "own key. Ask the machine to enrol again.");
  }
  const Certificate certificate = blank_certificate(subject->get(), key);
  finish_leaf(certificate.get(), *issuer, "clientAuth");
  return to_der<X509>(certificate.get(), i2d_X509);
}

bool signed_by(std::string_view certificate_der, std::string_view root_der) {
  const ErrorsEndHere guard;
  const Certificate certificate = read_certificate(certificate_der);
  const Certificate root = read_certificate(root_der);
  if (certificate == nullptr || root == nullptr) return false;
  EVP_PKEY* key = X509_get0_pubkey(root.get());
  return key != nullptr &&
         X509_check_issued(root.get(), certificate.get()) == X509_V_OK &&
         X509_verify(certificate.get(), key) == 1;
}

Result<std::string> common_name(std::string_view certificate_der) {
  const ErrorsEndHere guard;
  const Certificate certificate = read_certificate(certificate_der);
  X509_NAME* subject = certificate == nullptr
                           ? nullptr
                           : X509_get_subject_name(certificate.get());
  const int place = subject == nullptr ? -1
                                       : X509_NAME_get_index_by_NID(
                                             subject, NID_commonName, -1);
  unsigned char* text = nullptr;
  const int size =
      place < 0
          ? -1
          : ASN1_STRING_to_UTF8(
                &text,
                X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
  if (size < 0) {
    return fail(Errc::wire_format,
                "This is not a certificate of a machine. Ask headquarters for "
                "a new one.");
  }
  std::string name(reinterpret_cast<const char*>(text),
                   static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return name;
}

std::uint64_t root_hash_bits(std::string_view root_der, int bits) {
  CHECK(bits > 0 && bits <= 64);
  const Hash digest = hash({root_der});
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | digest.bytes[i];
  return number >> (64 - bits);
}

}  // namespace relais::sync::x509
