#include "client/daemon/daemon.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <csignal>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "client/daemon/limits.h"
#include "client/daemon/service_notice.h"
#include "sync/check.h"
#include "sync/control/socket_path.h"

namespace relais::client {
namespace {

namespace asio = boost::asio;
using sync::Errc;
using sync::fail;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

void never_throws(std::exception_ptr thrown) {
  CHECK(thrown == nullptr);
}

}  // namespace

Daemon::Daemon(sync::Home home, std::unique_ptr<Station> station, uid_t owner)
    : home_(std::move(home)),
      station_(std::move(station)),
      gate_(*station_, owner, station_->replica().clock()),
      runner_(loop_, {&store_, &net_, station_.get()}),
      requests_({&store_, &net_, station_.get()}, runner_, gate_),
      links_(loop_),
      signals_(loop_, SIGTERM, SIGINT),
      watchdog_(loop_),
      idle_(loop_),
      beat_(loop_) {
  if (station_->envelopes().anew()) {
    spdlog::warn("the ring of waiting envelopes was damaged and begins anew");
  }
}

Result<std::unique_ptr<Daemon>> Daemon::start(
    const std::filesystem::path& folder) {
  auto home = sync::Home::open(folder);
  if (!home) return fail(home.error());
  struct stat about {};
  if (::stat(folder.c_str(), &about) != 0) {
    return fail(Errc::denied, "The folder {0} cannot be looked at",
                {folder.string()});
  }
  auto station = Station::open(home->database());
  if (!station) return fail(station.error());
  auto ring = (*station)->open_envelopes(home->folder() / "envelopes");
  if (!ring) return fail(ring.error());
  std::unique_ptr<Daemon> daemon(
      new Daemon(std::move(*home), std::move(*station), about.st_uid));
  auto control =
      ControlServer::start(daemon->loop_, sync::control_socket(folder.string()),
                           [raw = daemon.get()](ControlCall call) {
                             raw->spawn(raw->requests_.serve(std::move(call)));
                           });
  if (!control) return fail(control.error());
  daemon->control_ = std::move(*control);
  return daemon;
}

void Daemon::spawn(asio::awaitable<void> work) {
  asio::co_spawn(loop_, std::move(work), never_throws);
}

void Daemon::run() {
  spawn(wait_for_signal());
  spawn(runner_.run());
  spawn(links_.run([this] { runner_.link_came_up(); }));
  spawn(end_idle_logins());
  if (watchdog_period()) spawn(feed_watchdog());
  spawn(beat_envelopes());
  notify_service("READY=1");
  spdlog::info("relaisd serves {}", home_.folder().string());
  loop_.run();
}

asio::awaitable<void> Daemon::wait_for_signal() {
  auto [error, number] = co_await signals_.async_wait(as_values);
  if (error) co_return;
  spdlog::info("signal {}: relaisd stops", number);
  notify_service("STOPPING=1");
  stop();
}

void Daemon::stop() {
  boost::system::error_code ignored;
  stopping_ = true;
  signals_.clear(ignored);
  control_->stop();
  runner_.stop();
  links_.stop();
  watchdog_.cancel();
  idle_.cancel();
  beat_.cancel();
}

/// What fails here is no reason to stop: it is tried again at the next beat.
asio::awaitable<void> Daemon::beat_envelopes() {
  const auto beat = [station = station_.get()] {
    (void)station->envelopes().beat();
    return station->envelopes().pause();
  };
  while (!stopping_) {
    const auto pause = co_await store_.run(beat);
    if (stopping_) co_return;
    beat_.expires_after(pause);
    co_await beat_.async_wait(as_values);
  }
}

/// A vault does not stay open because nobody asks anything.
asio::awaitable<void> Daemon::end_idle_logins() {
  for (;;) {
    idle_.expires_after(limits::idle_look);
    auto [error] = co_await idle_.async_wait(as_values);
    if (error) co_return;
    auto look = [this] { gate_.end_idle(); };
    co_await store_.run(std::move(look));
  }
}

/// Alive means: loop and store thread both turn.
asio::awaitable<void> Daemon::feed_watchdog() {
  const auto period = *watchdog_period() / 2;
  for (;;) {
    co_await store_.run([] {});
    notify_service("WATCHDOG=1");
    watchdog_.expires_after(period);
    auto [error] = co_await watchdog_.async_wait(as_values);
    if (error) co_return;
  }
}

}  // namespace relais::client
