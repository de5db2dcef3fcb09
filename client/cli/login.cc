#include <fstream>
#include <iostream>

#include <nlohmann/json.hpp>

#include "client/cli/login_file.h"
#include "client/cli/session.h"
#include "sync/ids.h"
#include "sync/replica/people.h"
#include "sync/secret.h"

namespace relais::cli {
namespace {

using sync::Errc;
using sync::Result;

Verb unseen_verb(const char* second) {
  return {.words = {"login", second},
          .help = {},
          .arguments = {},
          .options = {},
          .one = true};
}

/// The first line of a file, "-" for stdin, or what is typed unseen.
Result<std::string> line_of(Session& session, const Invocation& asked,
                            const std::string& option,
                            const Sentence& question) {
  if (!asked.has(option)) {
    return session.terminal().ask_unseen(question, option);
  }
  const std::string path = asked.text(option);
  std::ifstream file;
  if (path != "-") file.open(path);
  std::string line;
  std::getline(path == "-" ? std::cin : file, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (!line.empty()) return line;
  return sync::fail(Errc::not_found, "{0} has no first line to be read",
                    {path});
}

/// One that is to be: typed twice, so that nobody is shut out by a slip of the
/// finger.
Result<std::string> new_pin(Session& session, const Invocation& asked,
                            const std::string& option) {
  auto pin = line_of(session, asked, option,
                     Sentence{"New PIN (6 to 12 digits):", {}});
  if (!pin) return pin;
  auto good = sync::check_new_pin(*pin, asked.argument.front());
  if (!good) return sync::fail(good.error());
  if (asked.has(option)) return pin;
  auto again = session.terminal().ask_unseen(
      Sentence{"The same PIN again:", {}}, option);
  if (!again) return again;
  const bool same = *again == *pin;
  sync::wipe(*again);
  if (same) return pin;
  return sync::fail(Errc::invalid, "The two are not the same: begin again");
}

/// What goes to the daemon instead of the PIN, in hexadecimal.
Result<std::string> stretched(std::string pin, const std::string& salt) {
  auto made = sync::stretch(pin, sync::from_hex(salt).value_or(""),
                            sync::stretched_bytes);
  sync::wipe(pin);
  if (!made) return sync::fail(made.error());
  return sync::to_hex(made->view());
}

/// One row of an answer, kept. The exit code.
int ask_row(Session& session, const Verb& verb, const proto::Request& request,
            nlohmann::ordered_json& row) {
  Wishes wishes;
  wishes.row = [&](const std::string& json) {
    row = nlohmann::ordered_json::parse(json, nullptr, false);
  };
  return session.ask(verb, request, wishes);
}

/// What is asked of the person, before anything is asked of the daemon twice.
struct Typed {
  std::string slip;
  std::string old_pin;  ///< empty: not known any more
  std::string pin;
  std::string new_pin;
};

Result<Typed> typed_by_person(Session& session, const Invocation& asked) {
  Typed typed;
  if (asked.has("slip") || asked.has("slip-file")) {
    auto slip = line_of(session, asked, "slip-file",
                        Sentence{"Code of the envelope:", {}});
    if (!slip) return sync::fail(slip.error());
    typed.slip = std::move(*slip);
    if (asked.has("old-pin-file") || !asked.has("slip-file")) {
      auto old = line_of(session, asked, "old-pin-file",
                         Sentence{"Old PIN, if you had one and know it (it "
                                  "keeps your drafts open; else Enter):",
                                  {}});
      if (!old) return sync::fail(old.error());
      typed.old_pin = std::move(*old);
    }
    auto pin = new_pin(session, asked, "pin-file");
    if (!pin) return sync::fail(pin.error());
    typed.pin = std::move(*pin);
    return typed;
  }
  auto pin = line_of(session, asked, "pin-file", Sentence{"PIN:", {}});
  if (!pin) return sync::fail(pin.error());
  typed.pin = std::move(*pin);
  if (!asked.has("change")) return typed;
  auto next = new_pin(session, asked, "new-pin-file");
  if (!next) return sync::fail(next.error());
  typed.new_pin = std::move(*next);
  return typed;
}

/// The daemon knows whom by the session that was kept a moment ago.
int change_pin(Session& session, const std::string& old, std::string next,
               const std::string& salt) {
  auto pin = stretched(std::move(next), salt);
  if (!pin) return session.fail(pin.error());
  const Verb verb = unseen_verb("pin");
  proto::Request request = session.request(verb, {});
  (*request.mutable_option())["old"] = old;
  (*request.mutable_option())["pin"] = *pin;
  return session.ask(verb, request);
}

int run_login(Session& session, const Verb& verb, const Invocation& asked) {
  auto typed = typed_by_person(session, asked);
  if (!typed) return session.fail(typed.error());
  Invocation who;
  who.argument = {asked.argument.front()};
  const Verb salt_verb = unseen_verb("salt");
  nlohmann::ordered_json row;
  int code = ask_row(session, salt_verb, session.request(salt_verb, who), row);
  if (code != 0) return code;
  const std::string salt = row.value("salt", "");
  auto pin = stretched(std::move(typed->pin), salt);
  if (!pin) return session.fail(pin.error());
  proto::Request request = session.request(verb, who);
  (*request.mutable_option())["pin"] = *pin;
  if (!typed->slip.empty()) {
    (*request.mutable_option())["slip"] = typed->slip;
  }
  if (!typed->old_pin.empty()) {
    auto old = stretched(std::move(typed->old_pin), salt);
    if (!old) return session.fail(old.error());
    (*request.mutable_option())["old"] = *old;
  }
  code = ask_row(session, verb, request, row);
  if (code != 0) return code;
  const auto kept =
      keep_login(session.globals().home,
                 sync::from_hex(row.value("session", "")).value_or(""));
  if (!kept) return session.fail(kept.error());
  row.erase("session");
  session.print(row.dump());
  if (typed->new_pin.empty()) return 0;
  return change_pin(session, *pin, std::move(typed->new_pin), salt);
}

int run_logout(Session& session, const Verb& verb, const Invocation& asked) {
  const int code = session.ask(verb, session.request(verb, asked));
  forget_login(session.globals().home);
  return code;
}

}  // namespace

std::vector<Verb> login_verbs() {
  return {
      {.words = {"login"},
       .help = Sentence{"logs an officer in, until three minutes pass without "
                        "a command",
                        {}},
       .arguments = {{"MATRICULE"}},
       .options = {{"pin-file", Option::Kind::text, "FILE",
                    Sentence{"reads the PIN from a file's first line", {}}},
                   {"slip", Option::Kind::flag, "",
                    Sentence{"with the code of an envelope: the first PIN, or "
                             "a new one",
                             {}}},
                   {"slip-file", Option::Kind::text, "FILE",
                    Sentence{"reads that code from a file's first line", {}}},
                   {"old-pin-file", Option::Kind::text, "FILE",
                    Sentence{"with a new code: the PIN before, which keeps "
                             "the drafts open",
                             {}}},
                   {"change", Option::Kind::flag, "",
                    Sentence{"chooses another PIN", {}}},
                   {"new-pin-file", Option::Kind::text, "FILE",
                    Sentence{"reads that PIN from a file's first line", {}}}},
       .one = true,
       .run = run_login},
      {.words = {"logout"},
       .help = Sentence{"logs out", {}},
       .arguments = {},
       .options = {},
       .one = true,
       .run = run_logout}};
}

}  // namespace relais::cli
