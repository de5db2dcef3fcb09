#include "server-stub/http/answer.h"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>

#include "server-stub/http/limits.h"
#include "sync/check.h"

namespace relais::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

using Head = http::response<http::empty_body>;

void protect_page(Head& head) {
  head.set("Content-Security-Policy",
           "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
           "form-action 'self'");
  head.set("Referrer-Policy", "no-referrer");
}

std::string to_text(Head& head) {
  http::response_serializer<http::empty_body> serializer(head);
  serializer.split(true);
  std::string text;
  beast::error_code failed;
  serializer.next(failed, [&text](beast::error_code&, const auto& buffers) {
    text = beast::buffers_to_string(buffers);
  });
  CHECK(!failed && !text.empty());
  return text;
}

}  // namespace

void Answer::go_on() {
  queue("HTTP/1.1 100 Continue\r\n\r\n");
}

void Answer::begin(const AnswerHead& wanted, bool last) {
  if (std::exchange(begun_, true)) return;
  Head head;
  head.version(11);
  head.result(static_cast<unsigned>(wanted.status));
  if (!wanted.content_type.empty()) {
    head.set(http::field::content_type, wanted.content_type);
  }
  head.set(http::field::cache_control, "no-store");
  head.set("X-Content-Type-Options", "nosniff");
  if (wanted.content_type.starts_with("text/html")) protect_page(head);
  chunked_ = !wanted.length;
  if (chunked_) {
    head.chunked(true);
  } else {
    head.content_length(*wanted.length);
  }
  head.keep_alive(!last);
  queue(to_text(head));
}

void Answer::write(std::string bytes) {
  if (!begun_ || complete_ || headers_only_ || bytes.empty()) return;
  if (!chunked_) return queue(std::move(bytes));
  const boost::asio::const_buffer body(bytes.data(), bytes.size());
  queue(beast::buffers_to_string(http::make_chunk(body)));
}

void Answer::end() {
  if (!begun_ || std::exchange(complete_, true)) return;
  if (!chunked_ || headers_only_) return;
  queue(beast::buffers_to_string(http::make_chunk_last()));
}

std::string_view Answer::next() const {
  if (unsent_.empty()) return {};
  return std::string_view(unsent_.front()).substr(front_sent_);
}

void Answer::sent(std::size_t size) {
  unsent_bytes_ -= size;
  front_sent_ += size;
  if (front_sent_ < unsent_.front().size()) return;
  unsent_.pop_front();
  front_sent_ = 0;
}

void Answer::queue(std::string bytes) {
  unsent_bytes_ += bytes.size();
  // The front may be on its way; the others may still grow.
  const bool joins =
      unsent_.size() > 1 &&
      unsent_.back().size() + bytes.size() <= limits::record_bytes;
  if (joins) {
    unsent_.back() += bytes;
  } else {
    unsent_.push_back(std::move(bytes));
  }
}

}  // namespace relais::server
