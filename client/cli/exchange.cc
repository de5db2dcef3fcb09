#include <poll.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

#include "client/cli/input_file.h"
#include "client/cli/output_file.h"
#include "client/cli/session.h"

namespace relais::cli {
namespace {

using sync::Errc;

constexpr int watch_interval_ms = 2000;

/// Again and again until Ctrl-C. A daemon that is not there is told once and
/// ends it.
int run_status(Session& session, const Verb& verb, const Invocation& asked) {
  const proto::Request request = session.request(verb, asked);
  if (!asked.has("watch")) return session.ask(verb, request);
  while (!Session::interrupted()) {
    session.terminal().clear_screen();
    const int code = session.ask(verb, request);
    if (code != 0) return Session::interrupted() ? 0 : code;
    session.terminal().flush();
    ::poll(nullptr, 0, watch_interval_ms);
  }
  return 0;
}

/// The file is where it should be: what it carries is sent from now on.
int confirm_export(Session& session, const std::string& answer) {
  auto row = nlohmann::ordered_json::parse(answer, nullptr, false);
  if (!row.is_object()) return 0;
  Invocation places;
  std::istringstream reach(row.value("reach", ""));
  // How far it reaches is between the daemon and us.
  row.erase("reach");
  session.print(row.dump());
  for (std::string place; reach >> place;) places.argument.push_back(place);
  if (places.argument.empty()) return 0;
  const Verb verb{.words = {"packet", "sent"},
                  .help = {},
                  .arguments = {},
                  .options = {},
                  .one = true};
  Wishes silent;
  silent.row = [](const std::string&) {};
  return session.ask(verb, session.request(verb, places), silent);
}

/// The bytes come from the daemon; the file is the caller's.
int run_export(Session& session, const Verb& verb, const Invocation& asked) {
  auto file = OutputFile::open(asked.argument.front());
  if (!file) return session.fail(file.error());
  bool any = false;
  Wishes wishes;
  wishes.data = [&](const std::string& bytes) {
    any = true;
    return file->write(bytes);
  };
  std::string answer;
  wishes.row = [&](const std::string& json) { answer = json; };
  const int code = session.ask(verb, session.request(verb, asked), wishes);
  if (code != 0 || !any) return code;
  if (auto kept = file->keep(); !kept) return session.fail(kept.error());
  return confirm_export(session, answer);
}

/// A folder stands for the packet files in it, by name.
std::vector<std::string> packet_paths(const std::vector<std::string>& named) {
  std::vector<std::string> paths;
  for (const std::string& path : named) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      paths.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
      if (entry.path().extension() == ".relais") {
        inside.push_back(entry.path().string());
      }
    }
    std::sort(inside.begin(), inside.end());
    paths.insert(paths.end(), inside.begin(), inside.end());
  }
  return paths;
}

/// One that cannot be opened stops no other.
int run_packet_import(Session& session, const Verb& verb,
                      const Invocation& asked) {
  std::vector<InputFile> files;
  Invocation found = asked;
  found.argument.clear();
  int code = 0;
  for (const std::string& path : packet_paths(asked.argument)) {
    auto file = InputFile::open(path);
    if (!file) {
      code = session.fail(file.error());
      continue;
    }
    found.argument.push_back(path);
    files.push_back(*std::move(file));
  }
  if (files.empty()) {
    if (code != 0) return code;
    return session.fail(
        {Errc::not_found, {"There is no file .relais in this folder.", {}}});
  }
  if (code != 0) code = sync::exit_code(Errc::invalid);
  Wishes wishes;
  wishes.input = pieces_of(std::move(files));
  const int done = session.ask(verb, session.request(verb, found), wishes);
  return done != 0 ? done : code;
}

Verb sync_verb() {
  return {.words = {"sync"},
          .help = Sentence{"exchanges with headquarters", {}},
          .arguments = {},
          .options = {{"wait", Option::Kind::flag, "",
                       Sentence{"until the session has ended", {}}},
                      {"dry-run", Option::Kind::flag, "",
                       Sentence{"only says what it would cost", {}}},
                      {"max-bytes", Option::Kind::number, "N",
                       Sentence{"sends at most so many bytes", {}}},
                      {"lane", Option::Kind::text, "LANE",
                       Sentence{"only this lane: urgent, normal or bulk", {}}}},
          .one = true};
}

}  // namespace

std::vector<Verb> exchange_verbs() {
  return {
      {.words = {"status"},
       .help = Sentence{"says what is saved, sent and held by "
                        "headquarters, and what needs attention",
                        {}},
       .arguments = {},
       .options = {{"watch", Option::Kind::flag, "",
                    Sentence{"again and again, until Ctrl-C", {}}}},
       .one = true,
       .run = run_status},
      sync_verb(),
      {.words = {"packet", "export"},
       .help = Sentence{"writes a file for headquarters, to be carried", {}},
       .arguments = {{"PATH"}},
       .options = {},
       .one = true,
       .run = run_export},
      {.words = {"packet", "import"},
       .help = Sentence{"reads files from headquarters", {}},
       .arguments = {{"PATH", true, true}},
       .options = {},
       .run = run_packet_import}};
}

}  // namespace relais::cli
