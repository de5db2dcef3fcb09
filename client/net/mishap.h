#pragma once

#include <string>

#include "client/net/transport.h"

namespace relais::client {

/// The ways in which a call to headquarters ends without an answer.
enum class Mishap {
  stopped,       ///< We were asked to.
  bad_address,   ///< Not https://...
  unknown_name,  ///< The name does not resolve.
  unreachable,   ///< No connection.
  cut,           ///< A connection, then none.
  silent,        ///< A connection on which nothing moves.
  login_page,    ///< Something else answers: a captive portal.
  impostor,      ///< TLS: not our root, or not this host.
  unwelcome,     ///< TLS: headquarters refuses us.
  own_key,       ///< Our certificate or key cannot be read.
  endless,       ///< An answer longer than agreed.
};

/// Who was there all the same.
Answerer answerer_of(Mishap mishap);
/// What is said of it, and what to do next. `url` is headquarters'.
tl::unexpected<sync::Error> failure(Mishap mishap, const std::string& url);

}  // namespace relais::client
