#include "client/tui/run.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "client/tui/daemon_link.h"
#include "client/tui/desk.h"
#include "client/tui/terminal_face.h"

namespace relais::tui {
namespace {

namespace asio = boost::asio;

/// What is typed is kept this long after the last key: about a word.
constexpr std::chrono::milliseconds pause{700};
/// What may change by itself is asked for again.
constexpr std::chrono::seconds tick{5};
/// Nobody pressed a key for so long: whoever is logged in is locked out.
constexpr std::chrono::seconds idle{180};
/// And where nobody pauses, after so many keys.
constexpr int keys_without_pause = 20;

/// RELAIS_LOCK_SECONDS: sooner, where people pass by.
std::chrono::seconds idle_after() {
  const char* wish = std::getenv("RELAIS_LOCK_SECONDS");
  const long wished = wish == nullptr ? 0 : std::strtol(wish, nullptr, 10);
  return wished > 0 ? std::min(idle, std::chrono::seconds(wished)) : idle;
}

/// The loop: keys, answers, signals and pauses, each followed by a drawing.
class Loop {
 public:
  Loop(const std::string& home, const std::string& as, sync::Language language,
       TerminalFace& face)
      : face_(&face),
        link_(loop_, home, as, language),
        desk_(link_, language),
        keys_(loop_, face.input()),
        signals_(loop_, SIGWINCH, SIGTERM, SIGHUP),
        paused_(loop_),
        idle_(loop_),
        ticks_(loop_) {}

  void run() {
    link_.on_answered([this] { draw(); });
    desk_.start();
    wait_for_idleness();
    wait_for_keys();
    wait_for_signals();
    wait_for_tick();
    draw();
    loop_.run();
    desk_.leave();
    // What is being written is written; the descriptor is the terminal's.
    link_.finish();
    keys_.release();
  }

 private:
  void wait_for_keys() {
    keys_.async_wait(asio::posix::stream_descriptor::wait_read,
                     [this](const boost::system::error_code& error) {
                       if (error) return end();
                       take_keys();
                       if (desk_.over()) return end();
                       wait_for_keys();
                     });
  }

  /// All that are there, then one drawing: a paste is not drawn by letters.
  void take_keys() {
    bool any = false;
    while (!desk_.over()) {
      const auto key = face_->next();
      if (!key) break;
      any = true;
      if (key->name == Key::Name::quit) {
        keep();
        if (desk_.may_end()) return end();
        continue;
      }
      desk_.on_key(*key);
      if (++since_pause_ >= keys_without_pause) keep();
    }
    // Ready, and nothing to read: the terminal is gone.
    if (!any && ++empty_reads_ > empty_reads_max) return end();
    if (any) empty_reads_ = 0;
    draw();
    wait_for_pause();
    wait_for_idleness();
  }

  void wait_for_idleness() {
    idle_.expires_after(idle_after());
    idle_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      desk_.on_idle();
      draw();
    });
  }

  void wait_for_pause() {
    paused_.expires_after(pause);
    paused_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      keep();
      draw();
    });
  }

  void wait_for_tick() {
    ticks_.expires_after(tick);
    ticks_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      desk_.on_tick();
      wait_for_tick();
    });
  }

  void keep() {
    since_pause_ = 0;
    desk_.on_pause();
  }

  void wait_for_signals() {
    signals_.async_wait(
        [this](const boost::system::error_code& error, int signal) {
          if (error) return;
          if (signal != SIGWINCH) {
            keep();
            return end();
          }
          face_->resize();
          draw();
          wait_for_signals();
        });
  }

  void draw() {
    if (desk_.over()) return;
    Grid grid(face_->rows(), face_->columns());
    desk_.draw(grid);
    face_->paint(grid);
  }

  void end() { loop_.stop(); }

  static constexpr int empty_reads_max = 100;

  asio::io_context loop_;
  TerminalFace* face_;
  DaemonLink link_;
  Desk desk_;
  asio::posix::stream_descriptor keys_;
  asio::signal_set signals_;
  asio::steady_timer paused_;
  asio::steady_timer idle_;
  asio::steady_timer ticks_;
  int since_pause_ = 0;
  int empty_reads_ = 0;
};

}  // namespace

sync::Result<> run(const std::string& home, const std::string& as,
                   sync::Language language) {
  auto face = TerminalFace::open();
  if (!face) return sync::fail(face.error());
  Loop(home, as, language, **face).run();
  return {};
}

}  // namespace relais::tui
