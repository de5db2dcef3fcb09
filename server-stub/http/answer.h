#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace relais::server {

/// What stands before an answer's body.
struct AnswerHead {
  int status = 200;
  std::string content_type;
  std::optional<std::size_t> length;  ///< absent: chunks follow
};

/// One answer as it goes over the wire: told what to say, it gives bytes and
/// is told how many have left. Calls out of order do nothing.
///
/// Nothing on the way may keep a copy of an answer; a page may load nothing
/// from elsewhere and stand in no other page.
class Answer {
 public:
  /// `headers_only`: the question was HEAD.
  explicit Answer(bool headers_only = false) : headers_only_(headers_only) {}

  /// Tells a peer that waits for it to send its body.
  void go_on();
  /// `last`: the connection closes after this answer.
  void begin(const AnswerHead& head, bool last);
  void write(std::string bytes);
  void end();

  bool begun() const { return begun_; }
  bool complete() const { return complete_; }
  /// Bytes that have not left.
  std::size_t unsent_bytes() const { return unsent_bytes_; }
  /// Some of them, valid until the next call of sent(); empty: none.
  std::string_view next() const;
  void sent(std::size_t size);

 private:
  void queue(std::string bytes);

  bool headers_only_;
  bool begun_ = false;
  bool complete_ = false;
  bool chunked_ = false;
  std::deque<std::string> unsent_;
  std::size_t unsent_bytes_ = 0;
  std::size_t front_sent_ = 0;
};

}  // namespace relais::server
