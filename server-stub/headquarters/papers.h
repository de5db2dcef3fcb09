#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server-stub/http/server.h"
#include "sync/result.h"
#include "sync/store/store.h"
#include "sync/x509/certificate.h"

namespace relais::server {

/// What headquarters proves itself with: the private root and the server's
/// certificate under it, on the store's shelf "machine", so that one backup
/// file is everything.
struct Papers {
  std::string name;
  sync::x509::Root root;
  sync::x509::ServerIdentity server;
  std::vector<std::string> hosts;  ///< that the certificate names
  std::vector<std::string> given;  ///< those that posts call us by, by `init`
  std::string address;             ///< where `serve` listened last
  std::uint16_t port = 0;          ///< the same

  /// Where posts find us: for invitations and grants. By the given names; the
  /// address that we listen at; this machine's name when that is every one.
  std::vector<std::string> urls() const;
  TlsIdentity identity() const;
};

/// Makes root and certificate, in the open transaction. `hosts`: besides
/// localhost and this machine's own name, which are always there.
Result<> make_papers(sync::Store& store, const std::string& name,
                     const std::vector<std::string>& hosts);
/// not_found when there are none: the home was never made whole.
Result<Papers> read_papers(const sync::Store& store);
/// Remembers where we listen; a certificate that does not name `address` is
/// made anew. "0.0.0.0" and "::" name nothing. In the open transaction.
Result<> listen_at(sync::Store& store, const std::string& address,
                   std::uint16_t port);

/// "https://host:port", an address of IPv6 in brackets.
std::string url_of(const std::string& host, std::uint16_t port);

}  // namespace relais::server
