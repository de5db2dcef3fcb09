#pragma once

#include <string>

#include "server-stub/http/server.h"
#include "sync/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace relais::server {

/// A context for SSL connections, owned by the caller. TLS 1.3 only; the root
/// goes along with the certificate, because a post at first contact knows only
/// its hash; client certificates of the root are asked for, not demanded, and
/// their dates are not looked at: the roster decides. Fails with corrupt when
/// the identity cannot be read.
Result<ssl_ctx_st*> make_tls_context(const TlsIdentity& identity);

/// What the other end of a connection showed, DER; empty: nothing.
std::string peer_certificate_der(const ssl_st* connection);

}  // namespace relais::server
