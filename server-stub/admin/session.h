#pragma once

#include <string>

#include "proto/control.pb.h"
#include "server-stub/admin/terminal.h"
#include "server-stub/admin/verb.h"
#include "sync/control/client.h"
#include "sync/text/table.h"

namespace relais::admin {

/// Options of every verb, before it or after it.
struct Globals {
  std::string home = "/var/lib/relais-hq";
  std::string as;
  sync::Format format = sync::Format::table;
  bool format_asked = false;
};

/// One run of the program: asks the headquarters that serves, or else opens
/// the home itself, and prints the answer.
class Session {
 public:
  Session(Globals globals, Terminal& terminal)
      : globals_(std::move(globals)), terminal_(&terminal) {}

  const Globals& globals() const { return globals_; }
  Terminal& terminal() { return *terminal_; }
  sync::Language language() const { return terminal_->language(); }
  /// The exit code; everything is printed and told.
  int ask(const Verb& verb, const Invocation& asked);

 private:
  proto::Request request(const Verb& verb, const Invocation& asked) const;
  Result<proto::End> talk(const Verb& verb, const Invocation& asked,
                          const std::string& target);

  Globals globals_;
  Terminal* terminal_;
};

}  // namespace relais::admin
