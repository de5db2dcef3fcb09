#include "server-stub/headquarters/writer.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "server-stub/headquarters/limits.h"

namespace relais::server {

Writer::Writer(sync::Replica& replica)
    : replica_(&replica),
      stay_(boost::asio::make_work_guard(io_)),
      thread_([this] { io_.run(); }) {}

Writer::~Writer() {
  stop();
}

void Writer::stop() {
  stay_.reset();
  if (thread_.joinable()) thread_.join();
}

void Writer::share(std::function<Result<>()> work,
                   std::function<void(const Result<>&)> done) {
  boost::asio::post(
      io_, [this, piece = Piece{std::move(work), std::move(done)}]() mutable {
        shared_.push_back(std::move(piece));
        schedule();
      });
}

void Writer::alone(std::function<void()> job) {
  boost::asio::post(io_, [this, job = std::move(job)]() mutable {
    alone_.push_back(std::move(job));
    schedule();
  });
}

/// Behind everything that was posted meanwhile: while one commit waits for the
/// disk, the next one's work gathers.
void Writer::schedule() {
  if (std::exchange(scheduled_, true)) return;
  boost::asio::post(io_, [this] { run_all(); });
}

void Writer::run_all() {
  scheduled_ = false;
  std::vector<Piece> pieces;
  while (!shared_.empty() && pieces.size() < limits::shared_commit_max) {
    pieces.push_back(std::move(shared_.front()));
    shared_.pop_front();
  }
  if (!pieces.empty()) commit(pieces);
  if (!alone_.empty()) {
    const auto job = std::move(alone_.front());
    alone_.pop_front();
    ++counts_.alone;
    job();
  }
  if (!shared_.empty() || !alone_.empty()) schedule();
}

void Writer::commit(const std::vector<Piece>& pieces) {
  const auto done = replica_->transact([&]() -> Result<> {
    for (const Piece& piece : pieces) {
      if (auto worked = piece.work(); !worked) return worked;
    }
    return {};
  });
  if (!done && pieces.size() > 1) {
    for (const Piece& piece : pieces) commit({piece});
    return;
  }
  if (done) {
    ++counts_.commits;
    counts_.shared += pieces.size();
  }
  for (const Piece& piece : pieces) piece.done(done);
}

}  // namespace relais::server
