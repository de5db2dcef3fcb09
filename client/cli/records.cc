#include "client/cli/import.h"
#include "client/cli/input_file.h"
#include "client/cli/session.h"
#include "sync/text/record_json.h"

namespace relais::cli {
namespace {

const Sentence needs_reason{"Say why with --reason TEXT.", {}};

Option set_option() {
  return {"set", Option::Kind::list, "ADDRESS=value",
          Sentence{"sets a field; a row's cell as field[ROW].column, a new row "
                   "as field[+].column; field= clears",
                   {}}};
}

Option from_option() {
  return {"from", Option::Kind::text, "FILE",
          Sentence{"reads the record's JSON, or its fields alone, from a file "
                   "(-: from standard input)",
                   {}}};
}

Option submit_option() {
  return {"submit", Option::Kind::flag, "",
          Sentence{"submits at once what would stay a draft", {}}};
}

Option reason_option() {
  return {"reason", Option::Kind::text, "TEXT", Sentence{"why", {}}};
}

/// With the file of --from, where there is one.
int run_with_file(Session& session, const Verb& verb, const Invocation& asked) {
  Wishes wishes;
  if (asked.has("from")) {
    auto file = InputFile::open(asked.text("from"));
    if (!file) return session.fail(file.error());
    std::vector<InputFile> files;
    files.push_back(*std::move(file));
    wishes.input = pieces_of(std::move(files));
  }
  return session.ask(verb, session.request(verb, asked), wishes);
}

std::optional<Sentence> edit_fault(const Invocation& asked) {
  if (asked.has("annul") && asked.text("reason").empty()) return needs_reason;
  for (const char* name : {"set", "from", "annul", "attach"}) {
    if (asked.has(name)) return std::nullopt;
  }
  return Sentence{"Nothing to change: give --set, --from or --annul.", {}};
}

std::optional<Sentence> import_fault(const Invocation& asked) {
  const std::string& file = asked.argument[1];
  if (file.ends_with(".csv") || file.ends_with(".jsonl")) return std::nullopt;
  return Sentence{"{0} should be a file .jsonl or .csv.", {file}};
}

Verb new_verb() {
  return {
      .words = {"new"},
      .help = Sentence{"makes a record, and prints its reference and id", {}},
      .arguments = {{"FORM"}},
      .options = {from_option(), set_option(), submit_option()},
      .one = true,
      .run = run_with_file};
}

Verb import_verb() {
  return {.words = {"import"},
          .help = Sentence{"makes a record of each line of a file; a refused "
                           "line goes to FILE.rejects.csv",
                           {}},
          .arguments = {{"FORM"}, {"FILE"}},
          .options = {submit_option()},
          .one = true,
          .fault = import_fault,
          .run = run_import};
}

Verb edit_verb() {
  return {.words = {"edit"},
          .help = Sentence{"changes a record", {}},
          .arguments = {{"RECORD"}},
          .options = {set_option(),
                      from_option(),
                      {"annul", Option::Kind::list, "ADDRESS",
                       Sentence{"annuls a row, with --reason", {}}},
                      reason_option(),
                      {"attach", Option::Kind::list, "ADDRESS=PATH",
                       Sentence{"not yet: attachments come later", {}}}},
          .one = true,
          .fault = edit_fault,
          .run = run_with_file};
}

Verb list_verb() {
  return {.words = {"list"},
          .help = Sentence{"lists records, the newest first", {}},
          .arguments = {{"FORM", false}},
          .options = {{"where", Option::Kind::text, "EXPR",
                       Sentence{"only those for which the expression holds, "
                                "e.g. \"amount_demanded > 10000\"",
                                {}}},
                      {"search", Option::Kind::text, "WORDS",
                       Sentence{"only those with these words in their "
                                "reference or title; accents do not matter",
                                {}}},
                      {"sort", Option::Kind::text, "ORDER",
                       Sentence{"newest (else so), or reference", {}}},
                      {"limit", Option::Kind::number, "N",
                       Sentence{"at most so many", {}}}},
          .columns = sync::line_columns()};
}

}  // namespace

std::vector<Verb> record_verbs() {
  return {new_verb(),
          import_verb(),
          edit_verb(),
          {.words = {"submit"},
           .help = Sentence{"submits a draft: it becomes a record", {}},
           .arguments = {{"RECORD"}},
           .options = {},
           .one = true},
          {.words = {"do"},
           .help = Sentence{"takes a step of the record, or abandons a draft; "
                            "show lists the steps that are possible",
                            {}},
           .arguments = {{"RECORD"}, {"TRANSITION"}},
           .options = {reason_option()},
           .one = true},
          list_verb(),
          {.words = {"show"},
           .help = Sentence{"shows a record", {}},
           .arguments = {{"RECORD"}},
           .options = {{"history", Option::Kind::flag, "",
                        Sentence{"and every change: who, when, what", {}}}},
           .one = true},
          {.words = {"conflicts"},
           .help = Sentence{"lists what differs and is not settled, and the "
                            "decisions that came back",
                            {}},
           .arguments = {},
           .options = {}}};
}

}  // namespace relais::cli
