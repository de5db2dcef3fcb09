#pragma once

#include <string>
#include <variant>
#include <vector>

#include "client/cli/session.h"
#include "client/cli/verb.h"
#include "sync/text/messages.h"

namespace relais::cli {

/// What to run.
struct Asked {
  const Verb* verb = nullptr;  ///< null: the terminal interface
  Invocation invocation;
  Globals globals;
};

/// What to print instead, and the exit code: help (0), or wrong use (2).
struct Answered {
  int exit_code = 0;
  std::string text;
};

struct CommandLine {
  std::vector<std::string> arguments;  ///< without the program's name
  sync::Language language = sync::Language::fr;
  bool watched = false;  ///< stdout is a terminal: the format is then a table
};

/// Global options stand before the verb or after it. Without a verb a person at
/// a terminal gets the terminal interface, anybody else the help.
std::variant<Asked, Answered> parse(const CommandLine& line,
                                    const std::vector<Verb>& verbs);

/// The value of --lang, wherever it stands, so that the help is in it too;
/// empty when it is not there.
std::string language_option(const std::vector<std::string>& arguments);

}  // namespace relais::cli
