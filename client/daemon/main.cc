#include <fcntl.h>
#include <malloc.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <CLI/CLI.hpp>

#include "client/daemon/daemon.h"
#include "sync/text/messages.h"

namespace {

using relais::client::Daemon;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void say(const relais::sync::Error& error) {
  auto language = relais::sync::choose_language({}, environment);
  std::string text = relais::sync::say(
      error.what, language ? *language : relais::sync::Language::fr);
  std::fprintf(stderr, "relaisd: %s\n", text.c_str());
}

/// One arena: threads seldom allocate at once here, and a post's PC has little
/// memory. What is freed goes back.
void spare_memory() {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 64 * 1024);
  mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

/// So that no file of ours ever gets the number of a standard stream.
void keep_standard_streams() {
  for (int stream = 0; stream <= 2; ++stream) {
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", O_RDWR);
  }
}

int serve(const std::string& home) {
  auto daemon = Daemon::start(home);
  if (!daemon) {
    say(daemon.error());
    return EXIT_FAILURE;
  }
  malloc_trim(0);
  (*daemon)->run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  keep_standard_streams();
  spare_memory();
  umask(0077);
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app(
      "relaisd: keeps a post's records and brings them to headquarters",
      "relaisd");
  std::string home = "/var/lib/relais";
  std::string level = "info";
  app.add_option("--home", home, "folder of its data and its socket")
      ->capture_default_str();
  app.add_option("--log-level", level, "debug, info, warning, error or off")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
      ->capture_default_str();
  app.set_version_flag("--version", std::string("relaisd " RELAIS_VERSION));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : 2;
  }
  relais::sync::open_catalogue(relais::sync::share_folder() + "/locale");
  auto log = spdlog::stderr_logger_st("relaisd");
  log->set_pattern("%Y-%m-%dT%H:%M:%S %l %v");
  log->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(log);
  return serve(home);
}
