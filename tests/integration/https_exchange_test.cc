#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <mutex>
#include <vector>

#include "server-stub/http/limits.h"
#include "tests/integration/https_peer.h"

namespace relais::test {
namespace {

using sync::Errc;

constexpr std::size_t megabyte = 1024 * 1024;
// Longer than anything here takes; only a failing test waits so long.
constexpr std::chrono::seconds patience{60};

/// The byte at a place of an endless text that repeats nowhere near.
char byte_at(std::size_t place) {
  return static_cast<char>((place * 2654435761U) >> 16);
}

/// A body that never ends.
Exchange saying_for_ever() {
  Exchange exchange;
  exchange.path = "/v1/sync";
  exchange.read = [](char* out, std::size_t size) {
    std::fill_n(out, size, 'x');
    return size;
  };
  return exchange;
}

/// Hands out the responder of the one request it expects.
struct Held {
  std::promise<std::shared_ptr<Responder>> responder;
  std::promise<void> closed;

  Router router() {
    return [this](const RequestHead&, std::shared_ptr<Responder> one) {
      auto handler = std::make_shared<Handler>();
      handler->end = [this, one](const std::string&) {
        responder.set_value(one);
      };
      handler->closed = [this] { closed.set_value(); };
      return handler;
    };
  }
  bool was_closed() {
    return closed.get_future().wait_for(patience) == std::future_status::ready;
  }
};

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Sends back every piece, and asks for the next when that has left.
Router echo_by_pieces(std::atomic<std::size_t>& largest) {
  return [&largest](const RequestHead&, std::shared_ptr<Responder> responder) {
    auto handler = std::make_shared<Handler>();
    responder->begin(200, relais_type);
    handler->body = [&largest, responder](std::string bytes,
                                          std::function<void(bool)> done) {
      largest = std::max(largest.load(), bytes.size());
      responder->write(std::move(bytes));
      responder->when_sent(std::move(done));
    };
    handler->end = [responder](const std::string&) { responder->end(); };
    return handler;
  };
}

TEST(Streaming, EchoesTwentyMegabytesInLittleMemory) {
  constexpr std::size_t size = 20 * megabyte;
  std::atomic<std::size_t> largest = 0;
  Headquarters headquarters(echo_by_pieces(largest));
  Exchange exchange;
  exchange.path = "/v1/sync";
  std::size_t gone = 0;
  std::size_t come = 0;
  bool same = true;
  exchange.read = [&gone](char* out, std::size_t room) {
    const std::size_t part = std::min(room, size - gone);
    for (std::size_t i = 0; i < part; ++i) out[i] = byte_at(gone + i);
    gone += part;
    return part;
  };
  exchange.write = [&come, &same](std::string_view bytes) {
    for (const char byte : bytes) same = same && byte == byte_at(come++);
    return true;
  };
  Transport transport;
  [[maybe_unused]] const long before = peak_kilobytes();

  const auto answer = transport.post(headquarters.peer(), exchange);

  ASSERT_TRUE(answer) << answer.error().what.id;
  EXPECT_EQ(come, size);
  EXPECT_TRUE(same);
  EXPECT_TRUE(answer->body.empty());
  EXPECT_GT(transport.bytes_sent(), size);
  EXPECT_LE(largest, server::limits::read_bytes);
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(peak_kilobytes() - before, 8 * 1024);
#endif
}

TEST(Streaming, KeepsTheOrderOfWhatManyCallsWrite) {
  Headquarters headquarters(
      [](const RequestHead&, std::shared_ptr<Responder> responder) {
        auto handler = std::make_shared<Handler>();
        handler->end = [responder](const std::string&) {
          responder->begin(200, relais_type);
          for (int i = 0; i < 1000; ++i) {
            responder->write(std::to_string(i) + " ");
            responder->write("");
          }
          responder->end();
        };
        return handler;
      });
  std::string expected;
  for (int i = 0; i < 1000; ++i) expected += std::to_string(i) + " ";
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), saying("a"));

  ASSERT_TRUE(answer) << answer.error().what.id;
  EXPECT_EQ(answer->body, expected);
}

