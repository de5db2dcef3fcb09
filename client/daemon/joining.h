#pragma once

#include <vector>

#include <boost/asio/awaitable.hpp>

#include "client/daemon/net_thread.h"
#include "client/daemon/station.h"
#include "client/daemon/store_thread.h"

namespace relais::client {

/// The threads of work, for coroutines of the loop. All outlive them.
struct Hands {
  StoreThread* store = nullptr;
  NetThread* net = nullptr;
  Station* station = nullptr;  ///< only inside store->run()
};

/// Headquarters does not know this machine.
inline constexpr int status_unauthorized = 401;

struct Joined {
  Result<> ended;
  Answerer answerer = Answerer::nobody;
};

/// Asks the first of these that answers to enrol this machine (POST /v1/enrol)
/// and keeps what comes back. `code`: the secret of a code that was typed now;
/// empty: the invitation is known to the station already. A machine that has
/// its certificate shows its grant.
boost::asio::awaitable<Joined> join_headquarters(Hands hands,
                                                 std::vector<Peer> peers,
                                                 sync::Bytes code);

/// What an answer that is no 200 means: the first refusal in its body, or its
/// number.
sync::Error refusal_of(const Answer& answer, const std::string& url);

}  // namespace relais::client
