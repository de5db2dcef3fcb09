#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "server-stub/http/answer.h"
#include "server-stub/http/connection.h"

// Beast compiles slowly: only https_connection.cc includes this.
namespace relais::server {

/// What the reading side is at.
enum class Reading {
  handshake,
  head,       ///< of the next request, or nothing yet of it
  body,       ///< a piece of it is awaited
  paused,     ///< the handler has a piece and will ask for the next
  complete,   ///< the whole request is there
  refused,    ///< the handler wants no more of it
  discarded,  ///< what still comes is thrown away, then it is over
  over,
};

class HttpsConnection final
    : public Connection,
      public std::enable_shared_from_this<HttpsConnection> {
 public:
  HttpsConnection(Socket socket, Home home)
      : home_(std::move(home)),
        strand_(socket.get_executor()),
        stream_(std::move(socket), home_.tls),
        timer_(strand_) {}

  void start() override;
  void finish() override;
  void abort() override;

 private:
  class Answerer;
  using Failure = boost::system::error_code;
  using Self = std::shared_ptr<HttpsConnection>;

  void read_head();
  void on_head(Failure failed);
  void route();
  void read_on();
  void on_piece(Failure failed);
  void hand_over(std::size_t size);
  void on_done(std::uint64_t request, bool go_on);

  bool open_for(std::uint64_t request) const;
  void begin(const AnswerHead& head);
  void refuse(int status);
  void send();
  void on_written(Failure failed, std::size_t size);
  void after_answer();

  void say_goodbye();
  void discard();
  void close();
  void tick();
  bool idle_too_long();

  // First, so that it goes last: the rest needs what it keeps.
  Home home_;
  Strand strand_;
  boost::asio::ssl::stream<Socket> stream_;
  boost::asio::steady_timer timer_;
  std::string remote_;
  bool finishing_ = false;

  Reading reading_ = Reading::handshake;
  boost::beast::flat_buffer buffer_;
  std::optional<
      boost::beast::http::request_parser<boost::beast::http::buffer_body>>
      parser_;
  std::string piece_;
  std::size_t discarded_ = 0;

  /// Requests are counted, so that a late call for one does not meet the next.
  std::uint64_t request_ = 0;
  std::shared_ptr<RequestHandler> handler_;

  Answer answer_;
  bool last_ = false;  ///< goodbye after this answer
  bool writing_ = false;
  std::vector<std::function<void(bool)>> when_sent_;

  std::chrono::steady_clock::time_point moved_at_ =
      std::chrono::steady_clock::now();
  std::uint64_t acknowledged_ = 0;
};

}  // namespace relais::server
