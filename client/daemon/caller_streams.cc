#include "client/daemon/caller_streams.h"

#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "client/daemon/limits.h"
#include "sync/replica/people.h"
#include "sync/text/sentence.h"

namespace relais::client {
namespace {

namespace asio = boost::asio;

using Token = asio::use_awaitable_t<>;

asio::awaitable<Result<proto::Input>> next_input(
    std::shared_ptr<Caller> caller) {
  auto begin = [](auto handler, std::shared_ptr<Caller> from) {
    // std::function copies; the handler only moves.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    from->next_input([shared](Result<proto::Input> input) {
      std::move (*shared)(std::move(input));
    });
  };
  co_return co_await asio::async_initiate<const Token,
                                          void(Result<proto::Input>)>(
      std::move(begin), asio::use_awaitable, std::move(caller));
}

bool is_end(const proto::Input& input) {
  return input.bytes().empty() && !input.last();
}

}  // namespace

proto::End end_of(const Result<>& ended) {
  proto::End end;
  if (ended) return end;
  end.set_exit_code(sync::exit_code(ended.error().code));
  end.set_login(sync::is_not_logged_in(ended.error().what));
  *end.add_sentence() = to_proto(ended.error().what);
  for (const sync::Sentence& further : ended.error().more) {
    *end.add_sentence() = to_proto(further);
  }
  return end;
}

void CallerOutput::row(std::string json) {
  proto::Reply reply;
  reply.set_json(std::move(json));
  caller_->reply(std::move(reply));
}

void CallerOutput::note(const sync::Sentence& note) {
  proto::Reply reply;
  *reply.mutable_note() = to_proto(note);
  caller_->reply(std::move(reply));
}

void CallerOutput::rejected(const proto::Rejected& rejected) {
  proto::Reply reply;
  *reply.mutable_rejected() = rejected;
  caller_->reply(std::move(reply));
}

void CallerOutput::progress(const sync::Sentence& progress) {
  proto::Reply reply;
  *reply.mutable_progress() = to_proto(progress);
  caller_->reply(std::move(reply));
}

void CallerOutput::data(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += limits::data_piece_bytes) {
    proto::Reply reply;
    reply.set_data(std::string(bytes.substr(at, limits::data_piece_bytes)));
    caller_->reply(std::move(reply));
  }
}

asio::awaitable<void> CallerInput::read_ahead() {
  std::size_t bytes = 0;
  while (!ended_ && bytes < limits::input_ahead_bytes) {
    auto input = co_await next_input(caller_);
    if (!input || is_end(*input)) {
      ended_ = true;
    } else {
      bytes += input->ByteSizeLong();
      ahead_.push_back(std::move(*input));
    }
  }
}

Result<std::optional<proto::Input>> CallerInput::next() {
  if (!ahead_.empty()) {
    std::optional<proto::Input> first(std::move(ahead_.front()));
    ahead_.pop_front();
    return first;
  }
  if (ended_) {
    if (caller_->gone()) {
      return sync::fail(sync::Errc::cancelled, "The caller hung up.");
    }
    return std::optional<proto::Input>();
  }
  auto input = caller_->wait_for_input();
  if (!input) return sync::fail(input.error());
  if (is_end(*input)) {
    ended_ = true;
    return std::optional<proto::Input>();
  }
  return std::optional<proto::Input>(std::move(*input));
}

}  // namespace relais::client
