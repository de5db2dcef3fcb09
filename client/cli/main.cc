#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "client/cli/parse.h"
#include "client/cli/session.h"
#include "client/cli/terminal.h"
#include "client/cli/verb.h"
#include "client/tui/run.h"
#include "sync/sealed/secrecy.h"
#include "sync/sealed/wiping_delete.h"
#include "sync/text/messages.h"
#include "sync/unicode.h"

namespace relais::cli {
namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<Verb> all_verbs() {
  std::vector<Verb> verbs = record_verbs();
  for (const auto& family :
       {exchange_verbs(), login_verbs(), machine_verbs(), sealed_verbs()}) {
    verbs.insert(verbs.end(), family.begin(), family.end());
  }
  return verbs;
}

Sentence not_text(const std::string& argument) {
  return Sentence{
      "{0} is not UTF-8 text: type it again, in a terminal set to UTF-8.",
      {argument}};
}

int run_interface(const Globals& globals, Terminal& terminal) {
  auto done = tui::run(globals.home, globals.as, terminal.language());
  if (done) return 0;
  terminal.tell(done.error());
  return sync::exit_code(done.error().code);
}

int run_verb(const Asked& asked, Terminal& terminal) {
  if (asked.verb == nullptr) return run_interface(asked.globals, terminal);
  Session session(asked.globals, terminal);
  Session::catch_interrupts();
  if (asked.verb->run) {
    return asked.verb->run(session, *asked.verb, asked.invocation);
  }
  return session.ask(*asked.verb,
                     session.request(*asked.verb, asked.invocation));
}

int run(const std::vector<std::string>& arguments) {
  sync::open_catalogue(sync::share_folder() + "/locale");
  const auto language =
      sync::choose_language(language_option(arguments), from_environment);
  Terminal terminal(language.value_or(sync::Language::fr));
  if (!language) {
    terminal.tell(language.error());
    return sync::exit_code(language.error().code);
  }
  for (const std::string& argument : arguments) {
    if (sync::is_utf8(argument)) continue;
    terminal.tell(not_text(argument));
    return sync::exit_code(sync::Errc::usage);
  }
  const std::vector<Verb> verbs = all_verbs();
  const auto found =
      parse({arguments, terminal.language(), terminal.watched()}, verbs);
  if (const auto* answered = std::get_if<Answered>(&found)) {
    std::fputs(answered->text.c_str(),
               answered->exit_code == 0 ? stdout : stderr);
    return answered->exit_code;
  }
  const int code = run_verb(std::get<Asked>(found), terminal);
  if (terminal.flush()) return code;
  terminal.tell(sync::Sentence{"The answer could not be written whole.", {}});
  return code == 0 ? sync::exit_code(sync::Errc::disk_full) : code;
}

}  // namespace
}  // namespace relais::cli

int main(int argc, char** argv) {
  relais::sync::keep_memory_private();
  relais::sync::keep_out_of_swap();
  try {
    return relais::cli::run({argv + 1, argv + argc});
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "relais: %s\n", thrown.what());
    return 1;
  }
}
