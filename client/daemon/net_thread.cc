#include "client/daemon/net_thread.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace relais::client {
namespace {

namespace asio = boost::asio;

/// The head of our requests, which curl counts with the body.
constexpr std::uint64_t head_bytes_max = 512;

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch())
      .count();
}

template <class Work>
asio::awaitable<std::invoke_result_t<Work>> call(Work work) {
  co_return work();
}

}  // namespace

NetThread::~NetThread() {
  stop();
  if (pool_) pool_->join();
}

Carried NetThread::carry(const Peer& peer, const std::string& path,
                         const std::string& body) {
  if (!transport_) transport_ = std::make_unique<Transport>();
  std::size_t at = 0;
  Exchange exchange;
  exchange.path = path;
  exchange.read = [&](char* out, std::size_t size) {
    const std::size_t count = std::min(size, body.size() - at);
    std::memcpy(out, body.data() + at, count);
    at += count;
    return count;
  };
  exchange.stopped = [this] { return stopped_.load(); };
  const std::int64_t started = now_ms();
  Carried carried{transport_->post(peer, exchange)};
  carried.answerer = transport_->answerer();
  carried.took_ms = now_ms() - started;
  const std::uint64_t sent = transport_->bytes_sent();
  // After a cut rather too few: what was not sent goes out again anyway.
  const bool whole = carried.answer && carried.answer->status == 200;
  carried.bytes_up =
      whole ? body.size() : sent - std::min(sent, head_bytes_max);
  carried.bytes_up = std::min<std::uint64_t>(carried.bytes_up, body.size());
  return carried;
}

asio::awaitable<Carried> NetThread::post(Peer peer, std::string path,
                                         std::string body) {
  if (!pool_) pool_.emplace(1);
  auto work = [this, peer = std::move(peer), path = std::move(path),
               body = std::move(body)] { return carry(peer, path, body); };
  co_return co_await asio::co_spawn(*pool_, call(std::move(work)),
                                    asio::use_awaitable);
}

asio::awaitable<void> NetThread::rest() {
  if (!pool_) co_return;
  auto work = [this] { transport_.reset(); };
  co_await asio::co_spawn(*pool_, call(std::move(work)), asio::use_awaitable);
}

}  // namespace relais::client
