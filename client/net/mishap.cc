#include "client/net/mishap.h"

#include "sync/check.h"

namespace relais::client {

using sync::Errc;
using sync::fail;

Answerer answerer_of(Mishap mishap) {
  switch (mishap) {
    case Mishap::login_page:
    case Mishap::impostor:
      return Answerer::stranger;
    case Mishap::unwelcome:
    case Mishap::endless:
      return Answerer::headquarters;
    case Mishap::stopped:
    case Mishap::bad_address:
    case Mishap::unknown_name:
    case Mishap::unreachable:
    case Mishap::cut:
    case Mishap::silent:
    case Mishap::own_key:
      return Answerer::nobody;
  }
  CHECK(false);
}

tl::unexpected<sync::Error> failure(Mishap mishap, const std::string& url) {
  switch (mishap) {
    case Mishap::stopped:
      return fail(Errc::cancelled, "Stopped, as asked.");
    case Mishap::bad_address:
      return fail(Errc::invalid,
                  "{0} is not an address of headquarters: it begins with "
                  "https://.",
                  {url});
    case Mishap::unknown_name:
      return fail(Errc::offline,
                  "The network does not know the name in {0}: there may be no "
                  "network. Try again later, or use a packet on a stick.",
                  {url});
    case Mishap::unreachable:
      return fail(Errc::offline,
                  "Headquarters at {0} cannot be reached. Try again later, or "
                  "use a packet on a stick.",
                  {url});
    case Mishap::cut:
      return fail(Errc::offline,
                  "The connection to headquarters at {0} was cut. Try again; "
                  "if it is cut every time, maybe this machine is not "
                  "enrolled.",
                  {url});
    case Mishap::silent:
      return fail(Errc::offline,
                  "Headquarters at {0} went silent. Try again when the network "
                  "is better; what arrived there is kept.",
                  {url});
    case Mishap::login_page:
      return fail(Errc::wire_format,
                  "What answered is not headquarters: this network probably "
                  "asks for a login page. Open it in a browser, then try "
                  "again.");
    case Mishap::impostor:
      return fail(Errc::denied,
                  "The machine that answers at {0} is not this headquarters. "
                  "If the network asks for a login page, open it in a browser "
                  "first; else ask headquarters for its address and code.",
                  {url});
    case Mishap::unwelcome:
      return fail(Errc::denied,
                  "Headquarters at {0} refused this machine's secure "
                  "connection: maybe the machine is not enrolled, or is "
                  "retired. Ask headquarters.",
                  {url});
    case Mishap::own_key:
      return fail(Errc::corrupt,
                  "The certificate or the key of this machine cannot be read. "
                  "Enrol the machine again.");
    case Mishap::endless:
      return fail(Errc::over_limit,
                  "The answer of headquarters is too long, so it was refused. "
                  "Try again; if it goes on, tell headquarters.");
  }
  CHECK(false);
}

}  // namespace relais::client
