#include "client/control/connection.h"

#include <future>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "sync/check.h"

namespace relais::client {
namespace {

namespace asio = boost::asio;

tl::unexpected<sync::Error> caller_gone() {
  return sync::fail(sync::Errc::cancelled, "The caller hung up.");
}

}  // namespace

Result<proto::Input> Caller::wait_for_input() {
  auto promise = std::make_shared<std::promise<Result<proto::Input>>>();
  auto future = promise->get_future();
  next_input([promise](Result<proto::Input> input) {
    promise->set_value(std::move(input));
  });
  return future.get();
}

Connection::Connection(Socket socket, uid_t uid, ControlHandler handler)
    : socket_(std::move(socket)),
      uid_(uid),
      handler_(std::move(handler)),
      input_used_(socket_.get_executor(),
                  asio::steady_timer::time_point::max()) {}

void Connection::reply(proto::Reply reply) {
  if (gone_) return;
  const bool last = reply.has_end();
  auto bytes = sync::frame(reply);
  if (!bytes) {
    // One object too long for a message: the rest of the answer still comes.
    proto::Reply note;
    note.mutable_note()->set_id(bytes.error().what.id);
    for (const auto& argument : bytes.error().what.arguments) {
      note.mutable_note()->add_argument(argument);
    }
    bytes = sync::frame(note);
  }
  CHECK(bytes.has_value());
  unread_bytes_ += bytes->size();
  auto queued = [self = shared_from_this(), last,
                 framed = *std::move(bytes)]() mutable {
    self->queue(std::move(framed), last);
  };
  asio::post(socket_.get_executor(), std::move(queued));
}

void Connection::end(proto::End end) {
  proto::Reply last;
  *last.mutable_end() = std::move(end);
  reply(std::move(last));
}

void Connection::queue(sync::Bytes bytes, bool last) {
  if (gone_) return;
  if (unread_bytes_ > unread_bytes_max) return hang_up();
  if (last) {
    asking_ = false;
    inputs_.clear();
    input_ended_ = true;
    input_used_.cancel();
  }
  unsent_.push_back(std::move(bytes));
  write_next();
}

void Connection::write_next() {
  if (writing_ || unsent_.empty() || gone_) return;
  writing_ = true;
  asio::async_write(socket_, asio::buffer(unsent_.front()),
                    [self = shared_from_this()](boost::system::error_code error,
                                                std::size_t) {
                      self->writing_ = false;
                      self->unread_bytes_ -= self->unsent_.front().size();
                      self->unsent_.pop_front();
                      const bool all = self->unsent_.empty();
                      if (error || (all && self->leaving_ && !self->asking_)) {
                        return self->hang_up();
                      }
                      self->write_next();
                    });
}

void Connection::next_input(std::function<void(Result<proto::Input>)> got) {
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), got = std::move(got)]() mutable {
               self->give_input(std::move(got));
             });
}

void Connection::give_input(std::function<void(Result<proto::Input>)> got) {
  CHECK(!waiting_);
  if (!inputs_.empty()) {
    proto::Input next = std::move(inputs_.front());
    inputs_.pop_front();
    input_used_.cancel();
    return got(std::move(next));
  }
  if (gone_ || !asking_ || input_ended_) return got(caller_gone());
  waiting_ = std::move(got);
}

void Connection::take_input(proto::Input input) {
  // What comes after the handler has ended, or after the end of all, is late.
  if (!asking_ || input_ended_) return;
  if (input.bytes().empty() && !input.last()) input_ended_ = true;
  if (waiting_) return std::exchange(waiting_, nullptr)(std::move(input));
  inputs_.push_back(std::move(input));
}

bool Connection::take(proto::ClientMessage message) {
  if (message.has_input()) {
    take_input(std::move(*message.mutable_input()));
    return true;
  }
  if (!message.has_request() || asking_) return false;
  asking_ = true;
  input_ended_ = !message.request().input();
  handler_({std::move(*message.mutable_request()), uid_, shared_from_this()});
  return true;
}

asio::awaitable<bool> Connection::read_message(proto::ClientMessage& message) {
  while (true) {
    auto bytes = unframer_.next();
    if (!bytes) co_return false;
    if (*bytes) co_return message.ParseFromString(**bytes);
    auto [error, count] =
        co_await socket_.async_read_some(asio::buffer(piece_), as_values);
    if (error) co_return false;
    unframer_.add({piece_.data(), count});
  }
}

asio::awaitable<bool> Connection::room_for_input() {
  while (inputs_.size() >= unused_inputs_max && !gone_) {
    co_await input_used_.async_wait(as_values);
  }
  co_return !gone_;
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
  proto::ClientMessage message;
  while (true) {
    if (!co_await self->room_for_input()) break;
    if (!co_await self->read_message(message)) break;
    if (!self->take(std::move(message))) break;
  }
  self->let_go();
}

void Connection::let_go() {
  if (!asking_ && unsent_.empty()) return hang_up();
  leaving_ = true;
  input_ended_ = true;
  inputs_.clear();
  input_used_.cancel();
  if (waiting_) std::exchange(waiting_, nullptr)(caller_gone());
}

void Connection::hang_up() {
  if (gone_.exchange(true)) return;
  boost::system::error_code ignored;
  socket_.close(ignored);
  input_used_.cancel();
  inputs_.clear();
  if (waiting_) std::exchange(waiting_, nullptr)(caller_gone());
}

}  // namespace relais::client