TEST(Refusal, BeforeTheEndOfTheRequestReachesThePost) {
  Headquarters headquarters(
      [](const RequestHead&, std::shared_ptr<Responder> responder) {
        auto handler = std::make_shared<Handler>();
        handler->body = [responder](std::string, const auto& done) {
          responder->reply(403, "text/plain", "This machine is retired.");
          done(false);
        };
        return handler;
      });
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), saying_for_ever());

  ASSERT_TRUE(answer) << answer.error().what.id;
  EXPECT_EQ(answer->status, 403);
  EXPECT_EQ(answer->body, "This machine is retired.");
}

TEST(Refusal, OfAPathThatNobodyServesIsNotFound) {
  Headquarters headquarters(
      [](const RequestHead&, std::shared_ptr<Responder>) { return nullptr; });
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), saying_for_ever());

  ASSERT_TRUE(answer) << answer.error().what.id;
  EXPECT_EQ(answer->status, 404);
}

TEST(Answer, WithoutEndIsStoppedAtTheCap) {
  Held held;
  Headquarters headquarters(held.router());
  std::function<void(bool)> more;
  std::shared_ptr<Responder> responder;
  Exchange exchange = saying("a");
  exchange.answer_bytes_max = megabyte;
  std::uint64_t come = 0;
  exchange.write = [&come](std::string_view bytes) {
    come += bytes.size();
    return true;
  };
  auto flood = std::async(std::launch::async, [&] {
    responder = held.responder.get_future().get();
    more = [&](bool open) {
      if (!open) return;
      responder->write(std::string(64 * 1024, 'x'));
      responder->when_sent(more);
    };
    responder->begin(200, relais_type);
    more(true);
  });
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), exchange);

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::over_limit);
  EXPECT_LE(come, megabyte);
  EXPECT_TRUE(held.was_closed());
  headquarters.server().stop(0);
}

TEST(Answer, WhoseHeadersHaveNoEndIsStopped) {
  Authority authority;
  Stranger stranger(
      "HTTP/1.1 200 OK\r\nX-Long: " + std::string(20'000, 'x') + "\r\n\r\n",
      {authority.server(), ""});
  Peer peer;
  peer.url = stranger.url();
  peer.root_der = authority.root_der();
  Transport transport;

  const auto answer = transport.post(peer, saying("a"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::over_limit);
}

TEST(Answer, CutBeforeItsEndIsOffline) {
  Authority authority;
  Stranger stranger(
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-relais\r\n"
      "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      {authority.server(), ""});
  Peer peer;
  peer.url = stranger.url();
  peer.root_der = authority.root_der();
  Transport transport;

  const auto answer = transport.post(peer, saying("a"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::offline);
}

TEST(Stop, EndsACallWhoseAnswerNeverComes) {
  Held held;
  Headquarters headquarters(held.router());
  auto arrived = held.responder.get_future();
  Exchange exchange = saying("a");
  exchange.stopped = [&arrived] {
    return arrived.wait_for(std::chrono::seconds(0)) ==
           std::future_status::ready;
  };
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), exchange);

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::cancelled);
}

TEST(Stop, EndsACallWhoseBodyNeverEnds) {
  std::atomic<std::size_t> largest = 0;
  Headquarters headquarters(echo_by_pieces(largest));
  Exchange exchange = saying_for_ever();
  exchange.write = [](std::string_view) { return true; };
  exchange.stopped = [&largest] { return largest > 0; };
  Transport transport;

  const auto answer = transport.post(headquarters.peer(), exchange);

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::cancelled);
}

TEST(Silence, OfHeadquartersIsOffline) {
  Held held;
  Headquarters headquarters(held.router());
  Transport transport(200);

  const auto answer = transport.post(headquarters.peer(), saying("a"));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::offline);
}

TEST(Silence, IsNotAByteNowAndThen) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds quiet{2'500};
  Held held;
  Headquarters headquarters(held.router());
  auto arrived = held.responder.get_future();
  std::shared_ptr<Responder> responder;
  const auto began = Clock::now();
  auto last = began;
  Exchange exchange = saying("a");
  // curl asks at least once a second: a byte every other quarter of the silence
  // that would end the call, until twice that silence is over.
  exchange.stopped = [&] {
    const auto now = Clock::now();
    if (responder == nullptr && arrived.wait_for(std::chrono::seconds(0)) ==
                                    std::future_status::ready) {
      responder = arrived.get();
      responder->begin(200, relais_type);
    }
    if (responder == nullptr || now - last < quiet / 4) return false;
    last = now;
    responder->write("x");
    if (now - began > 2 * quiet) responder->end();
    return false;
  };
  Transport transport(quiet.count());

  const auto answer = transport.post(headquarters.peer(), exchange);

  ASSERT_TRUE(answer) << answer.error().what.id;
  EXPECT_GE(answer->body.size(), 4U);
}

