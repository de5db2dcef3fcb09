#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sync/result.h"

namespace relais::admin {

using sync::Errc;
using sync::fail;
using sync::Result;
using sync::Sentence;

/// What stands behind a verb's name on the command line.
struct Argument {
  std::string name;  ///< as in the help: "RECORD"
  bool required = true;
  bool many = false;  ///< the last one only: one or more
};

struct Option {
  enum class Kind : std::uint8_t { flag, text, list };
  std::string name;   ///< "label-en", also its name in Request.option
  std::string value;  ///< as in the help: "TEXT"; empty: a flag
  Sentence help;
  Kind kind = Kind::text;
  bool required = false;
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

/// Which files of the caller go along with the request.
enum class Sends : std::uint8_t {
  nothing,
  from,   ///< the file of --from, where it is given
  files,  ///< each argument is one, or from the second on
  lines,  ///< import: the second argument, line by line
};

class Session;  // server-stub/admin/session.h

/// One verb: how it is written and what runs. These tables are all that the
/// parser and the help know.
struct Verb {
  std::vector<std::string> words;  ///< {"post", "add"}
  Sentence help;
  std::vector<Argument> arguments = {};
  std::vector<Option> options = {};
  Sends sends = Sends::nothing;
  std::size_t first_file = 0;  ///< of the arguments, with Sends::files
  bool lists = false;  ///< no row at all is an answer too: an empty list
  /// Of that list as CSV, where they are the same for every one.
  std::vector<std::string> columns = {};
  /// The answer is one object, not a list.
  bool one = false;
  /// This key's value is all that is printed, unless a format was asked for.
  std::string alone = {};
  /// Bytes of the answer go into the file that this option, or else the last
  /// argument, names. Empty: to stdout.
  std::string target = {};
  /// Instead of asking headquarters: the exit code.
  std::function<int(Session&, const Invocation&)> run = {};
};

/// Everything that relais-hq can do.
std::vector<Verb> all_verbs();
std::vector<Verb> house_verbs();   ///< init, serve, posts, machines, users
std::vector<Verb> record_verbs();  ///< as at the post
std::vector<Verb> desk_verbs();    ///< conflicts, what is set aside, packets
std::vector<Verb> sealed_verbs();  ///< recipients, envelopes, unseal

inline constexpr const char* last_argument = "@last";

}  // namespace relais::admin
