#pragma once

#include <functional>
#include <string>

#include "client/cli/terminal.h"
#include "client/cli/verb.h"
#include "proto/control.pb.h"
#include "sync/control/client.h"
#include "sync/text/table.h"

namespace relais::cli {

/// Options of every verb, before it or after it.
struct Globals {
  std::string home = "/var/lib/relais";
  std::string as;
  sync::Format format = sync::Format::table;
};

/// What a verb does with an answer besides printing it. Null: the default.
struct Wishes {
  sync::InputSource input;  ///< goes with the request
  /// Bytes of the answer; default: to stdout.
  std::function<sync::Result<>(const std::string&)> data;
  /// An object of the answer; default: printed with the others.
  std::function<void(const std::string&)> row;
  /// Ctrl-C waits for what the daemon has to say of it; a second one kills.
  bool account = false;
  /// A refused line; default: told.
  std::function<void(const proto::Rejected&)> rejected;
};

/// One run of the program: asks the daemon and prints what it answers.
class Session {
 public:
  Session(Globals globals, Terminal& terminal)
      : globals_(std::move(globals)), terminal_(&terminal) {}

  const Globals& globals() const { return globals_; }
  Terminal& terminal() { return *terminal_; }

  proto::Request request(const Verb& verb, const Invocation& asked) const;
  /// The exit code of the answer, or of why there is none; everything is
  /// printed and told.
  int ask(const Verb& verb, const proto::Request& request,
          const Wishes& wishes = {});
  /// One object, as the format asks for it.
  void print(const std::string& json);
  /// Tells the error; gives its exit code.
  int fail(const sync::Error& error);

  /// Ctrl-C was pressed: asked between two steps.
  static bool interrupted();
  /// Ctrl-C no longer kills; from now on interrupted() says it.
  static void catch_interrupts();

 private:
  sync::Result<proto::End> talk(const Verb& verb, const proto::Request& request,
                                const Wishes& wishes);

  Globals globals_;
  Terminal* terminal_;
};

}  // namespace relais::cli
