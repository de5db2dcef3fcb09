#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "server-stub/admin/command_line.h"
#include "server-stub/admin/session.h"
#include "sync/sealed/secrecy.h"
#include "sync/sealed/wiping_delete.h"
#include "sync/unicode.h"

namespace {

using namespace relais;

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int run(const std::vector<std::string>& arguments) {
  sync::open_catalogue(sync::share_folder() + "/locale");
  auto language = sync::choose_language(admin::language_option(arguments),
                                        from_environment);
  admin::Terminal terminal(language.value_or(sync::Language::fr));
  if (!language) return terminal.tell(language.error());
  for (const std::string& argument : arguments) {
    if (sync::is_utf8(argument)) continue;
    return terminal.tell(sync::Error{
        sync::Errc::usage,
        sync::Sentence{"{0} is not UTF-8 text: type it again, in a terminal "
                       "set to UTF-8.",
                       {argument}}});
  }
  const auto verbs = admin::all_verbs();
  admin::Asked asked =
      admin::parse({arguments, terminal.language(), terminal.watched()}, verbs);
  if (asked.verb == nullptr) {
    std::fputs(asked.text.c_str(), asked.exit_code == 0 ? stdout : stderr);
    return asked.exit_code;
  }
  // Records whole do not fit into a table.
  if (asked.verb->words.front() == "export" &&
      asked.globals.format == sync::Format::table) {
    asked.globals.format = sync::Format::json;
  }
  admin::Session session(asked.globals, terminal);
  const int code = asked.verb->run ? asked.verb->run(session, asked.invocation)
                                   : session.ask(*asked.verb, asked.invocation);
  if (terminal.flush() || code != 0) return code;
  terminal.tell(sync::Sentence{"The answer could not be written whole.", {}});
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  relais::sync::keep_memory_private();
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "relais-hq: %s\n", failure.what());
    return 1;
  }
}
