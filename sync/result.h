#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace relais::sync {

/// Everything that can go wrong *and* that a caller may act on differently.
/// Keep this list short: a new entry needs a row in docs/errors.md saying what
/// the program does, what the person sees, and the exit code.
enum class Errc {
  offline,      ///< No route to headquarters; normal at a post. Exit 5.
  timed_out,    ///< The peer went quiet past the deadline. Exit 5.
  cancelled,    ///< We asked for it to stop. Exit 1, never shown.
  invalid,      ///< Input breaks the form: names the field and rule. Exit 1.
  usage,        ///< The command line itself is wrong. Exit 2.
  not_found,    ///< No such record, form, table or device here. Exit 3.
  already,      ///< It is so already; nothing was done. Exit 3.
  denied,       ///< The person's role does not allow it. Exit 4.
  wire_format,  ///< Bytes from outside do not parse or break a limit. Exit 1.
  version,      ///< The peer speaks a protocol we do not. Exit 1.
  over_limit,   ///< Larger or more than sync/limits.h allows. Exit 1.
  disk_full,    ///< The local disk refused the write. Exit 1.
  corrupt,      ///< Stored data fails its own checks. Exit 1.
  busy,         ///< Another process holds the home. Exit 1.
};

/// A sentence for a person: the English template, which is also its name in
/// the catalogue (installer of translations: sync/text/messages.h), and what
/// fills {0}, {1} ... Written where the fact is known, translated where it is
/// read, so that a daemon can answer two people in two languages.
struct Sentence {
  std::string id;
  std::vector<std::string> arguments;
  bool operator==(const Sentence&) const = default;
};

struct Error {
  Errc code;
  Sentence what;                    ///< Says what happened and what to do next.
  std::vector<Sentence> more = {};  ///< Further faults of the same input.
};

/// A value, or the reason there is none. Ignoring one does not compile.
template <class T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// `id` must stand in the catalogue; a lint test looks for it there.
[[nodiscard]] inline tl::unexpected<Error> fail(
    Errc code, std::string id, std::vector<std::string> arguments = {}) {
  return tl::unexpected<Error>(
      Error{code, Sentence{std::move(id), std::move(arguments)}});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// The exit code of a program that ends with this error (product contract).
int exit_code(Errc code);

}  // namespace relais::sync
