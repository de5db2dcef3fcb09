#pragma once

#include <deque>
#include <memory>

#include <boost/asio/awaitable.hpp>

#include "client/control/control_server.h"
#include "sync/command/command.h"

namespace relais::client {

/// A verb's answer, on its way to the caller. Threads: any.
class CallerOutput final : public sync::Output {
 public:
  explicit CallerOutput(std::shared_ptr<Caller> caller)
      : caller_(std::move(caller)) {}

  void row(std::string json) override;
  void note(const sync::Sentence& note) override;
  void rejected(const proto::Rejected& rejected) override;
  void progress(const sync::Sentence& progress) override;
  void data(std::string_view bytes) override;

 private:
  std::shared_ptr<Caller> caller_;
};

/// What the caller streams in. Read ahead on the loop, so that a verb begins
/// when most or all of it is there; the rest is waited for where the verb runs.
///
/// Threads: read_ahead() the loop's, before; next() the store's, after.
class CallerInput final : public sync::Input {
 public:
  explicit CallerInput(std::shared_ptr<Caller> caller)
      : caller_(std::move(caller)) {}

  boost::asio::awaitable<void> read_ahead();
  Result<std::optional<proto::Input>> next() override;

 private:
  std::shared_ptr<Caller> caller_;
  std::deque<proto::Input> ahead_;
  bool ended_ = false;  ///< nothing comes after what is ahead
};

/// As the control protocol wants it.
/// How a verb ended.
proto::End end_of(const Result<>& ended);

}  // namespace relais::client