TEST(Connection, IsKeptBetweenCalls) {
  std::mutex mutex;
  std::vector<std::string> remotes;
  Headquarters headquarters(
      answering([&](const RequestHead& head, const std::string&) {
        const std::lock_guard lock(mutex);
        remotes.push_back(head.remote);
        return std::string();
      }));
  Transport transport;

  for (int call = 0; call < 3; ++call) {
    ASSERT_TRUE(transport.post(headquarters.peer(), saying("a")));
  }
  transport.close_connections();
  ASSERT_TRUE(transport.post(headquarters.peer(), saying("a")));

  ASSERT_EQ(remotes.size(), 4U);
  EXPECT_EQ(remotes[0], remotes[1]);
  EXPECT_EQ(remotes[0], remotes[2]);
  EXPECT_NE(remotes[0], remotes[3]);
}

TEST(Connection, OfOneMachineIsNeverUsedForAnother) {
  Headquarters headquarters(
      answering([](const RequestHead& head, const std::string&) {
        return head.client_certificate_der;
      }));
  const Credentials first = headquarters.authority().machine("first");
  const Credentials second = headquarters.authority().machine("second");
  Transport transport;

  for (const Credentials& machine : {first, second, first}) {
    const auto answer = transport.post(headquarters.peer(machine), saying("a"));

    ASSERT_TRUE(answer) << answer.error().what.id;
    EXPECT_EQ(answer->body, machine.certificate_der);
  }
}

TEST(ServerStop, LetsARunningRequestEnd) {
  Held held;
  Headquarters headquarters(held.router());
  const std::uint16_t port = headquarters.server().port();
  auto call = std::async(std::launch::async, [&headquarters] {
    Transport transport;
    return transport.post(headquarters.peer(), saying("a"));
  });
  const auto responder = held.responder.get_future().get();
  auto stop = std::async(std::launch::async, [&headquarters] {
    headquarters.server().stop(60'000);
  });
  while (connects(port)) std::this_thread::yield();

  responder->reply(200, relais_type, "to the end");

  const auto answer = call.get();
  ASSERT_TRUE(answer) << answer.error().what.id;
  EXPECT_EQ(answer->body, "to the end");
  EXPECT_EQ(stop.wait_for(patience), std::future_status::ready);
}

TEST(ServerStop, CutsWhatDoesNotEndInTimeAndTellsTheHandler) {
  Held held;
  Headquarters headquarters(held.router());
  auto call = std::async(std::launch::async, [&headquarters] {
    Transport transport;
    return transport.post(headquarters.peer(), saying("a"));
  });
  const auto responder = held.responder.get_future().get();

  headquarters.server().stop(0);

  const auto answer = call.get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::offline);
  EXPECT_TRUE(held.was_closed());
  responder->reply(200, relais_type, "too late");
}

TEST(ServerStop, DoesNotWaitForAnIdleConnection) {
  Headquarters headquarters(answering(
      [](const RequestHead&, const std::string& whole) { return whole; }));
  Transport transport;
  ASSERT_TRUE(transport.post(headquarters.peer(), saying("a")));

  auto stop = std::async(std::launch::async, [&headquarters] {
    headquarters.server().stop(600'000);
  });

  EXPECT_EQ(stop.wait_for(patience), std::future_status::ready);
}

TEST(Listening, AtATakenPortIsBusyAndAtNoAddressInvalid) {
  Headquarters headquarters(
      [](const RequestHead&, std::shared_ptr<Responder>) { return nullptr; });
  Authority authority;
  const Credentials own = authority.server();
  const server::TlsIdentity identity{own.certificate_der, own.private_key_pem,
                                     authority.root_der()};

  const auto taken = server::HttpServer::listen(
      "127.0.0.1", headquarters.server().port(), identity, {});
  const auto nowhere = server::HttpServer::listen("nowhere", 0, identity, {});

  ASSERT_FALSE(taken || nowhere);
  EXPECT_EQ(taken.error().code, Errc::busy);
  EXPECT_EQ(nowhere.error().code, Errc::invalid);
}

}  // namespace
}  // namespace relais::test
