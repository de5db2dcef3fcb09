#include "client/daemon/joining.h"

#include <algorithm>
#include <utility>

#include "sync/journal/file.h"
#include "sync/session/refusal.h"

namespace relais::client {
namespace {

namespace asio = boost::asio;
using sync::Errc;
using sync::fail;

constexpr int status_forbidden = 403;
constexpr int status_too_many = 429;

/// The request's body: a Join; with the grant, once there is one.
Result<std::string> join_body(Station& station, const sync::Bytes& code) {
  auto join = station.join(code);
  if (!join) return fail(join.error());
  if (*join) {
    proto::Frame frame;
    *frame.mutable_join() = std::move(**join);
    return sync::encode_frame(frame);
  }
  auto frames = station.post().introduction();
  if (!frames) return fail(frames.error());
  std::string body;
  for (const proto::Frame& frame : *frames) body += sync::encode_frame(frame);
  return body;
}

Errc code_of(int status) {
  if (status == status_unauthorized || status == status_forbidden) {
    return Errc::denied;
  }
  // Headquarters is there, and cannot serve us now: as if it were not.
  if (status == status_too_many || status >= 500) return Errc::offline;
  return Errc::invalid;
}

}  // namespace

sync::Error refusal_of(const Answer& answer, const std::string& url) {
  const Errc code = code_of(answer.status);
  const auto refusals = refusals_in(answer.body);
  if (!refusals.empty()) {
    return {code, sync::from_refusal(refusals.front())};
  }
  return {code,
          sync::Sentence{"Headquarters at {0} refused, with the number {1}",
                         {url, std::to_string(answer.status)}}};
}

asio::awaitable<Joined> join_headquarters(Hands hands, std::vector<Peer> peers,
                                          sync::Bytes code) {
  auto ask_body = [station = hands.station, code] {
    return join_body(*station, code);
  };
  auto body = co_await hands.store->run(std::move(ask_body));
  if (!body) co_return Joined{fail(body.error())};
  const std::string path = "/v1/enrol";
  Joined joined;
  for (const Peer& peer : peers) {
    Carried carried = co_await hands.net->post(peer, path, *body);
    joined.answerer = std::max(joined.answerer, carried.answerer);
    if (!carried.answer) {
      joined.ended = fail(carried.answer.error());
      if (carried.answer.error().code == Errc::cancelled) break;
      continue;
    }
    if (carried.answer->status != 200) {
      joined.ended = fail(refusal_of(*carried.answer, peer.url));
      break;
    }
    const std::string root =
        peer.root_der.empty() ? carried.answer->root_der : peer.root_der;
    auto keep = [station = hands.station, root, url = peer.url, code,
                 grant = std::move(carried.answer->body)] {
      return station->take_grant(grant, root, url, code);
    };
    joined.ended = co_await hands.store->run(std::move(keep));
    break;
  }
  co_return joined;
}

}  // namespace relais::client
