#pragma once

#include <string>
#include <vector>

#include "server-stub/admin/session.h"
#include "server-stub/admin/verb.h"

namespace relais::admin {

/// What a command line asked for.
struct Asked {
  const Verb* verb = nullptr;  ///< null: only `text` is to be said
  Invocation invocation;
  Globals globals;
  std::string text;   ///< help, or what is wrong with the line
  int exit_code = 0;  ///< of that
};

struct CommandLine {
  std::vector<std::string> arguments;  ///< without the program's name
  sync::Language language = sync::Language::fr;
  bool watched = false;  ///< stdout is a terminal: the format is then a table
};

/// Globals stand before or after the verb. Nothing at all is wrong use.
Asked parse(const CommandLine& line, const std::vector<Verb>& verbs);

/// The value of --lang, wherever it stands, so that the help is in it too;
/// empty when it is not there.
std::string language_option(const std::vector<std::string>& arguments);

}  // namespace relais::admin
