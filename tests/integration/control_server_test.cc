#include "client/control/control_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <thread>

#include <boost/asio/post.hpp>

#include "sync/control/client.h"
#include "sync/control/socket_path.h"
#include "tests/support/temporary_folder.h"

namespace relais::client {
namespace {

using sync::ControlClient;
using sync::Errc;

/// A daemon whose loop is a thread; callers are made in the test's own.
class DaemonStandIn {
 public:
  explicit DaemonStandIn(ControlHandler handler)
      : server_(*ControlServer::start(loop_, path(), std::move(handler))),
        thread_([this] { loop_.run(); }) {}
  ~DaemonStandIn() {
    boost::asio::post(loop_, [this] { server_->stop(); });
    thread_.join();
  }

  std::string path() const { return sync::control_socket(home_.path()); }
  ControlClient caller() const {
    auto client = ControlClient::connect({.home = home_.path()});
    EXPECT_TRUE(client);
    return *std::move(client);
  }

 private:
  test::TemporaryFolder home_;
  boost::asio::io_context loop_{1};
  std::unique_ptr<ControlServer> server_;
  std::thread thread_;
};

proto::Reply row(const std::string& json) {
  proto::Reply reply;
  reply.set_json(json);
  return reply;
}

proto::End ending(int code) {
  proto::End end;
  end.set_exit_code(code);
  return end;
}

proto::Request asking(const std::string& verb) {
  proto::Request request;
  request.add_verb(verb);
  return request;
}

/// Pieces of `size` bytes, `count` times.
sync::InputSource pieces(int count, std::size_t size) {
  return [count, size]() mutable -> Result<std::optional<proto::Input>> {
    if (count-- == 0) return std::nullopt;
    proto::Input input;
    input.set_bytes(std::string(size, 'x'));
    input.set_last(count == 0);
    return input;
  };
}

TEST(ControlServer, AnswersWithRowsThenAnEnd) {
  DaemonStandIn daemon([](ControlCall call) {
    call.caller->reply(row("{\"verb\":\"" + call.request.verb(0) + "\"}"));
    call.caller->reply(row("{}"));
    call.caller->end(ending(3));
  });
  auto caller = daemon.caller();
  std::vector<std::string> rows;

  for (int round = 0; round < 3; ++round) {
    const auto end = caller.ask(asking("list"), nullptr, [&](const auto& one) {
      rows.push_back(one.json());
      return Result<>();
    });
    ASSERT_TRUE(end);
    EXPECT_EQ(end->exit_code(), 3);
  }

  EXPECT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows.front(), "{\"verb\":\"list\"}");
}

TEST(ControlServer, TellsWhoCallsByTheSystemAndNotByTheCaller) {
  DaemonStandIn daemon([](ControlCall call) {
    call.caller->end(ending(call.uid == getuid() ? 0 : 1));
  });

  const auto end = daemon.caller().ask(asking("whoami"), nullptr, nullptr);

  EXPECT_EQ(end.value().exit_code(), 0);
}

TEST(ControlServer, MakesASocketForOwnerAndGroupOnly) {
  DaemonStandIn daemon([](ControlCall) {});
  struct stat found {};

  ASSERT_EQ(::stat(daemon.path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0660U);
}

TEST(ControlServer, TakesInputThatIsLargerThanEveryBufferOnAnotherThread) {
  std::thread worker;
  DaemonStandIn daemon([&worker](ControlCall call) {
    worker = std::thread([call] {
      std::size_t bytes = 0;
      int files = 0;
      while (true) {
        const auto input = call.caller->wait_for_input();
        if (!input || (input->bytes().empty() && !input->last())) break;
        bytes += input->bytes().size();
        files += input->last() ? 1 : 0;
        call.caller->reply(row(std::string(input->bytes().size(), 'y')));
      }
      call.caller->end(ending(bytes == 200 * 60'000 && files == 1 ? 0 : 1));
    });
  });
  std::size_t read = 0;

  const auto end = daemon.caller().ask(asking("import"), pieces(200, 60'000),
                                       [&](const auto& one) {
                                         read += one.json().size();
                                         return Result<>();
                                       });
  worker.join();

  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code(), 0);
  EXPECT_EQ(read, 200 * 60'000U);
}

TEST(ControlServer, EndsARequestBeforeItsInputHasCome) {
  DaemonStandIn daemon([](ControlCall call) { call.caller->end(ending(2)); });

  const auto end =
      daemon.caller().ask(asking("import"), pieces(1000, 60'000), nullptr);

  ASSERT_TRUE(end);
  EXPECT_EQ(end->exit_code(), 2);
}

TEST(ControlServer, TellsWhoWaitsForInputThatTheCallerHungUp) {
  std::promise<bool> told;
  DaemonStandIn daemon([&told](ControlCall call) {
    call.caller->next_input([&told, call](Result<proto::Input> input) {
      told.set_value(!input && call.caller->gone());
    });
  });

  {
    auto caller = daemon.caller();
    const auto refuse = []() -> Result<std::optional<proto::Input>> {
      return sync::fail(Errc::cancelled, "the caller's own reason");
    };
    EXPECT_FALSE(caller.ask(asking("import"), refuse, nullptr));
  }

  EXPECT_TRUE(told.get_future().get());
}

TEST(ControlServer, HangsUpOnACallerWhoNeverReads) {
  std::promise<void> gone;
  std::thread worker;
  DaemonStandIn daemon([&](ControlCall call) {
    worker = std::thread([&gone, call] {
      const auto reply = row(std::string(500'000, 'x'));
      while (!call.caller->gone()) call.caller->reply(reply);
      gone.set_value();
    });
  });
  auto path = sync::SocketPath::open(daemon.path());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un& address = path->address();
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address),
                      sizeof address),
            0);
  proto::ClientMessage message;
  *message.mutable_request() = asking("list");
  const auto bytes = sync::frame(message).value();
  ASSERT_EQ(::write(socket, bytes.data(), bytes.size()),
            static_cast<ssize_t>(bytes.size()));

  gone.get_future().wait();
  worker.join();
  ::close(socket);
}

TEST(ControlServer, HangsUpOnWhatIsNoMessage) {
  DaemonStandIn daemon([](ControlCall call) { call.caller->end(ending(0)); });
  auto path = sync::SocketPath::open(daemon.path());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un& address = path->address();
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address),
                      sizeof address),
            0);

  EXPECT_EQ(::write(socket, "GET / HTTP/1.1\r\n", 16), 16);
  char byte = 0;
  EXPECT_EQ(::read(socket, &byte, 1), 0);
  ::close(socket);
  EXPECT_TRUE(daemon.caller().ask(asking("list"), nullptr, nullptr));
}

TEST(ControlServer, ReplacesASocketThatNobodyListensOnAndNoOther) {
  const test::TemporaryFolder home;
  const std::string path = sync::control_socket(home.path());
  boost::asio::io_context loop{1};
  const ControlHandler nothing = [](ControlCall) {};
  // A socket file as a killed daemon leaves it.
  auto place = sync::SocketPath::open(path);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un& address = place->address();
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address),
                   sizeof address),
            0);
  ::close(socket);

  auto first = ControlServer::start(loop, path, nothing);
  const auto second = ControlServer::start(loop, path, nothing);

  ASSERT_TRUE(first);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  (*first)->stop();
  EXPECT_FALSE(std::filesystem::exists(path));
  loop.run();
}

TEST(ControlServer, LeavesAFileThatIsNoSocket) {
  const test::TemporaryFolder home;
  const std::string path = sync::control_socket(home.path());
  std::filesystem::create_directory(path);
  boost::asio::io_context loop{1};

  EXPECT_FALSE(ControlServer::start(loop, path, [](ControlCall) {}));
  EXPECT_TRUE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace relais::client
