#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "client/tui/desk.h"
#include "proto/control.pb.h"

namespace relais::tui {

/// Asks the daemon of a home over its socket, one connection an ask.
///
/// Threads   ask(): the loop's. Two workers own nothing but the ask in hand:
///           one for what the daemon answers at once, one for what talks to
///           headquarters. Answers are posted to the loop.
class DaemonLink final : public Link {
 public:
  DaemonLink(boost::asio::io_context& loop, std::string home, std::string as,
             sync::Language language);

  void ask(const Ask& ask, OnAnswer on_answer) override;
  /// Begins as whoever logged in on the command line.
  void act_as(const std::string& session) override;
  /// Waits until what was asked to be written is: the last thing to be done.
  /// A session with headquarters goes on without us.
  void finish();
  /// After every answer, on the loop's thread.
  void on_answered(std::function<void()> run) { answered_ = std::move(run); }

 private:
  proto::Request request(const Ask& ask) const;
  Answer talk(const proto::Request& request, const Ask& ask,
              const OnAnswer& progress) const;

  boost::asio::io_context* loop_;
  std::string home_;
  std::string as_;
  std::string session_;
  sync::Language language_;
  std::function<void()> answered_;
  std::shared_ptr<std::atomic<bool>> leaving_;
  std::shared_ptr<std::atomic<bool>> there_;  ///< the last connection stood
  boost::asio::thread_pool quick_{1};
  boost::asio::thread_pool slow_{1};
};

}  // namespace relais::tui
