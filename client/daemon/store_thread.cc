#include "client/daemon/store_thread.h"

#include "client/daemon/limits.h"

namespace relais::client {

StoreThread::StoreThread()
    : guard_(boost::asio::make_work_guard(context_)),
      thread_([this] { context_.run(); }) {}

StoreThread::~StoreThread() {
  guard_.reset();
  thread_.join();
}

void StoreThread::give_way() {
  if (inside_ >= limits::long_works_max) return;
  ++inside_;
  context_.poll();
  --inside_;
}

}  // namespace relais::client
