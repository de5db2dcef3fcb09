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
#include "sync/sealed/secrecy.h"
#include "sync/text/messages.h"

namespace {

using relais::client::Daemon;
using relais::sync::Language;
using relais::sync::Sentence;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// --lang, wherever it stands, so that the help is in it too.
std::string wanted_language(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string one = argv[i];
    if (one.starts_with("--lang=")) return one.substr(7);
    if (one == "--lang" && i + 1 < argc) return argv[i + 1];
  }
  return {};
}

void tell(const Sentence& sentence, Language language) {
  const std::string text = relais::sync::say(sentence, language);
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

int serve(const std::string& home, Language language) {
  auto daemon = Daemon::start(home);
  if (!daemon) {
    tell(daemon.error().what, language);
    return EXIT_FAILURE;
  }
  malloc_trim(0);
  (*daemon)->run();
  return EXIT_SUCCESS;
}

int run(int argc, char** argv, Language language) {
  const auto words = [language](const Sentence& sentence) {
    return relais::sync::say(sentence, language);
  };
  CLI::App app(
      words(Sentence{"keeps a post's records and brings them to headquarters",
                     {}}),
      "relaisd");
  std::string home = "/var/lib/relais";
  std::string level = "info";
  std::string lang;
  app.set_help_flag("-h,--help", words(Sentence{"this help", {}}));
  app.get_formatter()->label("Usage", words(Sentence{"Usage", {}}));
  app.get_formatter()->label("OPTIONS", words(Sentence{"options", {}}));
  app.option_defaults()->group(words(Sentence{"Options", {}}));
  app.get_help_ptr()->group(words(Sentence{"Options", {}}));
  app.add_option("--home", home,
                 words(Sentence{"folder of its data and its socket", {}}))
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option(
         "--lang", lang,
         words(Sentence{"the language, else that of LANG, else French", {}}))
      ->type_name("fr|en");
  const CLI::IsMember levels({"debug", "info", "warning", "error", "off"});
  app.add_option("--log-level", level,
                 words(Sentence{"how much it writes into its log", {}}))
      ->check(levels)
      ->type_name("LEVEL")
      ->capture_default_str();
  app.set_version_flag("--version", std::string("relaisd " RELAIS_VERSION),
                       words(Sentence{"the version", {}}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    tell(Sentence{"Wrong use: {0}", {error.what()}}, language);
    return relais::sync::exit_code(relais::sync::Errc::usage);
  }
  auto log = spdlog::stderr_logger_st("relaisd");
  log->set_pattern("%Y-%m-%dT%H:%M:%S %l %v");
  log->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(log);
  return serve(home, language);
}

}  // namespace

int main(int argc, char** argv) {
  relais::sync::keep_memory_private();
  keep_standard_streams();
  spare_memory();
  umask(0077);
  std::signal(SIGPIPE, SIG_IGN);
  relais::sync::open_catalogue(relais::sync::share_folder() + "/locale");
  const auto language =
      relais::sync::choose_language(wanted_language(argc, argv), environment);
  if (!language) {
    tell(language.error().what, Language::fr);
    return relais::sync::exit_code(language.error().code);
  }
  return run(argc, argv, *language);
}
