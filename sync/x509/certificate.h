#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sync/ids.h"
#include "sync/result.h"

/// X.509 through the OpenSSL library; nothing of it is ours. Every key here is
/// Ed25519. DER in, DER out; private keys as PKCS#8 PEM.
namespace relais::sync::x509 {

struct Root {
  std::string certificate_der;
  std::string private_key_pem;
};

/// A private root for `name`. Every certificate here is valid from 2020 to the
/// end of 2049, whatever the clock says: sync/ asks none, and both ends ignore
/// dates once the chain ends in the pinned root.
Result<Root> make_root(const std::string& name);

/// A certificate for headquarters' server: any host names and addresses asked
/// for. Invalid when there is none, or one that cannot be a host.
struct ServerIdentity {
  std::string certificate_der;
  std::string private_key_pem;
};
Result<ServerIdentity> make_server(const Root& root,
                                   const std::vector<std::string>& hosts);

/// A new TLS key of a machine and its PKCS#10 request (CN = device id in hex).
struct Request {
  std::string request_der;
  std::string private_key_pem;
};
Result<Request> make_request(const std::string& common_name);

/// Checks the request's own signature and gives a client certificate for
/// `common_name` (the request's own name is ignored), serial random.
Result<std::string> sign_request(const Root& root, std::string_view request_der,
                                 const std::string& common_name);

/// Whether `certificate_der` was signed by this root (dates are not asked).
bool signed_by(std::string_view certificate_der, std::string_view root_der);
/// Common name of a certificate; wire_format when it is none.
Result<std::string> common_name(std::string_view certificate_der);

/// First `bits` bits (1 to 64) of H(the root's DER), as a number: what an
/// enrolment code carries (50 bits).
std::uint64_t root_hash_bits(std::string_view root_der, int bits);

}  // namespace relais::sync::x509
