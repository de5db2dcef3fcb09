#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "proto/control.pb.h"
#include "sync/control/framing.h"

namespace relais::sync {

/// Who answers at a home: only the words of the sentence that says how to
/// start it.
struct Daemon {
  std::string home;
  std::string program = "relaisd";
};

/// What goes with a request, pulled when the daemon has room for it.
/// nullopt: that was all.
using InputSource = std::function<Result<std::optional<proto::Input>>()>;
/// Each reply but the last. An error ends the talk and comes back from ask().
using OnReply = std::function<Result<>(const proto::Reply&)>;

/// A blocking connection to a daemon. Both directions move together, so that
/// neither side waits for the other with full hands.
///
/// Threads   One. A signal whose handler returns wakes it; `stopped` is then
///           asked, and true gives cancelled; or, of a talk that is to have its
///           account, the daemon is told that no more comes, and its last reply
///           is waited for.
class ControlClient {
 public:
  /// busy: nobody listens there (the sentence says how to start the daemon);
  /// denied: the socket is not for this user. One that is just starting is
  /// waited for, up to `patience`.
  static Result<ControlClient> connect(
      const Daemon& daemon,
      std::chrono::milliseconds patience = std::chrono::milliseconds(0));
  ~ControlClient();
  ControlClient(ControlClient&& other) noexcept;
  ControlClient& operator=(ControlClient&&) = delete;

  enum class Stop : std::uint8_t { at_once, with_account };
  void stop_when(std::function<bool()> stopped, Stop how = Stop::at_once) {
    stopped_ = std::move(stopped);
    how_ = how;
  }
  /// Null `input`: none. Fails with wire_format when the daemon went away
  /// before its last reply: what it did before that is done.
  Result<proto::End> ask(const proto::Request& request,
                         const InputSource& input, const OnReply& on_reply);

 private:
  explicit ControlClient(int socket) : socket_(socket) {}
  static Result<ControlClient> connect_once(const Daemon& daemon);
  Result<> wait(bool to_write);
  Result<> write_some();
  Result<> read_some();
  Result<> pull_input(const InputSource& input);
  /// True: the talk ends here.
  bool stop();

  int socket_;
  std::function<bool()> stopped_;
  Stop how_ = Stop::at_once;
  bool leaving_ = false;
  Bytes unsent_;
  std::size_t sent_ = 0;
  bool input_ended_ = false;
  bool closed_ = false;
  Unframer replies_;
};

}  // namespace relais::sync
