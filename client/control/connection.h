#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "client/control/control_server.h"
#include "sync/control/framing.h"

namespace relais::client {

/// How this room's coroutines wait: an error is a value, never thrown.
inline constexpr auto as_values =
    boost::asio::as_tuple(boost::asio::use_awaitable);

/// One caller's stream. Its coroutine reads; answers go out as they come. All
/// state is the loop's; what other threads hand in is posted to it.
class Connection final : public Caller,
                         public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  Connection(Socket socket, uid_t uid, ControlHandler handler);

  void reply(proto::Reply reply) override;
  void end(proto::End end) override;
  bool gone() const override { return gone_ || leaving_; }
  void next_input(std::function<void(Result<proto::Input>)> got) override;

  /// Reads until either side hangs up. Keeps the connection alive meanwhile.
  static boost::asio::awaitable<void> run(std::shared_ptr<Connection> self);
  void hang_up();

 private:
  /// He sends no more: his request is told to end, and may still answer.
  void let_go();
  boost::asio::awaitable<bool> read_message(proto::ClientMessage& message);
  boost::asio::awaitable<bool> room_for_input();
  bool take(proto::ClientMessage message);
  void take_input(proto::Input input);
  void queue(sync::Bytes bytes, bool last);
  void write_next();
  void give_input(std::function<void(Result<proto::Input>)> got);

  Socket socket_;
  uid_t uid_;
  ControlHandler handler_;
  sync::Unframer unframer_;
  std::array<char, sync::control_piece_bytes> piece_;
  boost::asio::steady_timer input_used_;  ///< cancelled when one was

  bool asking_ = false;  ///< between a request and its end
  std::deque<proto::Input> inputs_;
  bool input_ended_ = true;
  std::function<void(Result<proto::Input>)> waiting_;

  std::deque<sync::Bytes> unsent_;
  bool writing_ = false;

  /// The facts that other threads read.
  std::atomic<bool> gone_ = false;
  std::atomic<bool> leaving_ = false;
  std::atomic<std::size_t> unread_bytes_ = 0;
};

}  // namespace relais::client
