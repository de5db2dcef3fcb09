#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "server-stub/http/limits.h"
#include "tests/fuzz/target.h"

using namespace relais;

namespace {

namespace http = boost::beast::http;
using HttpParser = http::request_parser<http::buffer_body>;

struct ParsedHead {
  bool whole = false;
  bool refused = false;
  std::string method;
  std::string target;
  std::string type;
};

/// As server-stub/http reads a head, in pieces.
ParsedHead parsed_head(std::string_view input, std::size_t piece) {
  HttpParser parser;
  parser.header_limit(server::limits::request_header_bytes_max);
  parser.body_limit(boost::none);
  ParsedHead head;
  std::string buffer;
  for (std::size_t at = 0; at < input.size(); at += piece) {
    buffer += input.substr(at, piece);
    boost::system::error_code failed;
    const std::size_t used = parser.put(boost::asio::buffer(buffer), failed);
    buffer.erase(0, used);
    if (failed == http::error::need_more) continue;
    head.refused = bool(failed);
    if (failed || parser.is_header_done()) break;
  }
  head.whole = !head.refused && parser.is_header_done();
  if (!head.whole) return head;
  const auto& request = parser.get();
  head.method = request.method_string();
  head.target = request.target();
  head.type = request[http::field::content_type];
  CHECK(!parser.chunked() || !parser.content_length());
  return head;
}

}  // namespace

// The first byte says where the stream is cut.
FUZZ_TARGET(http) {
  if (input.empty()) return;
  const std::size_t piece = static_cast<unsigned char>(input[0]) + 1U;
  const auto stream = input.substr(1);

  const ParsedHead head = parsed_head(stream, piece);

  const ParsedHead at_once = parsed_head(stream, stream.size() + 1);
  CHECK(head.whole == at_once.whole);
  CHECK(head.target == at_once.target && head.method == at_once.method);
  for (const char byte : head.method + head.target) {
    CHECK(static_cast<unsigned char>(byte) > ' ');
  }
  CHECK(head.type.find_first_of("\r\n") == std::string::npos);
}
