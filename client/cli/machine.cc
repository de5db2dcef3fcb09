#include "client/cli/input_file.h"
#include "client/cli/session.h"

namespace relais::cli {
namespace {

std::optional<Sentence> enrol_fault(const Invocation& asked) {
  const bool by_code = asked.has("hq") || asked.has("code");
  if (asked.has("file") && by_code) {
    return Sentence{"Either --file INVITE, or --hq URL --code CODE.", {}};
  }
  const std::string hq = asked.text("hq");
  if (asked.has("hq") && !(hq.starts_with("https://") && hq.size() > 8)) {
    return Sentence{"--hq takes an address https://HOST:PORT, not {0}.", {hq}};
  }
  if (asked.has("file") || (asked.has("hq") && asked.has("code"))) {
    return std::nullopt;
  }
  return Sentence{"Give --hq URL --code CODE, or --file INVITE.", {}};
}

int run_enrol(Session& session, const Verb& verb, const Invocation& asked) {
  Wishes wishes;
  if (asked.has("file")) {
    auto file = InputFile::open(asked.text("file"));
    if (!file) return session.fail(file.error());
    std::vector<InputFile> files;
    files.push_back(*std::move(file));
    wishes.input = pieces_of(std::move(files));
  }
  return session.ask(verb, session.request(verb, asked), wishes);
}

Verb enrol_verb() {
  return {
      .words = {"enrol"},
      .help = Sentence{"makes this machine one of headquarters' own", {}},
      .arguments = {},
      .options = {{"hq", Option::Kind::text, "URL",
                   Sentence{"headquarters' address", {}}},
                  {"code", Option::Kind::text, "CODE",
                   Sentence{"the code that headquarters gave", {}}},
                  {"file", Option::Kind::text, "INVITE",
                   Sentence{"the invitation, where there is no network", {}}}},
      .one = true,
      .fault = enrol_fault,
      .run = run_enrol};
}

}  // namespace

std::vector<Verb> machine_verbs() {
  return {enrol_verb(),
          {.words = {"whoami"},
           .help = Sentence{"says who is acting", {}},
           .arguments = {},
           .options = {},
           .one = true},
          {.words = {"forms"},
           .help = Sentence{"lists the forms that headquarters published, or "
                            "the fields of one",
                            {}},
           .arguments = {{"FORM", false}},
           .options = {}},
          {.words = {"reference"},
           .help = Sentence{"prints a reference table", {}},
           .arguments = {{"TABLE", false}},
           .options = {}},
          {.words = {"verify"},
           .help = Sentence{"rebuilds every record from the journal and "
                            "compares",
                            {}},
           .arguments = {},
           .options = {},
           .one = true},
          {.words = {"doctor"},
           .help = Sentence{"says what is wrong, and what to do", {}},
           .arguments = {},
           .options = {}}};
}

}  // namespace relais::cli
