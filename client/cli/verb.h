#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sync/result.h"

namespace relais::cli {

using sync::Sentence;

/// What stands behind a verb's name on the command line.
struct Argument {
  std::string name;  ///< as in the help: "RECORD"
  bool required = true;
  bool many = false;  ///< the last one only: one or more
};

struct Option {
  enum class Kind : std::uint8_t { flag, text, number, list };
  std::string name;  ///< "max-bytes", also its name in Request.option
  Kind kind = Kind::text;
  std::string value;  ///< as in the help: "ADDRESS=value"
  Sentence help;
};

/// A verb as a person typed it.
struct Invocation {
  std::vector<std::string> argument;
  std::map<std::string, std::vector<std::string>> option;

  bool has(const std::string& name) const { return option.contains(name); }
  /// "" when it was not given.
  std::string text(const std::string& name) const {
    const auto found = option.find(name);
    return found == option.end() ? "" : found->second.front();
  }
};

class Session;  // client/cli/session.h

/// One verb: how it is written and what runs. The tables of the families are
/// all that the parser, the help and the program know.
struct Verb {
  std::vector<std::string> words;  ///< {"packet", "export"}
  Sentence help;
  std::vector<Argument> arguments;
  std::vector<Option> options;
  /// The answer is one object, not a list.
  bool one = false;
  /// Of the answer, where they are the same for every one.
  std::vector<std::string> columns = {};
  /// What the parser cannot see: options that exclude or need each other.
  std::function<std::optional<Sentence>(const Invocation&)> fault = {};
  /// The exit code. Null: ask the daemon and print.
  std::function<int(Session&, const Verb&, const Invocation&)> run = {};
};

std::vector<Verb> record_verbs();
std::vector<Verb> exchange_verbs();
std::vector<Verb> machine_verbs();
std::vector<Verb> login_verbs();
std::vector<Verb> sealed_verbs();

}  // namespace relais::cli
