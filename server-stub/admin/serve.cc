#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <optional>

#include "server-stub/admin/calls.h"
#include "server-stub/admin/house.h"
#include "server-stub/admin/session.h"
#include "server-stub/headquarters/backups.h"
#include "server-stub/headquarters/limits.h"
#include "server-stub/headquarters/reception.h"

namespace relais::admin {
namespace {

namespace limits = server::limits;

struct Place {
  std::string address = "0.0.0.0";
  std::uint16_t port = limits::default_port;
};

/// "ADDR:PORT", "ADDR", ":PORT" or "[::1]:PORT".
Result<Place> place_of(const std::string& text) {
  Place place;
  if (text.empty()) return place;
  const bool six = text.front() == '[';
  const auto bracket = six ? text.find(']') : std::string::npos;
  auto colon = six ? text.find(':', bracket) : text.rfind(':');
  const std::string address =
      six ? text.substr(1, bracket - 1) : text.substr(0, colon);
  if (!address.empty()) place.address = address;
  in6_addr parsed{};
  if (::inet_pton(AF_INET, place.address.c_str(), &parsed) != 1 &&
      ::inet_pton(AF_INET6, place.address.c_str(), &parsed) != 1) {
    return fail(Errc::usage, "--listen takes ADDR:PORT, not {0}", {text});
  }
  if (colon == std::string::npos) return place;
  const std::string port = text.substr(colon + 1);
  const auto [end, error] =
      std::from_chars(port.data(), port.data() + port.size(), place.port);
  if (error == std::errc{} && end == port.data() + port.size()) return place;
  return fail(Errc::usage, "--listen takes ADDR:PORT, not {0}", {text});
}

/// SIGTERM and SIGINT as something to wait for. Before any thread is made, so
/// that none of them is interrupted.
class Signals {
 public:
  Signals() {
    sigset_t wanted;
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, SIGTERM);
    ::sigaddset(&wanted, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    descriptor_ = ::signalfd(-1, &wanted, SFD_CLOEXEC);
  }
  ~Signals() { ::close(descriptor_); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// True: told to end.
  bool wait(std::chrono::milliseconds longest) const {
    pollfd told{descriptor_, POLLIN, 0};
    return ::poll(&told, 1, static_cast<int>(longest.count())) > 0;
  }

 private:
  int descriptor_ = -1;
};

/// Backs up once an hour when something was written since the last time; and
/// scrubs the disk, if a purge could not because somebody was reading.
void keep_until_told(Office& office, server::Writer& writer,
                     const Signals& signals, Terminal& terminal) {
  const std::filesystem::path& folder = office.folder();
  while (!signals.wait(limits::backup_every)) {
    writer.alone([&] { (void)office.replica().finish_forgetting(); });
    if (!server::is_backup_due(folder)) continue;
    auto file = server::back_up_in_turn(
        folder, server::MachineClock(0).wall_ms(), limits::backups_kept);
    if (!file) terminal.tell(file.error());
  }
}

/// Where we listen is known before anybody calls: the certificate says so.
Result<std::unique_ptr<server::HttpServer>> open_door(
    Office& office, server::Reception& reception, const Place& place) {
  const auto write_down = [&](std::uint16_t port) {
    return office.replica().transact(
        [&] { return server::listen_at(office.store(), place.address, port); });
  };
  if (auto known = write_down(place.port); !known) {
    return fail(known.error());
  }
  auto papers = office.papers();
  if (!papers) return fail(papers.error());
  auto door = server::HttpServer::listen(
      place.address, place.port, papers->identity(), reception.router());
  if (!door || (*door)->port() == place.port) return door;
  if (auto known = write_down((*door)->port()); !known) {
    return fail(known.error());
  }
  return door;
}

Result<> run(Session& session, const Place& place) {
  const Signals signals;
  spdlog::set_default_logger(spdlog::stderr_logger_mt("relais-hq"));
  auto counter = find_counter(session.globals().home);
  if (!counter) return fail(counter.error());
  if (counter->serving) {
    return fail(sync::Errc::busy,
                "A headquarters serves {0} already. Stop it first.",
                {session.globals().home});
  }
  const auto office = std::move(counter->office);
  server::Writer writer(office->replica());
  server::Reception reception(*office, writer);
  auto door = open_door(*office, reception, place);
  if (!door) return fail(door.error());
  auto papers = office->papers();
  if (!papers) return fail(papers.error());
  auto control = server::ControlServer::start(office->folder().string(),
                                              run_beside(*office, writer));
  if (!control) return fail(control.error());
  (*door)->start(limits::http_threads);
  Terminal& terminal = session.terminal();
  terminal.print(papers->urls().front() + "\n");
  terminal.flush();
  keep_until_told(*office, writer, signals, terminal);
  (*control)->stop();
  (*door)->stop(limits::grace_ms);
  writer.stop();
  return {};
}

}  // namespace

int serve(Session& session, const Invocation& asked) {
  auto place = place_of(asked.text("listen"));
  if (!place) return session.terminal().tell(place.error());
  auto served = run(session, *place);
  return served ? 0 : session.terminal().tell(served.error());
}

}  // namespace relais::admin
