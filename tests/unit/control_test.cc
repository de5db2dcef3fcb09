#include <gtest/gtest.h>

#include "proto/control.pb.h"
#include "sync/control/client.h"
#include "sync/control/framing.h"
#include "sync/control/socket_path.h"
#include "tests/support/temporary_folder.h"

namespace relais::sync {
namespace {

proto::Reply row(const std::string& json) {
  proto::Reply reply;
  reply.set_json(json);
  return reply;
}

TEST(Framing, PutsTheLengthInFourBytesBeforeTheMessage) {
  EXPECT_EQ(frame(row("{}")).value(), std::string("\0\0\0\x04\x0a\x02{}", 8));
}

TEST(Framing, GivesBackMessagesHoweverTheStreamIsCut) {
  const Bytes stream = frame(row("one")).value() +
                       frame(proto::Reply()).value() +
                       frame(row(std::string(100'000, 'x'))).value();

  for (const std::size_t piece : {1U, 3U, 4096U, 1'000'000U}) {
    Unframer unframer;
    std::vector<std::size_t> sizes;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      unframer.add(std::string_view(stream).substr(at, piece));
      for (auto next = unframer.next(); next && *next; next = unframer.next()) {
        sizes.push_back((*next)->size());
      }
    }
    EXPECT_EQ(sizes, (std::vector<std::size_t>{5, 0, 100'004}));
    EXPECT_TRUE(unframer.empty());
  }
}

TEST(Framing, RefusesAMessageLongerThanTheLimit) {
  EXPECT_EQ(
      frame(row(std::string(control_message_bytes_max, 'x'))).error().code,
      Errc::over_limit);
}

TEST(Framing, RefusesALengthPastTheLimitBeforeTheBytesCome) {
  Unframer unframer;
  unframer.add(std::string_view("\x00\x10\x00\x01", 4));

  EXPECT_EQ(unframer.next().error().code, Errc::wire_format);
}

TEST(Framing, SaysThatAStreamEndedInsideAMessage) {
  Unframer unframer;
  unframer.add(
      std::string_view("\0\0\0\x05"
                       "ab",
                       6));

  EXPECT_FALSE(unframer.next().value());
  EXPECT_FALSE(unframer.empty());
}

TEST(ControlClient, SaysHowToStartADaemonThatDoesNotRun) {
  const test::TemporaryFolder home;

  const auto client = ControlClient::connect({.home = home.path()});

  ASSERT_FALSE(client);
  EXPECT_EQ(exit_code(client.error().code), 1);
  EXPECT_NE(client.error().what.id.find("Start it with"), std::string::npos);
  EXPECT_EQ(client.error().what.arguments,
            (std::vector<std::string>{"relaisd", home.path()}));
  EXPECT_FALSE(ControlClient::connect({.home = home.path() / "none"}));
}

TEST(SocketPath, NamesASocketHoweverLongItsFolderIs) {
  const test::TemporaryFolder home;
  const auto deep = home.path() / std::string(200, 'x');
  std::filesystem::create_directory(deep);

  const auto path = SocketPath::open(control_socket(deep));

  ASSERT_TRUE(path);
  EXPECT_LT(std::string(path->name()).size(), 60U);
}

}  // namespace
}  // namespace relais::sync
