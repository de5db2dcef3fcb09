#pragma once

#include <string>
#include <vector>

#include "server-stub/admin/session.h"
#include "server-stub/admin/verb.h"

namespace relais::admin {

/// What a command line asked for.
struct Asked {
  Globals globals;
  const Verb* verb = nullptr;  ///< null: only `text` is to be said
  Invocation invocation;
  std::string text;   ///< help, or what is wrong with the line
  int exit_code = 0;  ///< of that
};

/// Globals stand before or after the verb. `language`: of the help.
Asked read_command_line(int count, const char* const* words,
                        const std::vector<Verb>& verbs,
                        sync::Language language);

/// What stands after `name` anywhere on the line; "" when it does not.
std::string early_option(int count, const char* const* words,
                         std::string_view name);

}  // namespace relais::admin
